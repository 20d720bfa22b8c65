"""The words of texts with a sign inside a word, such as »el/gas« and »covid-19«, found anew. Only those rows are written and locked."""

from django.db import migrations

# Each table that is searched, with the column of what it is called. An event comes before what is part of it, as for who registers.
TABLES = {
    'panels_theme': 'title', 'panels_panelmeeting': 'title', 'panels_decision': 'title', 'panels_company': 'name',
    'ideas_idea': 'title', 'ideas_service': 'name', 'ideas_assembly': 'name', 'ideas_recommendation': 'title',
    'initiatives_initiative': 'title',
    'events_event': 'title', 'events_session': 'title', 'events_proposal': 'title', 'events_speaker': 'name',
    'portal_news': 'title',
}


class Migration(migrations.Migration):

    reviewed = "Kun rækker med et tegn inde i et ord bliver skrevet igen, med de samme ord, og hver er låst et øjeblik."

    dependencies = [
        ('events', '0012_search_in_programme'),
        ('foundation', '0010_words_as_they_are_searched_for'),
        ('ideas', '0010_search_in_assemblies'),
        ('portal', '0005_a_queue_is_told'),
    ]

    operations = [
        migrations.RunSQL(
            f"UPDATE {table} SET {name} = {name} WHERE search_text ~ '\\w[^\\w\\s]+\\w'",
            migrations.RunSQL.noop,
        )
        for table, name in TABLES.items()
    ]

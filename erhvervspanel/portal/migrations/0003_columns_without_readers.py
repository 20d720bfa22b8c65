"""A database from before the first release has columns that search does not go by any more. A new one has none of them."""

from django.db import migrations

# »LIKE« was asked of these, before search went by the words of a table and the vocabulary.
TEXTS = (
    'events_event', 'events_proposal', 'events_session', 'events_speaker',
    'ideas_assembly', 'ideas_idea', 'ideas_recommendation', 'ideas_service',
    'initiatives_initiative',
    'panels_company', 'panels_decision', 'panels_focusarea', 'panels_need', 'panels_panelmeeting', 'panels_theme',
    'portal_news',
)
# What ideas and companies are called is still compared, letter by letter.
TITLES = tuple(table for table in TEXTS if table not in ('ideas_idea', 'panels_company'))


class Migration(migrations.Migration):

    reviewed = "Ingen udgivelse har brugt kolonnerne, og en tabel er kun låst, mens den mister en."

    dependencies = [
        ('portal', '0002_content_version'),
    ]

    operations = [
        migrations.RunSQL(f'ALTER TABLE {table} DROP COLUMN IF EXISTS {column}', migrations.RunSQL.noop)
        for column, tables in (('search_text', TEXTS), ('search_title', TITLES))
        for table in tables
    ]

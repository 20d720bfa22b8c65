from django.db import migrations


class Migration(migrations.Migration):
    """The first idea with a need is found at once, however many ideas there are and however few have it."""

    atomic = False
    reviewed = "Bygges uden at låse tabellen, og den forrige udgivelse mærker intet til et indeks."

    dependencies = [
        ('ideas', '0008_ideas_of_a_theme'),
    ]

    operations = [
        migrations.RunSQL(
            'CREATE INDEX CONCURRENTLY idea_of_need ON ideas_idea_needs (need_id, idea_id)',
            'DROP INDEX CONCURRENTLY idea_of_need',
        ),
    ]

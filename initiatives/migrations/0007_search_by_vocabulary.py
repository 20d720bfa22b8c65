"""Search goes by the words of each table and the vocabulary; parts of texts have no index any more.

The columns stay, as the code before this one reads them. A later release takes them away.
"""

from django.db import migrations

from erhvervspanel.foundation.vocabulary import searched

TABLES = ('initiatives_initiative',)
INDEXES = (
    ('initiative', 'initiative_search_title'),
    ('initiative', 'initiative_search_text'),
)
UNREAD = (
    ('initiative', 'search_text'),
    ('initiative', 'search_title'),
)


class Migration(migrations.Migration):

    reviewed = "En tabel kan ikke skrives i, mens dens ord bliver noteret: et øjeblik, for 400.000 ideer nogle sekunder. Kolonnerne bliver."

    dependencies = [
        ('foundation', '0013_vocabulary'),
        ('initiatives', '0006_measured_indicators_stay'),
    ]

    operations = [
        *(migrations.RunSQL(*searched(table)) for table in TABLES),
        *(migrations.RemoveIndex(model, name) for model, name in INDEXES),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField(model, name) for model, name in UNREAD]
        ),
    ]

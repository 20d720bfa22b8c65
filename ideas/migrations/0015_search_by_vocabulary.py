"""Search goes by the words of each table and the vocabulary; parts of texts have no index any more.

The columns stay, as the code before this one reads them. A later release takes them away.
"""

from django.db import migrations

from erhvervspanel.foundation.vocabulary import searched

TABLES = ('ideas_idea', 'ideas_service', 'ideas_assembly', 'ideas_recommendation')
INDEXES = (
    ('assembly', 'assembly_search_title'),
    ('assembly', 'assembly_search_text'),
    ('idea', 'idea_search_text'),
    ('recommendation', 'recommendation_search_title'),
    ('recommendation', 'recommendation_search_text'),
    ('service', 'service_search_title'),
    ('service', 'service_search_text'),
)
UNREAD = (
    ('assembly', 'search_text'),
    ('assembly', 'search_title'),
    ('idea', 'search_text'),
    ('recommendation', 'search_text'),
    ('recommendation', 'search_title'),
    ('service', 'search_text'),
    ('service', 'search_title'),
)


class Migration(migrations.Migration):

    reviewed = "En tabel kan ikke skrives i, mens dens ord bliver noteret: et øjeblik, for 400.000 ideer nogle sekunder. Kolonnerne bliver."

    dependencies = [
        ('foundation', '0013_vocabulary'),
        ('ideas', '0014_services_that_are_over'),
    ]

    operations = [
        *(migrations.RunSQL(*searched(table)) for table in TABLES),
        *(migrations.RemoveIndex(model, name) for model, name in INDEXES),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField(model, name) for model, name in UNREAD]
        ),
    ]

"""Search goes by the words of each table and the vocabulary; parts of texts have no index any more.

The columns stay, as the code before this one reads them. A later release takes them away.
"""

from django.db import migrations

from erhvervspanel.foundation.vocabulary import searched

TABLES = ('portal_news',)
INDEXES = (
    ('news', 'news_search_title'),
    ('news', 'news_search_text'),
)
UNREAD = (
    ('news', 'search_text'),
    ('news', 'search_title'),
)


class Migration(migrations.Migration):

    reviewed = "En tabel kan ikke skrives i, mens dens ord bliver noteret: et øjeblik, for 400.000 ideer nogle sekunder. Kolonnerne bliver."

    dependencies = [
        ('foundation', '0013_vocabulary'),
        ('portal', '0006_words_as_they_are_searched_for'),
    ]

    operations = [
        *(migrations.RunSQL(*searched(table)) for table in TABLES),
        *(migrations.RemoveIndex(model, name) for model, name in INDEXES),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField(model, name) for model, name in UNREAD]
        ),
    ]

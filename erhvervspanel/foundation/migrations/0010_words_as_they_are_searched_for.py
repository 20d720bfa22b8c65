from django.db import migrations

from erhvervspanel.foundation.danish_sql import WORDS


class Migration(migrations.Migration):

    reviewed = "Funktionen får de samme argumenter og giver det samme slags svar som før; ingen tabel bliver skrevet om."

    dependencies = [
        ('foundation', '0009_oldest_mail'),
    ]

    operations = [migrations.RunSQL(WORDS, migrations.RunSQL.noop)]

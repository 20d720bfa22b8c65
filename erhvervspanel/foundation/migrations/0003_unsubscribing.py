"""Where a mail program takes back a subscription by a button of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('foundation', '0002_purges_are_logged'),
    ]

    operations = [
        migrations.AddField(
            model_name='outgoingmail',
            name='unsubscribe_url',
            field=models.CharField(blank=True, db_default='', default='', max_length=300, verbose_name='afmelding'),
        ),
    ]

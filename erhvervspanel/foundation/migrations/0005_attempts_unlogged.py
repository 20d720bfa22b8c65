"""Counts of attempts are worth nothing after a crash: without the write-ahead log they cost less, and no backup holds them."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('foundation', '0004_handling_persons'),
    ]

    operations = [
        migrations.RunSQL(
            'ALTER TABLE foundation_attemptcount SET UNLOGGED',
            'ALTER TABLE foundation_attemptcount SET LOGGED',
        ),
    ]

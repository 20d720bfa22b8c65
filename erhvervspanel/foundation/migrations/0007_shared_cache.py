"""The cache that all processes share where there is no Redis. Worth nothing after a crash, so it is not in the write-ahead log."""

from django.db import migrations


class Migration(migrations.Migration):

    reviewed = "Laver en ny tabel, som den forrige udgivelse ikke kender."

    dependencies = [
        ('foundation', '0006_log_ins'),
    ]

    operations = [
        migrations.RunSQL(
            [
                # As `createcachetable` makes it, which may have been run, and which the tests' databases begin with.
                'CREATE UNLOGGED TABLE IF NOT EXISTS foundation_cache ('
                'cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL)',
                'CREATE INDEX IF NOT EXISTS foundation_cache_expires ON foundation_cache (expires)',
            ],
            'DROP TABLE foundation_cache',
        ),
    ]

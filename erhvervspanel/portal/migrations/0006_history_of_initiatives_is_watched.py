"""An idea's story tells from the history when an initiative was stopped, so a kept page is too old when a version is added."""

from django.db import migrations

from erhvervspanel.foundation.content_triggers import watched


class Migration(migrations.Migration):

    reviewed = "Triggere uden ændring af tabellen. Den forrige udgivelse skriver versioner som før og hæver indholdets nummer en gang mere."

    dependencies = [
        ('portal', '0005_followers'),
    ]

    operations = [
        migrations.RunSQL(*watched('initiatives_historicalinitiative')),
    ]

"""The triggers of the content version for the material of events."""

from django.db import migrations

from erhvervspanel.foundation.content_triggers import watched


class Migration(migrations.Migration):

    reviewed = "Udløserne bliver sat på et øjeblik, og den forrige udgivelse mærker dem ikke."

    dependencies = [
        ('events', '0009_documents'),
        ('portal', '0003_content_version'),
    ]

    operations = [migrations.RunSQL(*watched('events_material'))]

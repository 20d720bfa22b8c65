from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('ideas', '0007_uploads'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='idea',
            index=models.Index(fields=['theme', 'publish_at', 'id'], name='idea_public_of_theme'),
        ),
    ]

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Collate


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('ideas', '0012_choices_of_uploads'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='idea',
            index=models.Index(
                Collate(
                    models.Func(models.F('title'), function='danish_sort_key', output_field=models.TextField()), 'C'
                ),
                name='idea_by_title',
            ),
        ),
        AddIndexConcurrently(
            model_name='idea',
            index=models.Index(fields=['-updated_at'], name='idea_last_changed'),
        ),
    ]

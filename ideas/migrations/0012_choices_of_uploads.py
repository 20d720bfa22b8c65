from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ideas', '0011_submissions_have_a_status'),
    ]

    operations = [
        migrations.AddField(
            model_name='ideaupload',
            name='answers',
            field=models.JSONField(null=True, verbose_name='valg'),
        ),
    ]

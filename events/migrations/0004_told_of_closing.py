from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0003_usual_retention'),
    ]

    operations = [
        migrations.AddField(
            model_name='registration',
            name='closing_told_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='fik at vide, at ventelisten er lukket'),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0001_first_release'),
    ]

    operations = [
        migrations.AlterField(
            model_name='registration',
            name='notice_version',
            field=models.CharField(blank=True, max_length=20, verbose_name='privatlivsmeddelelse'),
        ),
    ]

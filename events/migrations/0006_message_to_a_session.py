from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0005_when_registration_opens'),
    ]

    operations = [
        migrations.AddField(
            model_name='message',
            name='sessions',
            field=models.JSONField(db_default=[], default=list, verbose_name='har valgt'),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0006_message_to_a_session'),
    ]

    operations = [
        migrations.AlterField(
            model_name='registration',
            name='organisation',
            field=models.CharField(blank=True, max_length=160, verbose_name='virksomhed eller forening'),
        ),
    ]

import events.models.event
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0002_written_up_without_a_notice'),
    ]

    operations = [
        migrations.AlterField(
            model_name=name,
            name='retention_days',
            field=models.PositiveSmallIntegerField(default=events.models.event.usual_retention, help_text='Så mange dage efter arrangementet slettes navne, adresser og mails. Vises ved tilmeldingen.', verbose_name='dage til sletning af oplysninger'),
        )
        for name in ('event', 'historicalevent')
    ]

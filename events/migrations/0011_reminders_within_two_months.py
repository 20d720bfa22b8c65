import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0010_nothing_competes_in_a_crowd'),
    ]

    operations = [
        migrations.AlterField(
            model_name='event',
            name='reminder_days',
            field=models.PositiveSmallIntegerField(blank=True, default=2, help_text='Så mange dage før arrangementet får de tilmeldte en mail. Tomt felt: ingen.', null=True, validators=[django.core.validators.MaxValueValidator(60, 'Højst 60 dage.')], verbose_name='dage til påmindelse'),
        ),
        migrations.AlterField(
            model_name='historicalevent',
            name='reminder_days',
            field=models.PositiveSmallIntegerField(blank=True, default=2, help_text='Så mange dage før arrangementet får de tilmeldte en mail. Tomt felt: ingen.', null=True, validators=[django.core.validators.MaxValueValidator(60, 'Højst 60 dage.')], verbose_name='dage til påmindelse'),
        ),
    ]

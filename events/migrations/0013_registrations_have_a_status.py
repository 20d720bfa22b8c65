from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0012_search_in_programme'),
    ]

    operations = [
        migrations.AlterField(
            model_name='registration',
            name='state',
            field=models.CharField(choices=[('pending', 'Venter på bekræftelse'), ('confirmed', 'Bekræftet'), ('waiting', 'På venteliste'), ('offered', 'Tilbudt en plads'), ('attended', 'Mødte op'), ('no_show', 'Mødte ikke op'), ('lapsed', 'Ikke bekræftet i tide'), ('cancelled', 'Afmeldt'), ('declined', 'Sagde nej til plads'), ('expired', 'Svarede ikke i tide'), ('event_cancelled', 'Arrangementet er aflyst')], max_length=15, verbose_name='status'),
        ),
    ]

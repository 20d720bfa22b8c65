from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ideas', '0002_hides_wordings'),
    ]

    operations = [
        *(
            migrations.AlterField(
                model_name=name,
                name='own_words',
                field=models.TextField(blank=True, help_text='Som det blev sagt eller skrevet. Står på siden, når ideens egne tekster siger noget andet. Ret kun for at tage noget ud, som ikke må stå frem, for eksempel et navn: er ideen offentlig, fortæller dens historie det.', verbose_name='virksomhedernes egne ord'),
            )
            for name in ('idea', 'historicalidea')
        ),
        migrations.AlterField(
            model_name='submission',
            name='state',
            field=models.CharField(choices=[('new', 'Ny'), ('idea', 'Blevet til en ide'), ('answered', 'Besvaret'), ('dismissed', 'Lagt væk')], default='new', max_length=10, verbose_name='status'),
        ),
    ]

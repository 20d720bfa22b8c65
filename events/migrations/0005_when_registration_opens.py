from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0004_told_of_closing'),
    ]

    operations = [
        migrations.AlterField(
            model_name=model,
            name=f'registration_{end}_at',
            field=models.DateTimeField(blank=True, help_text=help_text, null=True, verbose_name=name),
        )
        for model in ('event', 'historicalevent')
        for end, name, help_text in (
            ('opens', 'tilmelding åbner', 'Tomt felt: ingen kan tilmelde sig selv.'),
            ('closes', 'tilmelding lukker', 'Tomt felt: når arrangementet begynder.'),
        )
    ]

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('foundation', '0010_words_as_they_are_searched_for'),
    ]

    operations = [
        migrations.AlterField(
            model_name='outgoingmail',
            name='state',
            field=models.CharField(choices=[('queued', 'I kø'), ('sent', 'Sendt'), ('failed', 'Kan ikke sendes'), ('withheld', 'Holdt tilbage')], default='queued', max_length=8, verbose_name='status'),
        ),
    ]

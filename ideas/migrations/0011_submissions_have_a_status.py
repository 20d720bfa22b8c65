from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ideas', '0010_search_in_assemblies'),
    ]

    operations = [
        migrations.AlterField(
            model_name='submission',
            name='state',
            field=models.CharField(choices=[('new', 'Ny'), ('idea', 'Blevet til en ide'), ('answered', 'Besvaret'), ('dismissed', 'Afvist')], default='new', max_length=10, verbose_name='status'),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ideas', '0002_hides_wordings'),
    ]

    operations = [
        migrations.AlterField(
            model_name='submission',
            name='state',
            field=models.CharField(choices=[('new', 'Ny'), ('idea', 'Blevet til en ide'), ('answered', 'Besvaret'), ('dismissed', 'Lagt væk')], default='new', max_length=10, verbose_name='status'),
        ),
    ]

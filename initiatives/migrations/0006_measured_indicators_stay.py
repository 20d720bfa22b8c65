import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('initiatives', '0005_review_help'),
    ]

    operations = [
        migrations.AlterField(
            model_name='reading',
            name='indicator',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='readings', to='initiatives.indicator', verbose_name='indikator'),
        ),
    ]

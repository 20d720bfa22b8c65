from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('foundation', '0001_first_release'),
    ]

    operations = [
        migrations.AlterField(
            model_name='auditentry',
            name='action',
            field=models.CharField(choices=[('seen', 'Set'), ('added', 'Skrevet op'), ('changed', 'Ændret'), ('erased', 'Slettet'), ('purged', 'Slettet efter frist'), ('printed', 'Udskrevet'), ('exported', 'Hentet som fil'), ('handed_out', 'Udleveret til personen')], max_length=10, verbose_name='hvad'),
        ),
    ]

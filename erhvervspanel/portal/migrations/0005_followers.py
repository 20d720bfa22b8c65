"""The addresses of those who follow something by e-mail."""
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ideas', '0002_hides_wordings'),
        ('initiatives', '0001_first_release'),
        ('panels', '0001_first_release'),
        ('portal', '0004_a_queue_that_fits_is_told'),
    ]

    operations = [
        migrations.CreateModel(
            name='Follower',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=7, unique=True, verbose_name='nummer')),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail')),
                ('email_key', models.CharField(max_length=254, unique=True)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='skrevet op')),
            ],
            options={
                'verbose_name': 'følger',
                'verbose_name_plural': 'følgere',
            },
        ),
        migrations.CreateModel(
            name='Follow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='bedt om')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='bekræftet')),
                ('notice_version', models.CharField(max_length=20, verbose_name='privatlivsmeddelelse')),
                ('idea', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='follows', to='ideas.idea')),
                ('initiative', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='follows', to='initiatives.initiative')),
                ('theme', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='follows', to='panels.theme')),
                ('follower', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='follows', to='portal.follower', verbose_name='følger')),
            ],
            options={
                'verbose_name': 'følger',
                'verbose_name_plural': 'følger',
                'ordering': ('pk',),
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('idea__isnull', False), ('initiative', None), ('theme', None)), models.Q(('idea', None), ('initiative__isnull', False), ('theme', None)), models.Q(('idea', None), ('initiative', None), ('theme__isnull', False)), _connector='OR'), name='follow_of_one_thing'), models.UniqueConstraint(fields=('follower', 'idea'), name='follow_idea_once'), models.UniqueConstraint(fields=('follower', 'initiative'), name='follow_initiative_once'), models.UniqueConstraint(fields=('follower', 'theme'), name='follow_theme_once')],
            },
        ),
    ]

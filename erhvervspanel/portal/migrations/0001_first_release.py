"""News."""
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.text
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from erhvervspanel.foundation.vocabulary import searched

SEARCHED = ('portal_news',)


class Migration(migrations.Migration):

    initial = True

    # What a database ran that is older than the first release.
    replaces = [
        ('portal', '0001_news'),
        ('portal', '0002_search_without_pending_list'),
        ('portal', '0006_words_as_they_are_searched_for'),
        ('portal', '0007_search_by_vocabulary'),
    ]

    dependencies = [
        ('events', '0001_first_release'),
        ('foundation', '0001_first_release'),
        ('ideas', '0001_first_release'),
        ('initiatives', '0001_first_release'),
        ('panels', '0001_first_release'),
    ]

    operations = [
        migrations.CreateModel(
            name='News',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_example', models.BooleanField(default=False, help_text='Sæt flueben, hvis oplysningerne er opdigtede. Siden viser da mærket »Eksempel«.', verbose_name='eksempel')),
                ('provenance', models.TextField(blank=True, help_text='Hvor oplysningerne kommer fra, eller hvad der er eksempel. Vises på siden.', verbose_name='kilde')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='oprettet')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='ændret')),
                ('publish_at', models.DateTimeField(blank=True, db_index=True, help_text='Tomt felt: kladde. Et tidspunkt i fremtiden: siden vises af sig selv fra da af.', null=True, verbose_name='offentliggøres')),
                ('slug', models.SlugField(blank=True, help_text='Sidste led i sidens adresse. Lad feltet stå tomt, så laves det af titlen.', max_length=120, unique=True, verbose_name='adresse')),
                ('title', models.CharField(max_length=120, verbose_name='overskrift')),
                ('summary', models.CharField(help_text='En sætning til oversigter.', max_length=240, verbose_name='kort beskrivelse')),
                ('text', models.TextField(blank=True, help_text='Kan formateres: **fed**, *kursiv*, [tekst](link), og »- « først på en linje giver et punkt.', verbose_name='tekst')),
                ('search_words', models.GeneratedField(db_persist=True, expression=models.Func(models.F('title'), django.db.models.functions.text.Concat(models.F('summary'), models.Value(' '), models.F('text'), output_field=models.TextField()), function='danish_words'), output_field=django.contrib.postgres.search.SearchVectorField())),
                ('events', models.ManyToManyField(blank=True, related_name='news', to='events.event', verbose_name='arrangementer')),
                ('ideas', models.ManyToManyField(blank=True, related_name='news', to='ideas.idea', verbose_name='ideer')),
                ('initiatives', models.ManyToManyField(blank=True, related_name='news', to='initiatives.initiative', verbose_name='initiativer')),
                ('published_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='offentliggjort af')),
                ('themes', models.ManyToManyField(blank=True, related_name='news', to='panels.theme', verbose_name='temaer')),
            ],
            options={
                'verbose_name': 'nyhed',
                'verbose_name_plural': 'nyheder',
                'ordering': ('-publish_at', '-pk'),
                'indexes': [django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['search_words'], name='news_search_words')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalNews',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('is_example', models.BooleanField(default=False, help_text='Sæt flueben, hvis oplysningerne er opdigtede. Siden viser da mærket »Eksempel«.', verbose_name='eksempel')),
                ('provenance', models.TextField(blank=True, help_text='Hvor oplysningerne kommer fra, eller hvad der er eksempel. Vises på siden.', verbose_name='kilde')),
                ('created_at', models.DateTimeField(blank=True, editable=False, verbose_name='oprettet')),
                ('updated_at', models.DateTimeField(blank=True, editable=False, verbose_name='ændret')),
                ('publish_at', models.DateTimeField(blank=True, db_index=True, help_text='Tomt felt: kladde. Et tidspunkt i fremtiden: siden vises af sig selv fra da af.', null=True, verbose_name='offentliggøres')),
                ('slug', models.SlugField(blank=True, help_text='Sidste led i sidens adresse. Lad feltet stå tomt, så laves det af titlen.', max_length=120, verbose_name='adresse')),
                ('title', models.CharField(max_length=120, verbose_name='overskrift')),
                ('summary', models.CharField(help_text='En sætning til oversigter.', max_length=240, verbose_name='kort beskrivelse')),
                ('text', models.TextField(blank=True, help_text='Kan formateres: **fed**, *kursiv*, [tekst](link), og »- « først på en linje giver et punkt.', verbose_name='tekst')),
                ('history_change_reason', models.TextField(null=True, verbose_name='begrundelse')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('published_by', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='offentliggjort af')),
            ],
            options={
                'verbose_name': 'historical nyhed',
                'verbose_name_plural': 'historical nyheder',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalNews_events',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('m2m_history_id', models.AutoField(primary_key=True, serialize=False)),
                ('event', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='events.event')),
                ('history', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, to='portal.historicalnews')),
                ('news', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='portal.news')),
            ],
            options={
                'verbose_name': 'HistoricalNews_events',
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalNews_ideas',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('m2m_history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, to='portal.historicalnews')),
                ('idea', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='ideas.idea')),
                ('news', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='portal.news')),
            ],
            options={
                'verbose_name': 'HistoricalNews_ideas',
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalNews_initiatives',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('m2m_history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, to='portal.historicalnews')),
                ('initiative', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='initiatives.initiative')),
                ('news', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='portal.news')),
            ],
            options={
                'verbose_name': 'HistoricalNews_initiatives',
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalNews_themes',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('m2m_history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, to='portal.historicalnews')),
                ('theme', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='panels.theme')),
                ('news', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='portal.news')),
            ],
            options={
                'verbose_name': 'HistoricalNews_themes',
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        *(migrations.RunSQL(*searched(table)) for table in SEARCHED),
    ]

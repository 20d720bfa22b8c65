"""The Danish of search and sorting, accounts, the outbox, and what else every room stands on."""
import django.contrib.auth.models
import django.contrib.auth.validators
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
import simple_history.models
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models

from erhvervspanel.foundation.danish_sql import FOLD, SORT_KEY, WORDS
from erhvervspanel.foundation.vocabulary import FUNCTION


class Migration(migrations.Migration):

    initial = True

    # What a database ran that is older than the first release.
    replaces = [
        ('foundation', '0001_initial'),
        ('foundation', '0002_outbox_and_due_runs'),
        ('foundation', '0003_guards_and_audit'),
        ('foundation', '0004_handling_persons'),
        ('foundation', '0005_attempts_unlogged'),
        ('foundation', '0006_log_ins'),
        ('foundation', '0007_shared_cache'),
        ('foundation', '0008_erasures'),
        ('foundation', '0009_oldest_mail'),
        ('foundation', '0010_words_as_they_are_searched_for'),
        ('foundation', '0011_mails_have_a_status'),
        ('foundation', '0012_log_ins_by_name'),
        ('foundation', '0013_vocabulary'),
    ]

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        TrigramExtension(),
        migrations.RunSQL(FOLD, 'DROP FUNCTION danish_fold(text)'),
        migrations.RunSQL(SORT_KEY, 'DROP FUNCTION danish_sort_key(text)'),
        migrations.RunSQL(WORDS, 'DROP FUNCTION danish_words(text, text)'),
        migrations.CreateModel(
            name='AttemptCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(max_length=40, verbose_name='hvad')),
                ('key', models.CharField(max_length=64, verbose_name='nøgle')),
                ('window_at', models.DateTimeField(verbose_name='fra')),
                ('count', models.PositiveIntegerField(verbose_name='antal')),
            ],
            options={
                'verbose_name': 'talte forsøg',
                'verbose_name_plural': 'talte forsøg',
                'indexes': [models.Index(fields=['window_at'], name='attempts_by_time')],
                'constraints': [models.UniqueConstraint(fields=('purpose', 'key', 'window_at'), name='attempts_once_per_window')],
            },
        ),
        migrations.CreateModel(
            name='AttemptSalt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(unique=True, verbose_name='dag')),
                ('salt', models.CharField(max_length=64, verbose_name='salt')),
            ],
            options={
                'verbose_name': 'salt for talte forsøg',
                'verbose_name_plural': 'salte for talte forsøg',
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'bruger',
                'verbose_name_plural': 'brugere',
            },
            managers=[
                ('objects', django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='tid')),
                ('action', models.CharField(choices=[('seen', 'Set'), ('added', 'Skrevet op'), ('changed', 'Ændret'), ('erased', 'Slettet'), ('printed', 'Udskrevet'), ('exported', 'Hentet som fil'), ('handed_out', 'Udleveret til personen')], max_length=10, verbose_name='hvad')),
                ('model', models.CharField(blank=True, max_length=80, verbose_name='slags')),
                ('key', models.CharField(blank=True, max_length=40, verbose_name='nummer')),
                ('purpose', models.CharField(blank=True, max_length=200, verbose_name='formål')),
                ('fields', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, size=None, verbose_name='felter')),
                ('rows', models.PositiveIntegerField(default=1, verbose_name='antal')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='hvem')),
            ],
            options={
                'verbose_name': 'opslag i personoplysninger',
                'verbose_name_plural': 'opslag i personoplysninger',
                'ordering': ('-at', '-pk'),
                'permissions': [('handle_person', 'Udlevere og slette en persons oplysninger')],
                'indexes': [models.Index(fields=['-at', '-id'], name='audit_by_time'), models.Index(fields=['model', 'key', '-at'], name='audit_by_thing')],
                'constraints': [models.CheckConstraint(condition=models.Q(('model', ''), ('purpose', ''), _negated=True), name='audit_says_of_what')],
            },
        ),
        migrations.CreateModel(
            name='DueRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('job', models.CharField(max_length=60, verbose_name='opgave')),
                ('due_at', models.DateTimeField(verbose_name='tid')),
                ('done_at', models.DateTimeField(blank=True, null=True, verbose_name='udført')),
            ],
            options={
                'verbose_name': 'planlagt opgave',
                'verbose_name_plural': 'planlagte opgaver',
                'ordering': ('-due_at',),
                'constraints': [models.UniqueConstraint(fields=('job', 'due_at'), name='job_once_per_due_time')],
            },
        ),
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('thing', models.CharField(max_length=80, verbose_name='slags')),
                ('key', models.CharField(max_length=120, verbose_name='nummer')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='slettet')),
            ],
            options={
                'verbose_name': 'sletning',
                'verbose_name_plural': 'sletninger',
                'constraints': [models.UniqueConstraint(fields=('thing', 'key'), name='erasure_noted_once')],
            },
        ),
        migrations.CreateModel(
            name='LogIn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True, db_index=True, verbose_name='hvornår')),
                ('outcome', models.CharField(choices=[('in', 'Logget ind'), ('failed', 'Forkert adgangskode eller kode'), ('locked', 'For mange forsøg'), ('refused', 'Ingen adgang'), ('out', 'Logget ud'), ('ended', 'Sessionen udløb')], max_length=10, verbose_name='hvad')),
                ('method', models.CharField(blank=True, max_length=60, verbose_name='hvordan')),
                ('network', models.CharField(blank=True, max_length=50, verbose_name='netværk')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='log_ins', to=settings.AUTH_USER_MODEL, verbose_name='hvem')),
            ],
            options={
                'verbose_name': 'loginhændelse',
                'verbose_name_plural': 'loginhændelser',
                'ordering': ('-at', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='OutgoingMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=200, unique=True, verbose_name='nøgle')),
                ('kind', models.CharField(max_length=40, verbose_name='slags')),
                ('to', models.CharField(max_length=254, verbose_name='til')),
                ('subject', models.CharField(max_length=200, verbose_name='emne')),
                ('text', models.TextField(verbose_name='tekst')),
                ('html', models.TextField(blank=True, verbose_name='HTML')),
                ('attachments', models.JSONField(blank=True, default=list, verbose_name='vedhæftet')),
                ('message_id', models.CharField(max_length=120, unique=True, verbose_name='Message-ID')),
                ('state', models.CharField(choices=[('queued', 'I kø'), ('sent', 'Sendt'), ('failed', 'Kan ikke sendes'), ('withheld', 'Holdt tilbage')], default='queued', max_length=8, verbose_name='status')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='forsøg')),
                ('next_attempt_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='næste forsøg')),
                ('leased_until', models.DateTimeField(blank=True, null=True, verbose_name='lånt til')),
                ('last_error', models.CharField(blank=True, max_length=300, verbose_name='seneste fejl')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='skrevet')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sendt')),
            ],
            options={
                'verbose_name': 'mail',
                'verbose_name_plural': 'mails',
                'ordering': ('-created_at', '-pk'),
                'indexes': [models.Index(condition=models.Q(('state', 'queued')), fields=['next_attempt_at', 'id'], name='mail_due'), models.Index(condition=models.Q(('state', 'sent')), fields=['sent_at'], name='mail_sent')],
                'constraints': [models.CheckConstraint(condition=models.Q(('sent_at__isnull', False), models.Q(('state', 'sent'), _negated=True), _connector='OR'), name='mail_sent_when')],
            },
        ),
        migrations.CreateModel(
            name='SearchWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.TextField(verbose_name='ord')),
                ('unused_since', models.DateTimeField(blank=True, null=True, verbose_name='står ingen steder siden')),
            ],
            options={
                'verbose_name': 'ord i det, der søges i',
                'verbose_name_plural': 'ord i det, der søges i',
                'indexes': [models.Index(fields=['word'], name='search_word'), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass('word', name='gin_trgm_ops'), fastupdate=False, name='search_word_parts')],
            },
        ),
        migrations.CreateModel(
            name='SynonymGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_example', models.BooleanField(default=False, help_text='Sæt flueben, hvis oplysningerne er opdigtede. Siden viser da mærket »Eksempel«.', verbose_name='eksempel')),
                ('provenance', models.TextField(blank=True, help_text='Hvor oplysningerne kommer fra, eller hvad der er eksempel. Vises på siden.', verbose_name='kilde')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='oprettet')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='ændret')),
                ('words', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), help_text='Skriv ordene med komma imellem, for eksempel: ladestander, opladning, elbil.', size=None, verbose_name='ord')),
            ],
            options={
                'verbose_name': 'synonymer',
                'verbose_name_plural': 'synonymer',
            },
        ),
        migrations.CreateModel(
            name='WorkerBeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, unique=True, verbose_name='worker')),
                ('beat_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='sidst set')),
            ],
            options={
                'verbose_name': 'worker',
                'verbose_name_plural': 'workere',
                'ordering': ('-beat_at',),
            },
        ),
        migrations.CreateModel(
            name='HistoricalSynonymGroup',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('is_example', models.BooleanField(default=False, help_text='Sæt flueben, hvis oplysningerne er opdigtede. Siden viser da mærket »Eksempel«.', verbose_name='eksempel')),
                ('provenance', models.TextField(blank=True, help_text='Hvor oplysningerne kommer fra, eller hvad der er eksempel. Vises på siden.', verbose_name='kilde')),
                ('created_at', models.DateTimeField(blank=True, editable=False, verbose_name='oprettet')),
                ('updated_at', models.DateTimeField(blank=True, editable=False, verbose_name='ændret')),
                ('words', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), help_text='Skriv ordene med komma imellem, for eksempel: ladestander, opladning, elbil.', size=None, verbose_name='ord')),
                ('history_change_reason', models.TextField(null=True, verbose_name='begrundelse')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical synonymer',
                'verbose_name_plural': 'historical synonymer',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.RunSQL(*FUNCTION),
        # Counts of attempts and the cache are worth nothing after a crash: without the write-ahead log they cost less, and no backup
        # holds them.
        migrations.RunSQL(
            'ALTER TABLE foundation_attemptcount SET UNLOGGED',
            'ALTER TABLE foundation_attemptcount SET LOGGED',
        ),
        # The cache that all processes share where there is no Redis: as `createcachetable` makes it, which may have been run, and
        # which the tests' databases begin with.
        migrations.RunSQL(
            [
                'CREATE UNLOGGED TABLE IF NOT EXISTS foundation_cache ('
                'cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL)',
                'CREATE INDEX IF NOT EXISTS foundation_cache_expires ON foundation_cache (expires)',
            ],
            'DROP TABLE foundation_cache',
        ),
    ]

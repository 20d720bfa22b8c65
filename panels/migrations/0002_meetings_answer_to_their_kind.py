"""Panel meetings are found by »panelmøde«, whatever their titles say."""

import django.contrib.postgres.search
import django.db.models.functions.text
from django.db import migrations, models

from erhvervspanel.foundation.vocabulary import searched

TABLE = 'panels_panelmeeting'
BODY = "agenda || ' ' || minutes || ' ' || place"


def words_of(title):
    """SQL that lets the column be made of `title` and BODY. PostgreSQL 15 cannot change what a column is made of."""
    return f"""
        ALTER TABLE {TABLE}
          DROP COLUMN search_words CASCADE,
          ADD COLUMN search_words tsvector GENERATED ALWAYS AS (danish_words({title}, {BODY})) STORED;
        CREATE INDEX meeting_search_words ON {TABLE} USING gin (search_words) WITH (fastupdate = off);
        {searched(TABLE)[0]}
        """


class Migration(migrations.Migration):

    reviewed = (
        "Tabellen har få rækker og er kun låst, mens de bliver skrevet om. Den forrige udgivelse læser kolonnen som før og skriver den ikke."
    )

    dependencies = [
        ('panels', '0001_first_release'),
    ]

    operations = [
        migrations.RunSQL(
            words_of("title || ' panelmøde'"),
            words_of('title'),
            state_operations=[
                migrations.AlterField(
                    'panelmeeting',
                    'search_words',
                    models.GeneratedField(db_persist=True, expression=models.Func(django.db.models.functions.text.Concat(models.F('title'), models.Value(' panelmøde'), output_field=models.TextField()), django.db.models.functions.text.Concat(models.F('agenda'), models.Value(' '), models.F('minutes'), models.Value(' '), models.F('place'), output_field=models.TextField()), function='danish_words'), output_field=django.contrib.postgres.search.SearchVectorField()),
                ),
            ],
        ),
    ]

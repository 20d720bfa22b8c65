from django.db import migrations

SAID = ('outcome', 'reason', 'office', 'service_id')


def let_go_of_treated(apps, schema_editor):
    """Takes the answers out of what came along that somebody has written otherwise since: they are their ideas' own."""
    answers = apps.get_model('ideas', 'Answer').objects
    versions = apps.get_model('ideas', 'HistoricalAnswer').objects.order_by('history_date', 'history_id')
    moves = apps.get_model('ideas', 'Succession').objects.filter(undone_at=None, carried__has_key='answers')
    for move in moves:
        treated = set()
        for copy in answers.filter(pk__in=move.carried['answers']):
            said = [getattr(copy, name) for name in SAID]
            first = versions.filter(id=copy.pk).values_list(*SAID).first()
            original = answers.filter(idea=move.idea_id, decision=copy.decision_id).values_list(*SAID).first()
            if first and said != list(first) and said != list(original or ()):
                treated.add(copy.pk)
        if treated:
            move.carried['answers'] = [key for key in move.carried['answers'] if key not in treated]
            move.save(update_fields=['carried'])


class Migration(migrations.Migration):

    reviewed = 'Skriver kun i de få sammenlægninger, hvis fulgte svar er behandlet siden; den forrige udgivelse læser feltet som før.'

    dependencies = [
        ('ideas', '0003_wordings'),
    ]

    operations = [
        migrations.RunPython(let_go_of_treated, migrations.RunPython.noop, elidable=True),
    ]

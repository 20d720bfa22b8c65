"""The triggers of the content version for the queue of an event, where the event's page tells something else by it."""

from django.db import migrations

# What `seats.fullness` hangs on beyond the event: whether anybody waits where seats are free. Others in the queue change nothing,
# nor does a queue where all seats are taken, so that a crowd that queues up leaves the pages alone.
QUEUE_IS_TOLD = """
CREATE FUNCTION queue_is_told(event bigint, registration bigint) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  RETURN EXISTS (
      SELECT FROM public.events_event WHERE id = event AND seats_taken < capacity AND group_rule = 'wait'
    ) AND NOT EXISTS (
      SELECT FROM public.events_registration WHERE event_id = event AND state = 'waiting' AND id <> registration
    );
END $$
"""


def trigger(name: str, when: str, row: str, condition: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f'CREATE TRIGGER {name} AFTER {when} ON events_registration FOR EACH ROW'
        f' WHEN ({condition} AND queue_is_told({row}.event_id, {row}.id)) EXECUTE FUNCTION content_changed()',
        f'DROP TRIGGER {name} ON events_registration',
    )


class Migration(migrations.Migration):

    reviewed = "Udløserne bliver sat på et øjeblik, og den forrige udgivelse mærker dem ikke."

    dependencies = [
        ('events', '0011_reminders_within_two_months'),
        ('portal', '0004_material_of_events_is_content'),
    ]

    operations = [
        migrations.RunSQL(QUEUE_IS_TOLD, 'DROP FUNCTION queue_is_told'),
        trigger('content_queue_joined', 'INSERT', 'NEW', "NEW.state = 'waiting'"),
        trigger('content_queue_left', 'DELETE', 'OLD', "OLD.state = 'waiting'"),
        trigger('content_queue_moved', 'UPDATE OF state', 'NEW', "(OLD.state = 'waiting') <> (NEW.state = 'waiting')"),
    ]

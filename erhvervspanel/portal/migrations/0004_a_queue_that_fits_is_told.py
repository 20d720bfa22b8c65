"""Who is too many for the whole event is no queue, so that the page of the event does not say that all seats are taken."""

from django.db import migrations

QUEUE_IS_TOLD = """
CREATE OR REPLACE FUNCTION queue_is_told(event bigint, registration bigint) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  RETURN EXISTS (
      SELECT FROM public.events_event WHERE id = event AND seats_taken < capacity AND group_rule = 'wait'
    ) AND NOT EXISTS (
      SELECT FROM public.events_registration WHERE event_id = event AND state = 'waiting' AND id <> registration{fits}
    );
END $$
"""
FITS = """
        AND places <= (SELECT capacity FROM public.events_event WHERE id = event)"""


class Migration(migrations.Migration):

    reviewed = "Ingen rækker skrives om, og tabellen er kun låst, mens den får en udløser."

    dependencies = [
        ('portal', '0003_columns_without_readers'),
    ]

    operations = [
        migrations.RunSQL(QUEUE_IS_TOLD.format(fits=FITS), QUEUE_IS_TOLD.format(fits='')),
        # A party that waits may become so small that it fits.
        migrations.RunSQL(
            'CREATE TRIGGER content_queue_resized AFTER UPDATE OF places ON events_registration FOR EACH ROW'
            " WHEN (NEW.state = 'waiting' AND OLD.places <> NEW.places AND queue_is_told(NEW.event_id, NEW.id))"
            ' EXECUTE FUNCTION content_changed()',
            'DROP TRIGGER content_queue_resized ON events_registration',
        ),
    ]

"""The content version, and the triggers of every table that a public page shows something of."""

from django.db import migrations

from erhvervspanel.foundation.content_triggers import NO_SCHEMA, SCHEMA, content_moments, watched

TABLES = (
    'foundation_synonymgroup',
    'panels_attendance', 'panels_company', 'panels_decision', 'panels_focusarea', 'panels_material', 'panels_need',
    'panels_panelmeeting', 'panels_theme',
    'ideas_answer', 'ideas_assembly', 'ideas_feedback', 'ideas_idea', 'ideas_idea_companies', 'ideas_idea_meetings',
    'ideas_idea_needs', 'ideas_idea_related', 'ideas_overlap', 'ideas_recommendation', 'ideas_service',
    'ideas_service_needs', 'ideas_succession',
    # The story of an idea tells of earlier wordings and answers.
    'ideas_historicalanswer', 'ideas_historicalidea',
    'initiatives_indicator', 'initiatives_initiative', 'initiatives_initiative_ideas', 'initiatives_initiative_partners',
    'initiatives_initiative_recommendations', 'initiatives_initiative_services', 'initiatives_milestone',
    'initiatives_partner', 'initiatives_reading',
    'events_event_initiatives', 'events_material', 'events_proposal', 'events_proposal_ideas', 'events_proposal_recommendations',
    'events_session_speakers', 'events_speaker', 'events_venue',
    'portal_news', 'portal_news_events', 'portal_news_ideas', 'portal_news_initiatives', 'portal_news_themes',
)

MOMENTS = {
    'panels_decision': ('publish_at',),
    'panels_panelmeeting': ('publish_at', 'starts_at', 'ends_at'),
    'panels_theme': ('publish_at',),
    'ideas_answer': ('publish_at',),
    'ideas_assembly': ('publish_at',),
    'ideas_idea': ('publish_at',),
    'ideas_overlap': ('publish_at',),
    'ideas_recommendation': ('publish_at',),
    'ideas_service': ('publish_at',),
    'initiatives_initiative': ('publish_at',),
    'events_event': ('publish_at', 'starts_at', 'ends_at', 'registration_opens_at', 'registration_closes_at'),
    'portal_news': ('publish_at',),
}

# All but the seats taken: a registration is no change of what a page shows, until there are few left, or none.
EVENT = (
    'id', 'is_example', 'provenance', 'created_at', 'updated_at', 'publish_at', 'published_by_id', 'slug', 'kind', 'title',
    'summary', 'description', 'outcome', 'starts_at', 'ends_at', 'venue_id', 'capacity', 'most_places', 'confirms_email',
    'promotion', 'group_rule', 'audience', 'invitation_version', 'most_per_company', 'asks_names', 'asks_access',
    'reminder_days', 'retention_days', 'registration_opens_at', 'registration_closes_at', 'cancelled_at', 'sequence',
    'theme_id',
)
SESSION = (
    'id', 'is_example', 'provenance', 'created_at', 'updated_at', 'event_id', 'kind', 'title', 'description', 'starts_at',
    'ends_at', 'room', 'capacity',
)


def fullness(row: str) -> str:
    """What `Event.fullness` hangs on."""
    left = f'{row}.capacity - {row}.seats_taken'
    return (
        f'CASE WHEN {row}.capacity IS NULL THEN 0 WHEN {left} <= 0 THEN 1'
        f' WHEN ({left}) * 10 <= {row}.capacity THEN 2 ELSE 3 END'
    )


def told_otherwise() -> dict[str, str]:
    return {'seats_taken': f'{fullness("OLD")} <> {fullness("NEW")}'}


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

    # What a database ran that is older than the first release.
    replaces = [
        ('portal', '0003_content_version'),
        ('portal', '0004_material_of_events_is_content'),
        ('portal', '0005_a_queue_is_told'),
    ]

    dependencies = [
        ('portal', '0001_first_release'),
    ]

    operations = [
        migrations.RunSQL(SCHEMA, NO_SCHEMA),
        migrations.RunSQL(*content_moments(MOMENTS)),
        *(migrations.RunSQL(*watched(table)) for table in TABLES),
        migrations.RunSQL(*watched('events_event', columns=EVENT, also=told_otherwise())),
        migrations.RunSQL(*watched('events_session', columns=SESSION)),
        # What the nightly control of links finds is shown; when it was made is not.
        migrations.RunSQL(
            *watched(
                'ideas_linkcheck',
                columns=('id', 'service_id'),
                also={'problem': 'OLD.problem <> NEW.problem'},
            )
        ),
        migrations.RunSQL(QUEUE_IS_TOLD, 'DROP FUNCTION queue_is_told'),
        trigger('content_queue_joined', 'INSERT', 'NEW', "NEW.state = 'waiting'"),
        trigger('content_queue_left', 'DELETE', 'OLD', "OLD.state = 'waiting'"),
        trigger('content_queue_moved', 'UPDATE OF state', 'NEW', "(OLD.state = 'waiting') <> (NEW.state = 'waiting')"),
        migrations.RunSQL('SELECT renew_content_version()', migrations.RunSQL.noop),
    ]

"""Portal and workers run as a role that has few rights (deploy/roles.sql, deploy/grants.sql): all that they do, and no more."""

import re
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from erhvervspanel.foundation import audit, due_jobs
from erhvervspanel.foundation.accounts import log
from erhvervspanel.foundation.checks import role_problems
from erhvervspanel.foundation.models import AuditAction, AuditEntry, LogIn, LogInOutcome, SearchWord, User
from erhvervspanel.foundation.outbox import send_due
from erhvervspanel.portal.views.machines import PageSitemap
from events.actions import cancel
from events.models import Registration
from ideas.models import Idea
from tests.chains import chain
from tests.events.test_registering import come, open_event
from tests.factories import IdeaFactory, UserFactory
from tests.forms import fields_of

pytestmark = pytest.mark.django_db
DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
PORTAL, READER, OWNER = "erhvervspanel_portal", "erhvervspanel_reader", "erhvervspanel_owner"
REFUSED = "permission denied|must |row-level security"


def run(*statements: str) -> list[tuple]:
    """What the last of `statements` gives."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture
def roles():
    """The roles and their rights, in the test's own transaction: they are gone with it. Both scripts twice, as after each update."""
    for _ in range(2):
        run((DEPLOY / "roles.sql").read_text())
        call_command("grant", verbosity=0)


@contextmanager
def as_role(name: str):
    """As if the role had logged in: it cannot go back to be somebody else."""
    run(f"SET SESSION AUTHORIZATION {name}")
    try:
        yield
    finally:
        run("RESET SESSION AUTHORIZATION")


@pytest.fixture
def portal(roles):
    """The test's connection, as the portal's role."""
    with as_role(PORTAL):
        yield


def refused(statement: str) -> None:
    try:
        with transaction.atomic():
            run(statement)
    except ProgrammingError as error:
        assert re.search(REFUSED, str(error)), (statement, error)  # noqa: PT017 (with the statement that it was)
    else:
        raise AssertionError(f"{statement} was not refused.")


def test_every_public_page_is_served(portal, client):
    rows = chain()
    things = [rows.theme, rows.decision, *rows.ideas, *rows.meetings, *rows.companies, *rows.recommendations]
    things += [*rows.initiatives, *rows.events, *rows.news]
    pages = [
        "portal:search",
        "portal:numbers",
        "portal:home",
        "portal:feed",
        "portal:sitemap",
        "portal:readyz",
        "events:calendar",
    ]
    paths = [*(thing.get_absolute_url() for thing in things), *map(reverse, [*PageSitemap().items(), *pages])]
    assert {path: client.get(path, {"q": "ide"}).status_code for path in paths} == dict.fromkeys(paths, 200)


def test_a_citizen_registers_changes_and_cancels_and_is_written_to(portal, client):
    event = open_event()
    come(event)
    registration = Registration.objects.get()
    page = client.get(f"{registration.get_absolute_url()}ret/")
    assert client.post(f"{registration.get_absolute_url()}ret/", fields_of(page)).status_code == 302
    cancel(registration)
    assert send_due() == 2


def test_staff_save_restore_and_delete_a_record(portal, client):
    client.force_login(UserFactory(superuser=True))
    idea = IdeaFactory(draft=True)  # what has been public is not deleted
    path = f"/admin/ideas/idea/{idea.pk}/change/"
    form = fields_of(client.get(path))
    assert client.post(path, form | {"title": ["En bedre titel"]}).status_code == 302
    first = idea.history.earliest("history_date")
    assert client.post(f"/admin/ideas/idea/{idea.pk}/history/{first.pk}/").status_code == 302
    assert client.post(f"/admin/ideas/idea/{idea.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Idea.objects.exists()


def test_who_writes_a_text_needs_no_right_to_the_words_that_search_goes_by(roles):
    """Between `migrate` and deploy/grants.sql the portal that serves has none."""
    run(f"REVOKE ALL ON foundation_searchword FROM {PORTAL}")
    with as_role(PORTAL):
        idea = IdeaFactory(title="Fjernvarme")
        Idea.objects.filter(pk=idea.pk).update(title="Vandmølle")
    assert SearchWord.objects.filter(word__in=["fjernvarme", "vandmoelle"]).count() == 2


def test_a_colleague_who_has_saved_records_can_be_deleted(portal, client):
    client.force_login(UserFactory(superuser=True))
    colleague = UserFactory(staff=True)
    idea = IdeaFactory()
    idea._history_user = colleague
    idea.save()
    colleague.delete()
    assert idea.history.latest("history_date").history_user is None
    assert User.objects.count() == 1


def test_what_a_colleague_did_goes_with_the_account_and_not_before(portal, client):
    colleague = UserFactory(staff=True)
    old, new = (
        LogEntry.objects.create(user=colleague, object_repr="En ide", action_flag=CHANGE) for _ in range(2)
    )
    run("RESET SESSION AUTHORIZATION")
    forgotten = (
        timezone.now() - log.KEPT + timedelta(hours=168)
    )  # the longest session after the last log-in that is forgotten
    LogEntry.objects.filter(pk=old.pk).update(action_time=forgotten)
    run(f"SET SESSION AUTHORIZATION {PORTAL}")
    refused("UPDATE django_admin_log SET object_repr = 'rettet'")
    assert LogEntry.objects.filter(pk=new.pk).delete()[0] == 0
    run("RESET SESSION AUTHORIZATION")
    LogEntry.objects.filter(pk=new.pk).delete()
    run(f"SET SESSION AUTHORIZATION {PORTAL}")
    colleague.delete()
    connection.check_constraints()
    assert not LogEntry.objects.exists()


def test_staff_close_an_account_and_delete_one_whose_log_ins_are_forgotten(portal, client):
    client.force_login(chief := UserFactory(superuser=True))
    colleague = UserFactory(staff=True)
    page = f"/admin/foundation/user/{colleague.pk}"
    form = fields_of(client.get(f"{page}/change/"))
    form.pop("is_active")
    assert client.post(f"{page}/change/", form).status_code == 302
    colleague.refresh_from_db()
    assert not colleague.is_active
    assert client.post(f"{page}/delete/", {"post": "yes"}).status_code == 302
    connection.check_constraints()
    assert list(User.objects.all()) == [chief]
    assert [entry.action_flag for entry in LogEntry.objects.order_by("pk")] == [CHANGE, DELETION]


def test_every_job_of_the_worker_runs(portal):
    come(open_event())
    assert len(due_jobs.run_due()) == len(due_jobs.JOBS)
    call_command("check_capacity")
    call_command("setup_roles", verbosity=0)


def test_the_log_of_personal_data_loses_what_is_past_its_day_and_nothing_else(portal):
    old = audit.record(AuditAction.SEEN, by=None, purpose="gammel")
    new = audit.record(AuditAction.SEEN, by=None, purpose="ny")
    run("RESET SESSION AUTHORIZATION")
    AuditEntry.objects.filter(pk=old.pk).update(at=timezone.now() - audit.KEPT - timedelta(days=1))
    run(f"SET SESSION AUTHORIZATION {PORTAL}")
    assert AuditEntry.objects.all().delete()[0] == 1
    assert list(AuditEntry.objects.all()) == [new]
    assert audit.forget_old() == 0
    refused("UPDATE foundation_auditentry SET purpose = 'rettet'")


def test_the_log_of_log_ins_loses_what_is_past_its_day_and_nothing_else(portal):
    old, new = (LogIn.objects.create(outcome=LogInOutcome.IN) for _ in range(2))
    run("RESET SESSION AUTHORIZATION")
    LogIn.objects.filter(pk=old.pk).update(at=timezone.now() - log.KEPT - timedelta(days=1))
    run(f"SET SESSION AUTHORIZATION {PORTAL}")
    assert LogIn.objects.all().delete()[0] == 1
    assert list(LogIn.objects.all()) == [new]
    refused("UPDATE foundation_login SET outcome = 'out'")


def test_a_reason_in_the_log_of_a_registration_is_taken_out_and_never_another(portal):
    registration = come(open_event())
    cancel(registration, by=UserFactory(), reason="Er syg")
    refused("UPDATE events_registrationchange SET reason = 'rettet'")
    registration.changes.update(reason="")
    assert set(registration.changes.values_list("reason", flat=True)) == {""}


def test_the_portal_may_not_do_what_it_has_no_use_for(portal):
    for statement in FORBIDDEN:
        refused(statement)


FORBIDDEN = [
    "CREATE TABLE public.ny (id int)",
    "CREATE TEMPORARY TABLE ny (id int)",
    "CREATE SCHEMA ny",
    "CREATE EXTENSION pg_buffercache",
    "ALTER TABLE ideas_idea ADD COLUMN ny int",
    "DROP TABLE ideas_idea",
    "TRUNCATE events_message",
    "CREATE INDEX ON ideas_idea (title)",
    "CREATE FUNCTION ny() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE ROLE ny",
    "ALTER ROLE erhvervspanel_portal SUPERUSER",
    "ALTER TABLE foundation_auditentry DISABLE ROW LEVEL SECURITY",
    "DROP POLICY portal_forgets ON foundation_auditentry",
    "SELECT rolpassword FROM pg_authid",
    "SELECT pg_read_file('/etc/passwd')",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "INSERT INTO django_migrations (app, name, applied) VALUES ('ideas', 'x', now())",
    "UPDATE auth_permission SET name = 'x'",
    "UPDATE ideas_historicalidea SET title = 'x'",
    "DELETE FROM ideas_historicalidea",
    "DELETE FROM ideas_historicalidea_needs",
    "UPDATE events_registrationchange SET after = 'confirmed'",
    "DELETE FROM events_registrationchange",
    "DELETE FROM events_registration",
    "SET ROLE erhvervspanel_owner",
]


def test_a_table_that_migrate_makes_can_be_used_at_once_and_its_history_is_kept_after_the_script(roles):
    with as_role(OWNER):
        run("CREATE TABLE ideas_historicalny (id int, history_user_id int)")
    with as_role(PORTAL):
        run("INSERT INTO ideas_historicalny VALUES (1, 1)", "UPDATE ideas_historicalny SET id = 2")
    call_command("grant", verbosity=0)
    with as_role(PORTAL):
        run("UPDATE ideas_historicalny SET history_user_id = NULL")
        refused("UPDATE ideas_historicalny SET id = 3")


def test_the_owner_makes_what_the_migrations_ask_for(roles):
    """Extensions included: none of them takes a superuser."""
    assert run("SELECT extname FROM pg_extension WHERE extname <> 'plpgsql'") == [("pg_trgm",)]
    trusted = "SELECT bool_and(trusted) FROM pg_available_extension_versions WHERE name = 'pg_trgm'"
    assert run(trusted) == [(True,)]
    with as_role(OWNER):
        run("CREATE EXTENSION citext", "CREATE TABLE ny (navn citext)")


def test_the_reader_sees_what_is_about_nobody_and_changes_nothing(roles):
    IdeaFactory()
    with as_role(READER):
        assert run("SELECT count(*) FROM ideas_idea, ideas_historicalidea") == [(1,)]
        refused("UPDATE ideas_idea SET title = 'x'")
        hidden = run(
            "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND NOT has_table_privilege(oid, 'SELECT')"
        )
    assert hidden == [(" ".join(sorted(PRIVATE)),)]


PRIVATE = [
    "account_emailaddress",
    "account_emailconfirmation",
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "django_admin_log",
    "django_content_type",
    "django_migrations",
    "django_session",
    "events_accessneed",
    "events_companion",
    "events_message",
    "events_registration",
    "events_registrationchange",
    "events_sessionchoice",
    "foundation_attemptcount",
    "foundation_attemptsalt",
    "foundation_auditentry",
    "foundation_cache",
    "foundation_login",
    "foundation_outgoingmail",
    "foundation_searchword",
    "foundation_user",
    "foundation_user_groups",
    "foundation_user_user_permissions",
    "ideas_ideaupload",
    "ideas_note",
    "ideas_submission",
    "mfa_authenticator",
    "portal_follow",
    "portal_follower",
    "socialaccount_socialaccount",
    "socialaccount_socialapp",
    "socialaccount_socialtoken",
]


def test_the_servers_own_log_holds_no_row(roles):
    settings = dict(
        run("SELECT rolname, setconfig FROM pg_db_role_setting JOIN pg_roles ON pg_roles.oid = setrole")
    )
    for told in map(settings.get, (OWNER, PORTAL, READER)):
        assert {"log_error_verbosity=terse", "log_min_error_statement=panic"} <= set(told)


def test_deployment_is_warned_of_a_role_that_may_too_much(roles):
    assert [message.id for message in role_problems(connection)] == ["erhvervspanel.W004"]
    with as_role(OWNER):
        assert [message.id for message in role_problems(connection)] == ["erhvervspanel.W004"]
    with as_role(PORTAL), override_settings(TESTING=False):
        assert role_problems(connection) == []
        call_command("check", "--deploy", "--database=default", "--tag=database", "--fail-level=WARNING")

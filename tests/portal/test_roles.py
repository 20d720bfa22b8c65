"""Who may what: every role does what it may, and is refused and not shown what it may not, through the real pages."""

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import transaction
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from erhvervspanel.foundation.models import OutgoingMail
from erhvervspanel.portal.roles import (
    ADMINISTRATOR,
    CURATOR,
    EVENT_MANAGER,
    OWNER,
    READER,
    ROLES,
    SECRETARY,
    setup_roles,
)
from ideas.actions.answers import missing_from
from ideas.committee.preview import previews_of
from panels.models import Company, Decision
from tests.documents import file, pdf
from tests.events.test_registering import come, open_event
from tests.factories import (
    AnswerFactory,
    CompanyFactory,
    DecisionFactory,
    IdeaFactory,
    InitiativeFactory,
    PanelMeetingFactory,
    ThemeFactory,
    UserFactory,
)
from tests.forms import fields_of
from tests.ideas.committee.conftest import sent_by
from tests.ideas.test_submissions import submitted

pytestmark = pytest.mark.django_db
EVERYBODY = frozenset(ROLES)
DECISION = {
    "committee": "Erhvervsudvalget", "decided_on": "2021-06-01", "title": "Svar på ideerne", "slug": "svar-paa-ideerne",
    "text": "Udvalget svarer.", "publish_at_0": "2021-06-02", "publish_at_1": "08:00",
    "answers-TOTAL_FORMS": "0", "answers-INITIAL_FORMS": "0",
}  # fmt: skip


@pytest.fixture
def world():
    """One of each thing in each state that the deeds need, and an administrator's browser to read forms with."""
    setup_roles()
    theme = ThemeFactory()
    boss = Client()
    boss.force_login(UserFactory(superuser=True))
    agenda, ready = DecisionFactory(draft=True), DecisionFactory(draft=True)
    event = open_event()
    come(event)
    return SimpleNamespace(
        boss=boss,
        draft=IdeaFactory(theme=theme, draft=True),
        public=IdeaFactory(theme=theme),
        other=IdeaFactory(theme=theme),
        company=CompanyFactory(),
        double=CompanyFactory(cvr=None),
        agenda=agenda,
        open=AnswerFactory(decision=agenda, open=True, idea__theme=theme),
        ready=ready,
        complete=AnswerFactory(decision=ready, draft=True, idea__theme=theme),
        own=InitiativeFactory(theme=theme),
        others=InitiativeFactory(theme=theme, owner=UserFactory(staff=True)),
        event=event,
        meeting=PanelMeetingFactory(theme=theme),
        need=submitted(),
        mail=OutgoingMail.objects.first(),
    )


def member(role, world):
    """A browser of somebody with `role`, who owns the world's `own` initiative."""
    user = UserFactory(staff=True)
    user.groups.add(Group.objects.get(name=role.name))
    world.own.owner = user
    world.own.save()
    client = Client()
    client.force_login(user)
    return client


def change_page(row) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def changed(row: str, **changes):
    """Sends the form of the world's `row` with `changes`, whoever filled it in."""

    def do(client, world):
        thing = getattr(world, row)
        form = fields_of(world.boss.get(change_page(thing)))
        return client.post(change_page(thing), form | changes)

    def done(world, response):
        thing = getattr(world, row)
        thing.refresh_from_db()
        return all(getattr(thing, name) == value for name, value in changes.items())

    def shown(client, world):
        return 'name="_save"' in client.get(change_page(getattr(world, row))).text

    return do, done, shown


def bulk(action: str, row: str, done: Callable, *others: str, **given):
    """The bulk `action` on the world's `row`, and on `others` of its kind."""

    def address(world):
        return change_page(getattr(world, row)).rsplit(f"/{getattr(world, row).pk}/", 1)[0] + "/"

    def do(client, world):
        values = {name: value(world) if callable(value) else value for name, value in given.items()}
        rows = [getattr(world, name).pk for name in (row, *others)]
        chosen = {"action": action, "_selected_action": rows, "confirmed": "1"}
        response = client.post(address(world), chosen | values)
        # What is shown before it is done is sent once more as it stands.
        return client.post(address(world), fields_of(response)) if response.status_code == 200 else response

    def shown(client, world):
        return f'<option value="{action}">' in client.get(address(world)).text

    return do, done, shown


def opened(name: str, *path: str, on: str = "/admin/"):
    """The page `name`, for the row that `path` leads to; its address stands on the page `on`, or on the row that it names."""

    def address(world):
        return reverse(f"admin:{name}", args=[getattr(world, path[0]).pk] if path else [])

    def do(client, world):
        return client.get(address(world))

    def done(world, response):
        return response.status_code == 200

    def shown(client, world):
        page = change_page(getattr(world, on)) if hasattr(world, on) else on
        return f'href="{address(world)}"' in client.get(page).text

    return do, done, shown


def put_up(owner: str):
    """A document as material of the world's `owner`, on the material's own page."""

    def address(world):
        return reverse(f"admin:{getattr(world, owner)._meta.app_label}_material_add")

    def do(client, world):
        form = fields_of(world.boss.get(address(world)))
        given = {"title": "Oplæg", owner: getattr(world, owner).pk, "document": file("a.pdf", pdf())}
        return client.post(address(world), form | given)

    def done(world, response):
        return getattr(world, owner).materials.filter(document__endswith="-a.pdf").exists()

    def shown(client, world):
        return 'name="materials-__prefix__-document"' in client.get(change_page(getattr(world, owner))).text

    return do, done, shown


def written(client, world):
    url = reverse("admin:panels_decision_answers", args=[world.agenda.pk])
    form = sent_by(world.boss.get(url))
    name = next(name for name in form if name.endswith("reason"))
    return client.post(url, form | {name: "Fordi."})


def answers_published(client, world):
    url = reverse("admin:panels_decision_publish", args=[world.ready.pk])
    return client.post(url, sent_by(world.boss.get(url)))


def is_public(name: str) -> Callable:
    return lambda world, response: (
        type(getattr(world, name)).objects.published().filter(pk=getattr(world, name).pk).exists()
    )


def step_shown(decision: str, name: str) -> Callable:
    def shown(client, world):
        row = getattr(world, decision)
        return reverse(f"admin:panels_decision_{name}", args=[row.pk]) in client.get(change_page(row)).text

    return shown


def exported(client, world):
    url = reverse("admin:events_event_hent", args=[world.event.pk])
    return client.post(url, {"states": ["pending"], "file_format": "csv", "purpose": "Dørliste"})


def put_away(client, world):
    return client.post(reverse("admin:ideas_submission_handle", args=[world.need.pk]), {"step": "afvis"})


def state_is(row: str, state: str) -> Callable:
    def done(world, response):
        getattr(world, row).refresh_from_db()
        return getattr(world, row).state == state

    return done


@dataclass(frozen=True)
class Deed:
    """Something that staff do.

    Attributes:
        does: how, as a triple: doing it, whether it is done, and whether it is offered.
    """

    roles: frozenset
    does: tuple[Callable, Callable, Callable]


def deed(does, *roles) -> Deed:
    return Deed(frozenset(roles), does)


DEEDS = {
    "see the ideas": Deed(EVERYBODY, opened("ideas_idea_changelist")),
    "see an idea": Deed(EVERYBODY, opened("ideas_idea_change", "draft", on="/admin/ideas/idea/")),
    "change a draft": deed(changed("draft", title="Ny titel"), CURATOR, ADMINISTRATOR),
    "change a public idea": deed(changed("public", title="Ny titel"), CURATOR, ADMINISTRATOR),
    "publish a draft": deed(bulk("publish_rows", "draft", is_public("draft"), at=""), CURATOR, ADMINISTRATOR),
    "put a public idea on the agenda": deed(
        bulk(
            "put_on_agenda",
            "public",
            lambda world, response: world.public.answers.exists(),
            decision=lambda world: world.agenda.pk,
        ),
        CURATOR, SECRETARY, ADMINISTRATOR,
    ),
    "merge ideas": deed(
        bulk(
            "merge",
            "public",
            lambda world, response: world.public.successions.exists(),
            into=lambda world: world.other.reference,
            reason="Det samme.",
        ),
        CURATOR, ADMINISTRATOR,
    ),
    "merge companies": deed(
        bulk(
            "merge",
            "company",
            lambda world, response: not Company.objects.filter(pk=world.double.pk).exists(),
            "double",
            into=lambda world: world.company.pk,
            reason="Det samme.",
        ),
        CURATOR, ADMINISTRATOR,
    ),
    "publish a decision as it is made": deed(
        (
            lambda client, world: client.post("/admin/panels/decision/add/", DECISION),
            lambda world, response: Decision.objects.published().filter(slug=DECISION["slug"]).exists(),
            None,
        ),
        SECRETARY, ADMINISTRATOR,
    ),
    "write answers": deed(
        (written, lambda world, response: world.open.decision.answers.get().reason == "Fordi.", step_shown("agenda", "answers")),
        SECRETARY, ADMINISTRATOR,
    ),
    "publish answers": deed(
        (answers_published, is_public("complete"), step_shown("ready", "publish")), SECRETARY, ADMINISTRATOR
    ),
    "read the memo": deed(
        opened("panels_decision_memo", "agenda", on="agenda"),
        READER, CURATOR, SECRETARY, OWNER, EVENT_MANAGER, ADMINISTRATOR,
    ),
    "change one's own initiative": deed(changed("own", title="Ny titel"), OWNER, ADMINISTRATOR),
    "change another's initiative": deed(changed("others", title="Ny titel"), ADMINISTRATOR),
    "see another's initiative": deed(
        opened("initiatives_initiative_change", "others", on="/admin/initiatives/initiative/"),
        READER, CURATOR, SECRETARY, EVENT_MANAGER, ADMINISTRATOR,
    ),
    "change an event": deed(changed("event", title="Ny titel"), EVENT_MANAGER, ADMINISTRATOR),
    "put up material of a meeting": deed(put_up("meeting"), CURATOR, ADMINISTRATOR),
    "put up material of an event": deed(put_up("event"), EVENT_MANAGER, ADMINISTRATOR),
    "see registrations": deed(opened("events_event_tilmeldinger", "event", on="event"), EVENT_MANAGER, ADMINISTRATOR),
    "open the door": deed(
        (
            *opened("events_event_doer", "event")[:2],
            lambda client, world: "/doer/" in client.get(f"/admin/events/event/{world.event.pk}/tilmeldinger/").text,
        ),
        EVENT_MANAGER, ADMINISTRATOR,
    ),
    "take registrations out": deed(
        (exported, lambda world, response: "attachment" in response.get("Content-Disposition", ""), None),
        EVENT_MANAGER, ADMINISTRATOR,
    ),
    "put a need away": deed(
        (put_away, state_is("need", "dismissed"), opened("ideas_submission_handle", "need", on="need")[2]),
        CURATOR, ADMINISTRATOR,
    ),
    "see a person's data": deed(
        opened("foundation_person", on="/admin/foundation/auditentry/"), ADMINISTRATOR
    ),
    "read the log of personal data": deed(opened("foundation_auditentry_changelist"), ADMINISTRATOR),
    "see mails": deed(opened("foundation_outgoingmail_changelist"), EVENT_MANAGER, ADMINISTRATOR),
    "see accounts": deed(opened("foundation_user_changelist"), ADMINISTRATOR),
    "see roles": deed(opened("auth_group_changelist"), ADMINISTRATOR),
    "add a piece of news": deed(opened("portal_news_add"), CURATOR, ADMINISTRATOR),
    "write synonyms": deed(opened("foundation_synonymgroup_add"), CURATOR, ADMINISTRATOR),
}  # fmt: skip


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_the_matrix(world, role):
    """Each deed begins in the same world: what it did is taken back."""
    client = member(role, world)
    wrong = []
    for name, deed in DEEDS.items():
        with transaction.atomic():
            wrong += [f"{name}: {what}" for what in faults(client, world, deed, may=role in deed.roles)]
            transaction.set_rollback(True)
        for row in vars(world).values():
            if isinstance(row, Model):
                row.refresh_from_db()
    assert wrong == []


def faults(client, world, deed: Deed, *, may: bool) -> list[str]:
    """What is not as it should be when somebody who may, or may not, does the deed."""
    do, done, shown = deed.does
    found = []
    if shown is not None and bool(shown(client, world)) != may:
        found.append("is not offered" if may else "is offered")
    response = do(client, world)
    if bool(done(world, response)) != may:
        found.append(f"is {'not ' if may else ''}done ({response.status_code})")
    if response.status_code >= 500:
        found.append(f"breaks ({response.status_code})")
    return found


@pytest.mark.parametrize("role", [CURATOR, SECRETARY, ADMINISTRATOR], ids=lambda role: role.name)
def test_who_may_fill_the_agenda_is_still_refused_a_draft(world, role):
    do, _, _ = bulk("put_on_agenda", "draft", None, decision=lambda world: world.agenda.pk)
    do(member(role, world), world)
    assert not world.draft.answers.exists()


@pytest.mark.parametrize("role", [SECRETARY, ADMINISTRATOR], ids=lambda role: role.name)
def test_who_may_publish_answers_is_still_refused_incomplete_ones(world, role):
    url = reverse("admin:panels_decision_publish", args=[world.agenda.pk])
    client = member(role, world)
    [preview] = previews_of([world.agenda])
    page = client.post(url, {"at": "", f"set-{world.agenda.pk}": preview.fingerprint})
    assert page.context["problems"] == missing_from([world.open])
    assert not is_public("open")(world, None)


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_no_role_sees_drafts_on_the_public_side(world, role):
    client = member(role, world)
    assert client.get(world.public.get_absolute_url()).status_code == 200
    assert client.get(world.draft.get_absolute_url()).status_code == 404


def test_an_owner_gives_an_initiative_to_nobody_else(world):
    client = member(OWNER, world)
    stranger = UserFactory(staff=True)
    form = fields_of(world.boss.get(change_page(world.own)))
    client.post(change_page(world.own), form | {"owner": stranger.pk, "title": "Ny titel"})
    world.own.refresh_from_db()
    assert (world.own.title, world.own.owner != stranger) == ("Ny titel", True)


def test_an_administrator_makes_no_superuser_and_takes_none_over(world):
    client = member(ADMINISTRATOR, world)
    colleague, boss = UserFactory(staff=True), UserFactory(superuser=True)
    client.post(
        change_page(colleague), fields_of(world.boss.get(change_page(colleague))) | {"is_superuser": "on"}
    )
    colleague.refresh_from_db()
    assert not colleague.is_superuser
    assert client.post(change_page(boss), {"username": "taget"}).status_code == 403
    assert client.post(reverse("admin:auth_user_password_change", args=[boss.pk])).status_code == 403


def test_roles_are_what_the_code_says_again_after_set_up(capsys):
    setup_roles()
    reader = Group.objects.get(name=READER.name)
    reader.permissions.add(Permission.objects.get(codename="delete_idea"))
    assert setup_roles() == [READER.name]
    assert not reader.permissions.filter(codename="delete_idea").exists()
    call_command("setup_roles")
    assert capsys.readouterr().out == "Rollerne er, som de skal være.\n"


def test_other_groups_are_left_alone():
    other = Group.objects.create(name="Praktikanter")
    other.permissions.add(Permission.objects.get(codename="view_idea"))
    setup_roles()
    assert other.permissions.count() == 1

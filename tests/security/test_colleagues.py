"""What one colleague may not see or do that another may: by number, by an extra field, or with the other's session."""

import pytest
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import NoReverseMatch, reverse

from erhvervspanel.foundation.models import AuditAction, AuditEntry, OutgoingMail, User
from erhvervspanel.foundation.persons import Mails
from erhvervspanel.portal.roles import EVENT_MANAGER, OWNER, READER, setup_roles
from events.models import Registration
from ideas.models import Idea, IdeaUpload
from tests.events.test_registering import come, open_event
from tests.factories import (
    IndicatorFactory,
    InitiativeFactory,
    LogInFactory,
    MilestoneFactory,
    ReadingFactory,
    ThemeFactory,
    UserFactory,
)
from tests.forms import fields_of
from tests.ideas.test_submissions import submitted

pytestmark = pytest.mark.django_db


def member(client, role) -> User:
    setup_roles()
    user = UserFactory(staff=True)
    user.groups.add(Group.objects.get(name=role.name))
    client.force_login(user)
    return user


@pytest.mark.parametrize("superuser", [False, True])
def test_no_number_leads_to_a_registrations_secret_page(client, superuser):
    """Django's »view on site« would, for any member of staff and any row."""
    registration = come(open_event())
    member(client, READER)
    if superuser:
        client.force_login(UserFactory(superuser=True))
    kind = ContentType.objects.get_for_model(Registration)
    assert client.get(f"/admin/r/{kind.pk}/{registration.pk}/").status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse("admin:view_on_site", args=[kind.pk, registration.pk])


def test_no_page_of_the_back_office_shows_the_secret(client):
    registration = come(open_event())
    member(client, EVENT_MANAGER)
    sent = OutgoingMail.objects.get()
    assert registration.token in sent.text
    pages = ["events_registration_change", "events_registration_desk", "foundation_outgoingmail_change"]
    keys = [registration.pk, registration.pk, sent.pk]
    for name, key in zip(pages, keys, strict=True):
        page = client.get(reverse(f"admin:{name}", args=[key]))
        assert page.status_code == 200
        assert registration.token not in page.text
    assert "[personligt link]" in page.text
    seen = AuditEntry.objects.filter(action=AuditAction.SEEN, model="foundation.outgoingmail")
    assert seen.get().key == str(sent.pk)
    client.force_login(UserFactory(superuser=True))
    [told] = Mails().told_of(registration.email)
    assert "[personligt link]" in told.fields["Tekst"]
    assert registration.token not in told.fields["Tekst"]


def test_mails_about_a_need_are_for_those_who_handle_needs(client):
    submitted(email="kaj@example.org")
    come(open_event())
    about_need = OutgoingMail.objects.get(key__startswith="submission:")
    member(client, EVENT_MANAGER)
    page = client.get("/admin/foundation/outgoingmail/")
    assert page.context["cl"].result_count == 1
    assert (
        client.get(reverse("admin:foundation_outgoingmail_change", args=[about_need.pk])).status_code == 302
    )
    client.force_login(UserFactory(superuser=True))
    assert client.get("/admin/foundation/outgoingmail/").context["cl"].result_count == 2


def test_an_owner_sees_no_version_of_anothers_initiative(client):
    owner = member(client, OWNER)
    own, others = InitiativeFactory(owner=owner), InitiativeFactory(draft=True, title="En hemmelighed")
    rows = {"initiatives_initiative": (own, others)}
    for name, factory in (("milestone", MilestoneFactory), ("indicator", IndicatorFactory)):
        rows[f"initiatives_{name}"] = (factory(initiative=own), factory(initiative=others))
    readings = (ReadingFactory(indicator__initiative=own), ReadingFactory(indicator__initiative=others))
    for name, (mine, theirs) in (rows | {"initiatives_reading": readings}).items():
        for page in ("comparison", "history"):
            assert client.get(reverse(f"admin:{name}_{page}", args=[mine.pk])).status_code == 200, (
                name,
                page,
            )
            assert client.get(reverse(f"admin:{name}_{page}", args=[theirs.pk])).status_code in (302, 403), (
                name,
                page,
            )
        version = reverse(f"admin:{name}_simple_history", args=[theirs.pk, theirs.history.get().pk])
        assert client.get(version).status_code in (403, 404), name
        assert "hemmelighed" not in client.get(reverse(f"admin:{name}_changelist")).text, name


def test_nor_of_one_that_is_deleted(client):
    member(client, OWNER)
    others = InitiativeFactory()
    key = others.pk
    others.delete()
    assert client.get(reverse("admin:initiatives_initiative_comparison", args=[key])).status_code == 403


def test_a_colleagues_file_of_ideas_is_not_there(client):
    client.force_login(UserFactory(superuser=True))
    upload = IdeaUpload.objects.create(file_name="a.csv", content=b"nummer;titel\n1;A", theme=ThemeFactory(), by=UserFactory())  # fmt: skip
    page = reverse("admin:ideas_idea_look_over", args=[upload.pk])
    for response in (client.get(page), client.post(page, {"seen": ""})):
        assert response.url == reverse("admin:ideas_idea_upload")
    assert not Idea.objects.exists()


@pytest.mark.parametrize(
    "query",
    ["assignee__password__startswith=pbkdf2", "published_by__email__contains=a", "theme__decision__text__contains=a",
     "companies__cvr__startswith=1", "submissions__email__contains=a", "history__history_user__password__startswith=p",
     "initiatives=5", "submissions__isnull=False", "own_words__contains=a"],
)  # fmt: skip
@pytest.mark.parametrize("page", ["changelist", "export"])
def test_no_filter_looks_into_what_a_list_does_not_show(client, query, page):
    client.force_login(UserFactory(superuser=True))
    assert client.get(f"{reverse(f'admin:ideas_idea_{page}')}?{query}").status_code in (302, 400)


@pytest.mark.parametrize(
    "address",
    [
        "events/registration/?access_needs__isnull=False",
        "events/registration/?email__startswith=a",
        "foundation/outgoingmail/?text__regex=tilmelding/[A-M]",
        "ideas/submission/?email__istartswith=anna",
    ],
)
def test_no_address_asks_what_a_list_of_persons_does_not_offer(client, address):
    client.force_login(UserFactory(superuser=True))
    assert client.get(f"/admin/{address}").status_code == 400


@pytest.mark.parametrize("field", ["companion", "registrationchange", "accessneed", "sessionchoice"])
def test_persons_are_looked_up_in_their_list_alone(client, field):
    client.force_login(UserFactory(superuser=True))
    come(open_event(), name="Anna Vandmand")
    query = f"app_label=events&model_name={field}&field_name=registration&term=anna"
    assert client.get(f"/admin/autocomplete/?{query}").status_code == 403


def test_a_page_from_a_searched_list_of_persons_tells_nobody_whom_the_search_finds(client):
    client.force_login(UserFactory(superuser=True))
    registration = come(open_event(), name="Anna Vandmand")
    page = f"/admin/events/registration/{registration.pk}/change/?_changelist_filters="
    assert "Listen, du kom fra" in client.get(f"{page}state__exact%3Dconfirmed").text
    for name in ("anna", "bent"):
        assert "Listen, du kom fra" not in client.get(f"{page}q%3D{name}").text


def test_nor_does_one_into_a_password(client):
    client.force_login(UserFactory(superuser=True))
    assert client.get("/admin/foundation/user/?password__startswith=pbkdf2").status_code == 400


def test_an_odd_filter_of_the_export_leads_back(client):
    client.force_login(UserFactory(superuser=True))
    assert client.get("/admin/ideas/idea/tag-ud/?theme__gt=x").url == reverse("admin:ideas_idea_export")


def test_an_extra_field_in_a_form_changes_nothing(client):
    """Only what the form shows is saved: not who published, not what the database counts, not what another page decides."""
    client.force_login(UserFactory(superuser=True))
    event, other = open_event(), UserFactory(superuser=True)
    path = reverse("admin:events_event_change", args=[event.pk])
    extra = {"seats_taken": ["99"], "invitation_version": ["7"], "published_by": [str(other.pk)], "sequence": ["9"],
             "cancelled_at": ["2020-01-01"], "cancelled_at_0": ["2020-01-01"], "id": ["999"], "created_at": ["2020-01-01"]}  # fmt: skip
    before = {name: getattr(event, name) for name in ("seats_taken", "invitation_version", "published_by", "cancelled_at", "created_at")}  # fmt: skip
    assert client.post(path, fields_of(client.get(path)) | extra).status_code == 302
    event.refresh_from_db()
    assert {name: getattr(event, name) for name in before} == before


def test_an_extra_field_in_a_public_form_changes_nothing(client):
    registration = come(open_event())
    path = f"{registration.get_absolute_url()}ret/"
    extra = {
        "email": ["ny@example.org"],
        "state": ["attended"],
        "event": ["1"],
        "token_version": ["5"],
        "override_reason": ["x"],
    }
    client.post(path, fields_of(client.get(path)) | {"name": ["Et nyt navn"]} | extra)
    now = Registration.objects.get()
    assert (now.name, now.email, now.state, now.event, now.token) == ("Et nyt navn", registration.email, registration.state, registration.event, registration.token)  # fmt: skip


def test_who_may_change_accounts_makes_nobody_an_owner_of_all(client):
    boss = UserFactory(staff=True)
    setup_roles()
    boss.groups.add(Group.objects.get(name="Administrator"))
    client.force_login(boss)
    path = reverse("admin:foundation_user_change", args=[boss.pk])
    assert client.post(path, fields_of(client.get(path)) | {"is_superuser": ["on"], "user_permissions": ["1"]}).status_code == 302  # fmt: skip
    boss.refresh_from_db()
    assert (boss.is_superuser, boss.user_permissions.count()) == (False, 0)


def test_an_account_that_has_logged_in_is_kept_with_its_log_and_the_page_says_what_to_do(client):
    client.force_login(UserFactory(superuser=True))
    gone, seen = UserFactory(), LogInFactory(user__first_name="Bente").user
    path = reverse("admin:foundation_user_delete", args=[seen.pk])
    page = client.get(path).text
    assert f"{seen} har logget ind inden for det sidste år" in page
    assert "rettigheder" not in page
    for each in (seen, gone):
        client.post(reverse("admin:foundation_user_delete", args=[each.pk]), {"post": "yes"})
    assert User.objects.filter(pk=seen.pk).exists()
    assert not User.objects.filter(pk=gone.pk).exists()


@pytest.mark.parametrize("page", ["/admin/foundation/user/{}/password/", "/admin/password_change/"])
def test_a_password_is_changed_by_somebody_who_has_just_told_one(client, settings, page):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    user = UserFactory(superuser=True, password="en lang adgangskode")
    client.force_login(user)
    response = client.get(page.format(user.pk))
    assert (response.status_code, response.url.partition("?")[0]) == (302, "/konto/bekraeft/")


def test_a_large_body_is_for_those_who_are_logged_in(client, settings):
    """Anybody could fill the disk by the admin's addresses, as the token is looked for in the body."""
    settings.FILE_UPLOAD_TEMP_DIR = "/findes-ikke"
    client.cookies["csrftoken"] = "a" * 32
    assert client.post("/admin/ideas/idea/hent/", large_file()).status_code == 413
    client.force_login(UserFactory(superuser=True))
    settings.LARGEST_STAFF_FORM = 1_000_000
    assert client.post("/admin/ideas/idea/hent/", large_file()).status_code == 413


def large_file() -> dict:
    return {"file": SimpleUploadedFile("stor.xlsx", b"0" * 5_000_000)}

"""Sessions end, and what is dangerous asks once more."""

from datetime import timedelta

import pytest
import time_machine
from django.core import checks
from django.utils import timezone

from erhvervspanel.foundation.models import LogIn
from erhvervspanel.foundation.notation import clock
from tests.events.test_registering import come, open_event
from tests.factories import IdeaFactory, UserFactory
from tests.forms import fields_of
from tests.foundation.accounts.conftest import PASSWORD, code_of, log_in


@pytest.fixture
def inside(client, karen, secret):
    """Karen's browser, logged in."""
    log_in(client)
    client.post("/konto/totrin/kode/", {"code": code_of(secret)})
    assert client.get("/admin/").status_code == 200
    return client


def at(minutes: int):
    return time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=False)


def test_a_session_that_lies_idle_ends_and_says_so(inside):
    with at(110):
        assert inside.get("/admin/").status_code == 200
    with at(220):
        assert inside.get("/admin/").status_code == 200
    with at(341):
        response = inside.get("/admin/ideas/idea/?q=x")
        assert response.url == "/konto/log-ind/?next=%2Fadmin%2Fideas%2Fidea%2F%3Fq%3Dx"
        assert "Log ind igen" in inside.get(response.url).text
    assert LogIn.objects.filter(outcome="ended").count() == 1


def test_a_page_knows_when_its_session_ends_however_much_it_is_used(inside):
    """What admin.js warns of: 12 hours after the log-in, not after the page."""
    with at(110):
        assert 'data-session-minutes="6' in inside.get("/admin/").text
    with at(220):
        page = inside.get("/admin/")
        assert page.context["session_minutes"] in (498, 499, 500)
        ends_at = timezone.now() + timedelta(minutes=500)
    assert page.context["session_end"] in (clock(ends_at), clock(ends_at - timedelta(minutes=1)))


def test_what_was_being_saved_when_the_session_ended_waits_for_the_same_person(inside, secret, karen):
    idea = IdeaFactory()
    page = f"/admin/ideas/idea/{idea.pk}/change/?_changelist_filters=q%3Dsol"
    given = fields_of(inside.get(page)) | {"title": "Solceller på skolerne", "needs": []}
    with at(121):
        response = inside.post(page, given)
        assert response.url == "/konto/log-ind/?next=%2Fkonto%2Ffortsaet%2F"
        asked = inside.get(response.url)
        assert "Det, du ville gemme, venter på dig." in asked.text
        assert inside.get("/konto/fortsaet/").status_code == 302  # nobody is logged in
        entered = inside.post(response.url, fields_of(asked) | {"login": "karen", "password": PASSWORD})
        onward = inside.post(entered.url, {"code": code_of(secret)}).url
        assert onward == "/konto/fortsaet/"
        kept = inside.get(onward)
        assert f'action="{page}"' in kept.text
        assert "Solceller på skolerne" in inside.get(onward).text  # and again, when the page is loaded anew
        sent = inside.post(page, fields_of(kept, with_action="ideas/idea"))
        assert inside.get(onward).url == "/admin/"  # it is sent once
    assert sent.status_code == 302, sent.text
    idea.refresh_from_db()
    assert idea.title == "Solceller på skolerne"


def test_it_can_be_thrown_away(inside, secret):
    with at(121):
        asked = inside.post("/admin/ideas/idea/add/", {"title": "Sol"}).url
        inside.post(asked, {"login": "karen", "password": PASSWORD})
        inside.post("/konto/totrin/kode/", {"code": code_of(secret)})
        assert 'value="Sol"' in inside.get("/konto/fortsaet/").text
        assert inside.post("/konto/fortsaet/").url == "/admin/"
        assert "kept_form" not in inside.session


def test_it_waits_for_nobody_else(inside):
    with at(121):
        inside.post("/admin/ideas/idea/add/", {"title": "En hemmelighed"})
        inside.force_login(UserFactory(superuser=True))
        assert inside.get("/konto/fortsaet/").url == "/admin/"
        assert "kept_form" not in inside.session


def test_no_password_waits(inside):
    secret = {"username": "ny", "password1": "hemmeligt123", "password2": "hemmeligt123"}
    inside.post("/konto/bekraeft/", {"password": PASSWORD})
    with at(16):
        response = inside.post("/admin/foundation/user/add/", secret)
        assert response.url.startswith("/konto/bekraeft/?next=")
        assert "hemmeligt123" not in str(dict(inside.session.items()))
    with at(200):
        assert inside.post("/admin/foundation/user/add/", secret).url.startswith("/konto/log-ind/")
        assert "hemmeligt123" not in str(dict(inside.session.items()))


def test_a_session_ends_after_twelve_hours_however_busy(inside):
    for hours in range(1, 12):
        with at(60 * hours):
            assert inside.get("/admin/").status_code == 200
    with at(12 * 60 + 1):
        assert inside.get("/admin/").status_code == 302


def test_a_new_password_ends_the_other_sessions(inside, karen):
    karen.set_password("en helt anden adgangskode")
    karen.save()
    assert inside.get("/admin/").status_code == 302


@pytest.mark.parametrize("parameters", ["", "?theme__id__exact=3"])
def test_an_export_of_personal_data_asks_once_more_and_keeps_what_was_filled_in(inside, secret, parameters):
    event = open_event()
    come(event)
    url = f"/admin/events/event/{event.pk}/hent/{parameters}"
    response = inside.post(url, {"states": ["pending"], "file_format": "csv", "purpose": "Dørliste"})
    assert response.url.startswith("/konto/bekraeft/?next=")
    page = inside.get(response.url)
    assert "Er det dig?" in page.text
    exported = inside.post(response.url, fields_of(page) | {"password": PASSWORD})
    assert "attachment" in exported["Content-Disposition"]
    assert "Brug en kode" in page.text


def test_a_wrong_password_there_exports_nothing(inside):
    event = open_event()
    come(event)
    url = f"/admin/events/event/{event.pk}/hent/"
    asked = inside.post(url, {"states": ["pending"], "file_format": "csv", "purpose": "Dørliste"}).url
    page = inside.post(asked, {"password": "forkert"})
    assert "Adgangskoden er forkert. Prøv igen." in page.text


@pytest.mark.parametrize(
    "page", ["/admin/foundation/user/add/", "/admin/auth/group/add/", "/admin/foundation/auditentry/person/"]
)
def test_roles_accounts_and_persons_ask_too(inside, page):
    assert inside.get(page).url.startswith("/konto/bekraeft/?next=")
    inside.post("/konto/bekraeft/", {"password": PASSWORD})
    assert inside.get(page).status_code == 200
    with at(16):
        assert inside.get(page).status_code == 302


def test_a_code_answers_the_question_as_well(inside, secret):
    response = inside.get("/admin/foundation/user/add/")
    asked = response.url.replace("/konto/bekraeft/", "/konto/totrin/bekraeft/")
    inside.post(asked, {"code": code_of(secret, later=1)})
    assert inside.get("/admin/foundation/user/add/").status_code == 200


def test_deployment_is_refused_without_the_second_factor(settings):
    def found() -> set[str]:
        told = checks.run_checks(tags=["security"], include_deployment_checks=True)
        return {message.id for message in told} & {"erhvervspanel.E001", "erhvervspanel.E002"}

    assert found() == set()
    settings.STAFF_SECOND_FACTOR = False
    assert found() == {"erhvervspanel.E002"}
    settings.DEMO = True
    assert found() == {"erhvervspanel.E001", "erhvervspanel.E002"}


def test_the_demonstration_says_that_it_asks_for_no_second_factor(client, karen, settings):
    settings.STAFF_SECOND_FACTOR, settings.DEMO = False, True
    log_in(client)
    page = client.get("/admin/")
    assert page.status_code == 200
    assert "Demonstration: her kræves intet totrinslogin" in page.text

"""Asking to follow, confirming from one's inbox, and stopping."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from erhvervspanel.foundation import persons
from erhvervspanel.foundation.models import Erasure, OutgoingMail
from erhvervspanel.foundation.outbox import send_due
from erhvervspanel.portal.following import ask, confirm, stop
from erhvervspanel.portal.models import Follow, Follower
from tests.events.test_forgetting import columns_that_hold
from tests.factories import IdeaFactory, InitiativeFactory, ThemeFactory
from tests.forms import fields_of, links_of

pytestmark = pytest.mark.django_db
WHO = "aase@example.org"


def form_of(thing) -> str:
    return {
        "idea": lambda: reverse("portal:follow-idea", args=[thing.reference]),
        "initiative": lambda: reverse("portal:follow-initiative", args=[thing.slug]),
        "theme": lambda: reverse("portal:follow-theme", args=[thing.year]),
    }[thing._meta.model_name]()


def following(*things, email: str = WHO, confirmed: bool = True) -> Follower:
    """Somebody who follows `things`."""
    for thing in things:
        form = f"form {thing._meta.model_name} {thing.pk}"
        ask(thing._meta.model_name, thing, email=email, form_token=form, notice_version="1")
    follower = Follower.objects.get(email=email)
    if confirmed:
        follower.follows.update(confirmed_at=timezone.now())
    OutgoingMail.objects.all().delete()
    return follower


@pytest.fixture
def fill(client):
    """Opens the form of a thing, waits as a person does, and sends it, as often as asked."""

    def send(thing, *, times: int = 1, **typed):
        with time_machine.travel(timezone.now() - timedelta(minutes=1)):
            fields = fields_of(client.get(form_of(thing)))
        for _ in range(times):
            page = client.post(form_of(thing), fields | {"email": WHO} | typed, follow=True)
        return page

    return send


@pytest.mark.parametrize("factory", [IdeaFactory, InitiativeFactory, ThemeFactory])
def test_one_asks_confirms_from_the_inbox_and_stops(client, fill, factory):
    thing = factory()
    assert form_of(thing) in links_of(client.get(thing.get_absolute_url()))
    assert "Se efter i din indbakke" in fill(thing).text
    posted = OutgoingMail.objects.get()
    assert (posted.kind, posted.to) == ("follow", WHO)
    follow = Follow.objects.get()
    own_page = follow.follower.get_absolute_url()
    for text in (posted.text, posted.html):
        assert f"http://testserver{own_page}" in text
        assert follow.called in unescape(text)
    assert "Bekræft, at du vil følge med" in client.get(own_page).text
    for _ in range(2):
        assert client.post(own_page, {"bekraeft": follow.pk}).url == own_page
    follow.refresh_from_db()
    assert (follow.thing, bool(follow.confirmed_at)) == (thing, True)
    assert "Bekræft" not in client.get(own_page).text
    page = client.post(own_page, {"stop": follow.pk})
    assert (page.status_code, "Vi har slettet din e-mail" in page.text) == (200, True)
    assert columns_that_hold(WHO) == []
    assert client.post(own_page, {"stop": follow.pk}).status_code == 404
    assert not client.cookies


def test_looking_at_the_link_confirms_and_stops_nothing(client):
    follower = following(IdeaFactory(), confirmed=False)
    follow = follower.follows.get()
    for name in ("bekraeft", "stop", "stop-alle", "List-Unsubscribe"):
        for ask_for in (client.get, client.head):
            ask_for(follower.get_absolute_url(), {name: follow.pk})
    follow.refresh_from_db()
    assert follow.confirmed_at is None


def test_the_same_form_twice_is_one_mail(fill):
    fill(IdeaFactory(), times=2)
    assert Follow.objects.count() == OutgoingMail.objects.count() == 1


def test_the_answer_is_the_same_for_who_follows_already_and_for_who_does_not(fill):
    idea = IdeaFactory()
    follower = following(idea)
    known, unknown = fill(idea, email=f" {WHO.upper()}"), fill(idea, email="ukendt@example.org")
    assert known.content == unknown.content
    assert known.redirect_chain == unknown.redirect_chain
    assert Follower.objects.count() == OutgoingMail.objects.count() == 2
    again = OutgoingMail.objects.get(to=WHO)
    assert "Du følger allerede" in again.text
    assert follower.follows.get().confirmed_at


def test_one_address_cannot_be_flooded(fill):
    idea = IdeaFactory()
    for _ in range(6):
        assert fill(idea).status_code == 200
    page = fill(idea)
    assert page.status_code == 429
    assert WHO in page.text
    assert OutgoingMail.objects.count() == 6


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"email": "aase"}, "navn@eksempel.dk"),
        ({"email": ""}, "Skriv din e-mail"),
        ({"website": "http://spam.example"}, "Feltet skal stå tomt"),
        ({"form_token": "forkert"}, "Formularen er for gammel"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_sent(fill, typed, sentence):
    assert sentence in unescape(fill(IdeaFactory(), **typed).text)
    assert not Follower.objects.exists()


def test_what_is_not_public_cannot_be_followed_or_told_of(client):
    hidden = IdeaFactory(title="Hemmelig", draft=True)
    assert client.get(form_of(hidden)).status_code == 404
    assert client.post(form_of(hidden), {"email": WHO}).status_code == 404
    page = client.get(following(hidden, IdeaFactory()).get_absolute_url())
    assert "Hemmelig" not in page.text
    assert "1 side, du har valgt, er ikke offentlig for tiden" in page.text


def test_nobody_confirms_or_stops_for_another(client):
    mine = following(IdeaFactory(), confirmed=False)
    theirs = following(IdeaFactory(), email="bo@example.org", confirmed=False).follows.get()
    for step in ("bekraeft", "stop"):
        for value in (theirs.pk, "", "x", "0"):
            client.post(mine.get_absolute_url(), {step: value})
    theirs.refresh_from_db()
    assert theirs.confirmed_at is None
    assert mine.follows.count() == 1


def test_one_of_several_is_stopped_and_the_others_stay(client):
    first, second = IdeaFactory(), ThemeFactory()
    follower = following(first, second)
    page = client.post(follower.get_absolute_url(), {"stop": follower.follows.first().pk}, follow=True)
    assert [follow.thing for follow in follower.follows.all()] == [second]
    assert first.title not in page.text
    assert second.title in page.text


def test_a_restored_backup_brings_no_stopped_follow_back():
    kept, stopped = IdeaFactory(), ThemeFactory()
    follower = following(kept, stopped)
    follow = follower.follows.get(theme=stopped)
    number = follow.pk
    stop(follow)
    follow.pk = number
    follow.save(force_insert=True)
    assert persons.overdue() == ["1 følger, der var slettet og er kommet igen"]
    persons.purge()
    assert [each.thing for each in Follow.objects.all()] == [kept]
    following(stopped)  # the wish of a later day
    persons.purge()
    assert {each.thing for each in Follow.objects.all()} == {kept, stopped}


@pytest.mark.parametrize("data", [{"stop-alle": "1"}, {"List-Unsubscribe": "One-Click"}])
def test_all_are_stopped_at_once_for_good(client, data):
    follower = following(IdeaFactory(), ThemeFactory())
    page = client.post(follower.get_absolute_url(), data)  # no redirect: a mail program would not follow it
    assert (page.status_code, page["Referrer-Policy"]) == (200, "no-referrer")
    assert not Follow.objects.exists()
    assert follower.reference in Erasure.objects.values_list("key", flat=True)
    assert "Linket virker ikke" in client.get(follower.get_absolute_url()).text


def test_a_form_of_another_site_is_refused(client):
    follower = following(IdeaFactory())
    page = client.post(
        follower.get_absolute_url(), {"stop-alle": "1"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert page.status_code == 403
    assert Follower.objects.exists()


def test_what_nobody_confirms_is_deleted_after_two_days():
    idea = IdeaFactory()
    following(idea)
    following(ThemeFactory(), idea, email="kanariefuglen@example.org", confirmed=False)
    with time_machine.travel(timezone.now() + timedelta(hours=47)):
        persons.purge()
        assert Follow.objects.count() == 3
    with time_machine.travel(timezone.now() + timedelta(days=3, hours=1)):
        assert any("2 ønsker om at følge noget" in sentence for sentence in persons.overdue())
        persons.purge()
        assert persons.overdue() == []
    assert [follow.follower.email for follow in Follow.objects.all()] == [WHO]
    assert columns_that_hold("kanariefuglen") == []


def test_asking_again_gives_two_new_days(fill):
    idea = IdeaFactory()
    with time_machine.travel(timezone.now() - timedelta(hours=40)):
        following(idea, confirmed=False)
    fill(idea)
    with time_machine.travel(timezone.now() + timedelta(hours=40)):
        persons.purge()
    assert Follow.objects.count() == 1


def test_a_person_is_told_of_and_erased_and_stays_so():
    follower, other = following(IdeaFactory()), following(IdeaFactory(), email="bo@example.org")
    (told,) = persons.told_of(f" {WHO.upper()}")
    assert told.what == f"Følger {follower.follows.get().called}"
    assert told.fields["E-mail"] == WHO
    persons.erase(WHO)
    assert list(Follower.objects.all()) == [other]
    follower.save(force_insert=True)  # as from a backup
    assert any("1 følger, der var slettet" in sentence for sentence in persons.overdue())
    persons.purge()
    assert list(Follower.objects.all()) == [other]


def test_what_is_deleted_is_followed_by_nobody():
    theme = ThemeFactory()
    following(theme)
    theme.delete()
    assert not Follow.objects.exists()
    persons.purge()
    assert not Follower.objects.exists()


def test_the_database_keeps_to_one_thing_and_once():
    idea, theme = IdeaFactory(), ThemeFactory()
    follower = following(idea)
    for wrong in ({}, {"idea": idea, "theme": theme}, {"idea": idea}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Follow.objects.create(follower=follower, notice_version="1", **wrong)


def test_a_new_key_of_the_portal_leaves_the_links_that_were_mailed(client, settings):
    follower = following(IdeaFactory())
    path = follower.get_absolute_url()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "en helt ny nøgle, som er lang nok"
    assert follower.get_absolute_url() == path
    assert client.get(path).status_code == 200


def test_no_text_that_stands_in_a_log_names_anybody():
    follower = following(IdeaFactory())
    assert "@" not in f"{follower} {follower.follows.get()}"


def test_the_secret_leaves_the_outbox_when_the_mail_has_gone(fill):
    fill(IdeaFactory())
    assert send_due() == 1
    token = Follower.objects.get().token
    assert columns_that_hold(token) == []
    assert re.search(rf"/foelger/{token}/", mail.outbox[0].body)


def test_what_is_confirmed_again_keeps_its_day():
    follow = following(IdeaFactory()).follows.get()
    confirm(follow)
    assert Follow.objects.get().confirmed_at == follow.confirmed_at
    stop(follow)
    assert not Follower.objects.exists()

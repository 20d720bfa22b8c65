"""Signing up, page by page, as a citizen does it without an account, JavaScript or cookies."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from erhvervspanel.foundation.models import OutgoingMail
from erhvervspanel.foundation.notation import moment
from events.actions import cancel
from events.forms import RegistrationForm
from events.forms.party import names_do_not_fit
from events.models import GroupRule, Registration, RegistrationState
from tests.events.test_registering import come, open_event
from tests.factories import SessionFactory
from tests.forms import fields_of

pytestmark = pytest.mark.django_db
S = RegistrationState


def address(event) -> str:
    return reverse("events:sign-up", args=[event.slug])


def hidden(page) -> dict[str, list[str]]:
    """What the page's form sends along."""
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", page.text):
        name, value = re.search(r'name="([^"]*)"', tag)[1], re.search(r'value="([^"]*)"', tag)[1]
        found.setdefault(name, []).append(unescape(value))
    return found


@pytest.fixture
def fill(client):
    """Fetches the form, waits as a person does, and sends it."""

    def send(event, **given):
        with time_machine.travel(timezone.now() - timedelta(minutes=1)):
            token = hidden(client.get(address(event)))["form_token"]
        typed = {"name": "Åse Øst", "email": "aase@example.org", "places": "1", "organisation": ""}
        return client.post(address(event), typed | given | {"form_token": token})

    return send


def check_and_send(client, event, page, **extra):
    """The page to check, sent as it is; then the page after it."""
    return client.post(address(event), hidden(page) | {"checked": "1"} | extra, follow=True)


def test_an_address_that_is_too_long_as_the_internet_writes_it_is_told_so(fill):
    page = fill(open_event(), email=f"a@{'æ.' * 110}dk")
    assert "E-mailen er for lang. Højst 254 tegn." in page.text


def test_from_form_to_confirmed_place(client, fill):
    event = open_event(confirms_email=True)
    cafe = SessionFactory(event=event, kind="cafe", capacity=5, title="Affald")
    page = fill(event, sessions=[cafe.pk], organisation="O'Neill & Søn")
    assert "Er det rigtigt?" in page.text
    assert "O&#x27;Neill &amp; Søn" in page.text
    assert not Registration.objects.exists()
    after = check_and_send(client, event, page)
    registration = Registration.objects.get()
    assert registration.state == S.PENDING
    assert registration.reference in after.text
    assert registration.token not in after.text
    assert "<h1>Bekræft fra din mail</h1>" in after.text
    assert "Du er først tilmeldt, når du har bekræftet" in after.text
    assert f"bekræft senest {moment(registration.held_until)}." in after.text
    link = re.search(r"http://testserver(/tilmelding/\S+)", OutgoingMail.objects.get().text)[1]
    done = client.post(link, {"step": "bekraeft"}, follow=True)
    assert "Du er tilmeldt" in done.text
    assert not client.cookies


def test_the_page_to_check_of_a_full_event_says_that_one_waits(client, fill):
    event = open_event(capacity=1)
    come(event)
    page = fill(event)
    assert "Alle pladser er optaget. Du kommer på venteliste" in page.text
    assert ">Tilmeld</button>" not in page.text
    after = client.post(address(event), hidden(page) | {"koe": "1"}, follow=True)
    waiting = event.registrations.get(name="Åse Øst")
    assert waiting.state == S.WAITING
    assert waiting.reference in after.text


def test_sending_twice_and_reloading_is_one_registration(client, fill):
    event = open_event()
    page = fill(event)
    for _ in range(2):
        after = check_and_send(client, event, page)
    assert "Tak for din tilmelding" in after.text
    assert "Du er først tilmeldt" not in after.text
    assert Registration.objects.count() == OutgoingMail.objects.count() == 1
    assert client.get(after.redirect_chain[-1][0]).status_code == 200


def test_a_form_that_is_under_way_when_the_event_gets_another_address_is_registered(client, fill):
    event = open_event()
    page = fill(event)
    sent_to = address(event)
    event.slug = "nyt-navn"
    event.save()
    after = client.post(sent_to, hidden(page) | {"checked": "1"}, follow=True)
    assert after.redirect_chain[0] == (address(event), 308)
    assert Registration.objects.get().reference in after.text


def test_an_invitation_lets_in_after_the_event_got_another_address_and_is_told_to_nobody(client):
    event = open_event(audience="invited")
    mailed = f"{address(event)}?invitation={event.invitation}"
    event.slug = "nyt-navn"
    event.save()
    response = client.get(mailed, follow=True)
    assert response.redirect_chain == [(f"{address(event)}?invitation={event.invitation}", 301)]
    assert response.context["form"]["invitation"].value() == event.invitation
    moved = client.get(mailed)
    assert (moved["Referrer-Policy"], moved["X-Robots-Tag"]) == ("no-referrer", "noindex")
    assert "no-store" in moved["Cache-Control"]


def test_correcting_keeps_what_was_typed(client, fill):
    event = open_event()
    page = client.post(address(event), hidden(fill(event, name="Bo Bo")) | {"ret": "1"})
    assert 'value="Bo Bo"' in page.text
    assert "Fortsæt" in page.text


def test_a_full_event_offers_the_queue_with_all_that_was_typed(client, fill):
    event = open_event(capacity=1)
    page = fill(event, name="Karen")
    come(event)
    full = check_and_send(client, event, page)
    assert full.status_code == 409
    assert "Alle pladser er optaget" in full.text
    after = client.post(address(event), hidden(full) | {"koe": "1"}, follow=True)
    assert "Du er skrevet op" in after.text
    assert Registration.objects.queue().get().name == "Karen"


def test_a_full_event_leads_on_to_those_that_have_seats_for_anybody(
    client, fill, django_assert_max_num_queries
):
    full, now = open_event(capacity=1), timezone.now()
    page = fill(full)
    come(full)
    free = open_event(title="Med plads", capacity=2)
    unlimited = open_event(title="Uden loft", capacity=None, starts_at=now + timedelta(days=30))
    come(free)
    come(open_event(title="Fyldt", capacity=1))
    waited_for = open_event(title="Med venteliste", capacity=2)
    come(waited_for), come(waited_for, 2, wait=True)
    open_event(title="Aflyst", cancelled_at=now)
    open_event(title="Inviterede", audience="invited")
    open_event(title="Virksomheder", audience="companies")
    open_event(title="Uden tilmelding", registration_opens_at=None)
    open_event(title="Senere", registration_opens_at=now + timedelta(days=1))
    open_event(title="Lukket", registration_closes_at=now - timedelta(minutes=1))
    open_event(title="Kladde", publish_at=None)
    with django_assert_max_num_queries(12):
        page = check_and_send(client, full, page).text
    assert re.findall(r'<li><a href="/arrangementer/[^"]*">([^<]*)</a>, ', page) == [
        free.title,
        unlimited.title,
    ]


def test_a_full_cafe_and_too_large_a_party_are_told_as_such(client, fill):
    event = open_event(capacity=3)
    cafe = SessionFactory(event=event, kind="cafe", capacity=1, title="Affald")
    come(event, sessions=(cafe,))
    assert "men ikke i »Affald«" in check_and_send(client, event, fill(event, sessions=[cafe.pk])).text
    assert "Der er 2 pladser tilbage" in check_and_send(client, event, fill(event, places="3")).text
    assert Registration.objects.count() == 1


@pytest.mark.parametrize("confirms_email", [True, False])
@pytest.mark.parametrize("capacity", [1, 5])
def test_nobody_can_see_which_addresses_are_registered(client, fill, capacity, confirms_email):
    event = open_event(capacity=capacity, confirms_email=confirms_email)
    with time_machine.travel(timezone.now() - timedelta(hours=2)):
        come(event, email="kendt@example.org")
    answers = []
    with time_machine.travel(timezone.now(), tick=False):
        for email in ("kendt@example.org", "ukendt@example.org"):
            page = check_and_send(client, event, fill(event, email=email))
            text = page.text.replace(email, "")
            answers.append((page.status_code, re.sub(r"[A-Z2-9]{7}|value=\"[^\"]*\"", "", text)))
    assert answers[0] == answers[1]


def test_who_is_registered_already_is_told_that_the_number_in_the_mail_counts(client, fill):
    event = open_event()
    known = come(event, email="aase@example.org")
    after = check_and_send(client, event, fill(event))
    assert "Var du tilmeldt i forvejen, gælder det, der står i mailen." in after.text
    assert known.reference not in after.text


@pytest.mark.parametrize("told", ["", "i morgen", "202702301200", "999912312359", "2027\x00"])
def test_a_receipt_whose_address_tells_no_time_leaves_that_to_the_mail(client, told):
    event = open_event(confirms_email=True)
    page = client.get(reverse("events:signed-up", args=[event.slug]), {"senest": told})
    assert page.status_code == 200
    assert "bekræft inden den frist, der står i mailen." in page.text


def test_a_form_that_is_sent_again_later_is_told_until_when_its_seat_is_held(client, fill):
    event = open_event(confirms_email=True)
    page = fill(event)
    check_and_send(client, event, page)
    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        after = check_and_send(client, event, page)
    assert moment(Registration.objects.get().held_until) in after.text


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"name": " "}, "Skriv dit navn"),
        ({"email": "hej"}, "Skriv e-mailen, så den ligner navn@eksempel.dk"),
        ({"places": "5"}, "Du kan højst tilmelde 4"),
        ({"places": "10000"}, "Du kan højst tilmelde 4"),
        ({"places": "mange"}, "Skriv antallet som et tal"),
        ({"name": "Bo\x07"}, "tegn i navnet, som ikke kan læses"),
        ({"website": "http://spam.example"}, "Feltet skal stå tomt"),
        ({"name": "B" * 121}, "Højst 120 tegn"),
        ({"name": "Vind på https://ond.example"}, "Skriv navnet uden link"),
        ({"name": "Du har vundet: ond.dk"}, "Skriv navnet uden link"),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_is_kept(fill, given, sentence):
    page = fill(open_event(capacity=9), organisation="Værkstedet", **given)
    assert page.status_code == 200
    assert sentence in unescape(page.text)
    assert 'value="Værkstedet"' in page.text
    assert not Registration.objects.exists()


def test_a_party_larger_than_all_there_is_is_told_so_and_may_not_wait(client, fill):
    event = open_event(capacity=3)
    cafe = SessionFactory(event=event, kind="cafe", title="Affald", capacity=2)
    assert 'max="3"' in client.get(address(event)).text
    page = fill(event, places="4", koe="1", checked="1")
    assert "Der er kun 3 pladser i alt. Skriv et mindre tal." in page.text
    page = fill(event, places="3", sessions=[cafe.pk], cafekoe="1", checked="1")
    assert "Der er kun 2 pladser i alt i »Affald«. Vælg en anden, eller skriv et mindre antal." in page.text
    assert not Registration.objects.exists()


def test_two_cafes_at_the_same_time_are_refused(fill):
    event = open_event()
    cafes = [SessionFactory(event=event, kind="cafe", title=title) for title in ("Affald", "Energi")]
    assert "er på samme tid" in fill(event, sessions=[cafe.pk for cafe in cafes]).text


def test_a_form_that_is_sent_too_fast_or_is_not_ours_is_sent_again_with_its_answers(client):
    event = open_event()
    typed = {"name": "Bo", "email": "bo@example.org", "places": "1", "organisation": ""}
    token = hidden(client.get(address(event)))["form_token"]
    page = client.post(address(event), typed | {"form_token": token})
    assert "meget hurtigt" in page.text
    page = client.post(address(event), typed | {"form_token": "min egen"})
    assert "for gammel" in page.text
    assert 'value="bo@example.org"' in page.text
    with time_machine.travel(timezone.now() + timedelta(seconds=10)):
        assert "Er det rigtigt?" in client.post(address(event), typed | hidden(page)).text


# What is told of an event that nobody can sign up for, by what it is, in days from now.
NOT_OPEN = {
    "cancelled": ({"cancelled_at": 0}, "Arrangementet er aflyst"),
    "over": ({"starts_at": -2, "ends_at": -1, "registration_opens_at": -9}, "Arrangementet er slut"),
    "never opened": ({"registration_opens_at": None}, "Man kan ikke tilmelde sig her på portalen"),
    "opens later": ({"registration_opens_at": 1}, "Du kan tilmelde dig fra "),
    "closed": ({"registration_closes_at": -0.1}, "Tilmeldingen er lukket"),
    "begun": ({"starts_at": -0.1, "ends_at": 1}, "Tilmeldingen er lukket"),
}


@pytest.fixture(params=NOT_OPEN)
def not_open(request):
    """An event that nobody can sign up for, and the sentence that says why."""
    days, sentence = NOT_OPEN[request.param]
    now = timezone.now()
    return open_event(
        **{name: None if at is None else now + timedelta(days=at) for name, at in days.items()}
    ), sentence


def test_an_event_that_is_not_open_says_why(client, not_open):
    event, sentence = not_open
    form, page = client.get(address(event)).text, client.get(event.get_absolute_url()).text
    assert f"<h1>{sentence}" in form
    assert "Tilmeldingen er lukket" not in form.replace(sentence, "")
    assert "Se andre arrangementer" in form
    assert "Tilmeld dig" not in page
    assert {other for _, other in NOT_OPEN.values() if other in page} == (
        set() if event.is_over else {sentence}
    )
    assert ("Afholdt" in page) == event.is_over


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "Senest"),
        ({"registration_closes_at": -1}, "Lukkede"),
        ({"cancelled_at": 0}, ""),
        ({"registration_opens_at": None}, ""),
    ],
)
def test_until_when_one_may_sign_up_is_told_as_it_is(client, given, told):
    now = timezone.now()
    opened = {"registration_opens_at": now - timedelta(days=9)}
    days = {name: None if at is None else now + timedelta(days=at) for name, at in given.items()}
    event = open_event(**opened | days)
    page = client.get(event.get_absolute_url()).text
    assert re.findall(r"<dt>Tilmelding</dt><dd>([^<]*)", page) == (
        [f"{told} {moment(event.closes_at)}"] if told else []
    )


@pytest.mark.parametrize("state", ["cancelled_at", "registration_closes_at"])
def test_who_comes_too_late_is_led_on_to_other_events(client, state):
    link = f'<a href="{reverse("events:event-list")}">Se andre arrangementer</a>'
    assert link not in client.get(open_event().get_absolute_url()).text
    event = open_event(**{state: timezone.now() - timedelta(minutes=1)})
    assert link in client.get(event.get_absolute_url()).text


def test_an_event_that_closed_meanwhile_says_so(client, fill):
    event = open_event(registration_closes_at=timezone.now() + timedelta(hours=1))
    page = fill(event)
    with time_machine.travel(event.registration_closes_at + timedelta(hours=1)):
        response = check_and_send(client, event, page)
    assert response.status_code == 409
    assert "Tilmeldingen er lukket" in response.text


def test_an_open_event_says_how_full_it_is(client):
    event = open_event(capacity=20)
    assert "Der er ledige pladser" in client.get(event.get_absolute_url()).text
    come(event, 4), come(event, 4), come(event, 4), come(event, 4), come(event, 2)
    assert "Der er få pladser tilbage" in client.get(event.get_absolute_url()).text
    come(event, 2)
    assert "Alle pladser er optaget" in client.get(event.get_absolute_url()).text


def test_a_hidden_event_takes_nobody(client):
    event = open_event(publish_at=None)
    assert client.get(address(event)).status_code == 404
    assert client.post(address(event)).status_code == 404


def test_an_event_that_opens_later_says_when_and_one_that_is_cancelled_offers_no_calendar(client):
    now = timezone.now()
    later = open_event(registration_opens_at=now + timedelta(days=2))
    page = client.get(later.get_absolute_url()).text
    assert f"Du kan tilmelde dig fra {moment(later.registration_opens_at)}." in page
    assert "Find min tilmelding" not in page
    cancelled = client.get(open_event(cancelled_at=now).get_absolute_url()).text
    assert "Læg i din kalender" not in cancelled


@pytest.mark.parametrize(
    ("others", "names", "told"),
    [
        (0, 1, "1 navn ud over dit eget, men bedt om 1 plads."),
        (1, 2, "2 navne ud over dit eget, men bedt om 2 pladser."),
    ],
)
def test_names_beyond_the_places_are_counted_in_words_that_fit(others, names, told):
    assert told in names_do_not_fit(others, names)


def test_a_name_that_is_missing_is_told_of_where_it_is_missing(fill):
    event = open_event(capacity=9, asks_names=True)
    form = RegistrationForm(event=event)
    assert form["companion_3"].help_text == "Hvis I er mindst 3. Til navneskiltet."
    page = fill(event, places="4", companion_2="Bo", companion_4="Åse").text
    assert "på nr. 3 <span" not in page
    assert re.search(r'<input[^>]*name="companion_3"[^>]*aria-invalid="true"', page)
    assert not re.search(r'<input[^>]*name="(places|companion_4)"[^>]*aria-invalid="true"', page)
    assert (
        '<a href="#id_companion_3">Navn på nr. 3: Skriv også navnene på de andre. Der mangler 1.</a>' in page
    )


def test_a_name_that_cannot_be_used_is_not_missing_as_well(fill):
    page = fill(open_event(asks_names=True), places="2", companion_2="010190-1234").text
    assert "ligner et CPR-nummer" in page
    assert "Der mangler" not in page


def test_a_form_whose_registration_was_erased_gets_a_sentence_and_can_be_sent_again(client, fill):
    event = open_event()
    page = fill(event)
    check_and_send(client, event, page)
    client.post(Registration.objects.get().get_absolute_url(), {"step": "slet"})
    page = check_and_send(client, event, page)
    assert page.status_code == 200
    assert "Formularen er brugt til en tilmelding, som er slettet." in page.text
    registered_again(client, event, page)
    assert Registration.objects.active().get().email == "aase@example.org"


def registered_again(client, event, page):
    """Sends the form that `page` shows again as it is, and goes on from the page to check."""
    with time_machine.travel(timezone.now() + timedelta(seconds=10)):
        check = client.post(address(event), fields_of(page))
        assert "Er det rigtigt?" in check.text
        return check_and_send(client, event, check)


@pytest.mark.parametrize("full", [False, True])
def test_a_form_that_is_corrected_after_it_was_sent_is_another_registration(client, fill, full):
    """With »Back«, to mend the address or to sign up somebody else."""
    event = open_event(capacity=3)
    page = fill(event, email="aase@exmaple.org", organisation="Værkstedet")
    check_and_send(client, event, page)
    mended = client.post(address(event), hidden(page) | {"email": "aase@example.org"})
    if full:
        come(event, 2)
    page = check_and_send(client, event, mended)
    assert "Formularen er allerede brugt til en anden. Send den igen" in page.text
    assert 'value="aase@example.org"' in page.text
    assert 'value="Værkstedet"' in page.text
    assert not event.registrations.filter(email="aase@example.org").exists()
    after = registered_again(client, event, page)
    if full:
        assert "Alle pladser er optaget" in after.text
    else:
        assert OutgoingMail.objects.filter(to="aase@example.org").exists()
    assert event.registrations.filter(email="aase@exmaple.org").count() == 1


def test_what_is_free_but_for_those_who_wait_is_not_offered(client):
    event = open_event(capacity=3, group_rule=GroupRule.WAIT)
    come(event)
    come(event, 3, wait=True)
    for told in (address(event), event.get_absolute_url()):
        assert "Alle pladser er optaget" in client.get(told).text
    other = open_event(capacity=9)
    cafe = SessionFactory(event=other, kind="cafe", title="Affald", capacity=2)
    come(other, sessions=(cafe,))
    assert ", 1 plads tilbage)" in client.get(address(other)).text
    come(other, 2, sessions=(cafe,), waits_for_sessions=True)
    page = client.get(address(other)).text
    assert ", fuldt optaget)" in page
    assert "Der er ledige pladser" in page


@pytest.mark.parametrize("given", [{"name": "A"}, {"name": "A", "checked": "1"}, {}])
def test_a_closed_event_takes_no_form_whatever_is_sent(client, given):
    event = open_event(registration_closes_at=timezone.now() - timedelta(hours=1))
    response = client.post(address(event), given)
    assert response.status_code == 409
    assert "Tilmeldingen er lukket" in response.text
    assert "<form" not in response.text.partition("<main")[2]


def test_a_seat_that_became_free_meanwhile_is_not_told_as_a_place_in_the_queue(client, fill):
    event = open_event(capacity=1, confirms_email=True)
    page = fill(event)
    first = come(event)
    full = check_and_send(client, event, page)
    cancel(first)
    after = client.post(address(event), hidden(full) | {"koe": "1"}, follow=True)
    assert Registration.objects.active().get().state == S.PENDING
    assert "eller om der blev en plads" in after.text


def test_until_when_a_form_that_was_opened_in_time_may_be_sent_is_told(client):
    closes = timezone.localtime(timezone.now() + timedelta(days=10)).replace(hour=12, minute=0)
    event = open_event(registration_closes_at=closes)
    page = client.get(address(event)).text
    assert f"Tilmeldingen lukker {moment(closes)}. Har du åbnet formularen inden da" in page
    assert f"kan du sende den indtil {moment(closes + timedelta(minutes=15))}." in page
    begins_first = open_event(registration_closes_at=None)
    assert "inden da" not in client.get(address(begins_first)).text


@pytest.mark.parametrize("state", ["full", "free but for the queue"])
def test_who_comes_when_all_is_taken_is_told_of_the_waiting_list_before_the_form(client, state):
    event = open_event(capacity=2, confirms_email=True, group_rule=GroupRule.WAIT)
    come(event, 1)
    free = [client.get(address(event)).text, client.get(event.get_absolute_url()).text]
    come(event, 1) if state == "full" else come(event, 2, wait=True)
    full = [client.get(address(event)).text, client.get(event.get_absolute_url()).text]
    for sentence, is_told in (("Du kan komme på venteliste.", True), ("Alle pladser er optaget.", True)):
        assert [sentence in page for page in free + full] == [not is_told] * 2 + [is_told] * 2
    form, page = full
    assert form.index("Du kan komme på venteliste.") < form.index('<form method="post"')
    assert "<h1>Venteliste</h1>" in form
    assert "Pladsen bliver holdt" in free[0]
    assert "Pladsen bliver holdt" not in form
    assert "Skriv dig på venteliste" in page
    assert "Tilmeld dig" not in page

"""The staff's pages of an event's registration, through the real admin."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from erhvervspanel.foundation.models import AuditEntry, OutgoingMail
from events.actions import cancel, check_in, erase, register_for
from events.models import Audience, Event, Message, Registration, RegistrationState
from events.persons import facts_of
from tests.events.test_registering import come, mails, open_event, party
from tests.events.test_sign_up import hidden
from tests.factories import SessionFactory, UserFactory
from tests.forms import fields_of

pytestmark = pytest.mark.django_db
S = RegistrationState


@pytest.fixture
def staff(client):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


def desk(event, name: str = "tilmeldinger") -> str:
    return reverse(f"admin:events_event_{name}", args=[event.pk])


def own(registration) -> str:
    return reverse("admin:events_registration_desk", args=[registration.pk])


def submit(staff, page: str, **given):
    """Opens the page, and sends its form with what is given."""
    return staff.post(page, hidden(staff.get(page)) | given, follow=True)


def test_the_list_of_all_calls_a_persons_company_what_the_form_does(staff):
    come(open_event())
    page = staff.get(reverse("admin:events_registration_changelist")).text
    assert "Virksomhed eller forening" in page
    assert "Organisation" not in page


def test_the_list_of_events_tells_how_many_seats_are_taken(staff):
    come(open_event(capacity=1200), 2), come(open_event(capacity=None), 3)
    page = staff.get(reverse("admin:events_event_changelist")).text
    assert sorted(re.findall(r'data-label="Pladser taget">([^<]+)<', page)) == ["2 af 1.200", "3"]


def test_the_counts_are_those_of_the_rows(staff):
    event = open_event(capacity=4, confirms_email=True)
    cafe = SessionFactory(event=event, kind="cafe", title="Affald", capacity=2)
    come(event, 2, sessions=(cafe,)), come(event), come(event, 3, wait=True)
    page = staff.get(desk(event)).text
    rows = dict(
        re.findall(
            r'<th scope="row"><a href="\?status=(\w+)#liste">[^<]*</a></th><td>(\d+ ?</td><td>\d+)</td>', page
        )
    )
    assert rows == {"pending": "2</td><td>3", "waiting": "1</td><td>3"}
    assert "3 af 4" in page
    assert "2 af 2" in page
    # In the table, as a filter and in the row: two rounds may have one title.
    assert page.count(cafe.with_hours(event)) == 3
    assert "<svg" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "aase oest"}, ["Åse Øst"]),
        ({"q": "ØST"}, ["Åse Øst"]),
        ({"q": "vaerksted"}, ["Bo Lund"]),
        ({"q": "bo@example"}, ["Bo Lund"]),
        ({"q": "ågård"}, ["Bo Lund"]),
        ({"q": "findes ikke"}, []),
        ({"status": "waiting"}, ["Kim"]),
        ({"status": "noget andet"}, ["Bo Lund", "Kim", "Åse Øst"]),
        ({"punkt": "noget andet"}, ["Bo Lund", "Kim", "Åse Øst"]),
        ({"side": "99"}, ["Bo Lund", "Kim", "Åse Øst"]),
    ],
)
def test_the_list_is_searched_and_narrowed(staff, query, found):
    event = open_event(capacity=3, asks_names=True)
    come(event, name="Åse Øst")
    come(
        event, 2, name="Bo Lund", email="bo@example.org", organisation="Værkstedet", companions=("Ida Ågård",)
    )
    come(event, name="Kim", wait=True)
    names = re.findall(r'/change/">([^<]+)</a></th>', staff.get(desk(event), query).text)
    assert sorted(names) == sorted(found)


def test_the_page_costs_the_same_with_two_thousand_registrations(staff):
    event = open_event(capacity=5_000)
    cafe = SessionFactory(event=event, kind="cafe", title="Affald")

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            staff.get(desk(event))
        return len(queries)

    come(event, sessions=(cafe,))
    cost()
    few = cost()
    now = timezone.now()
    many = [
        Registration(
            event=event, reference=f"X{number:06}", name=f"Borger {number}", email_key=f"x{number}", state=S.CONFIRMED,
            form_token=f"x{number}", token_hash=f"x{number}", notice_version="1", created_at=now - timedelta(hours=number % 50),
        )
        for number in range(2_000)
    ]  # fmt: skip
    Registration.objects.bulk_create(many)
    Event.objects.filter(pk=event.pk).update(seats_taken=2_001)
    assert few == 14
    assert cost() == few


def test_staff_write_somebody_up_once_however_often_they_click(staff):
    event = open_event(capacity=1)
    given = hidden(staff.get(desk(event, "skriv-op"))) | {"name": "Åse Øst", "places": "1"}
    for _ in range(2):
        page = staff.post(desk(event, "skriv-op"), given, follow=True)
    assert "Åse Øst er tilmeldt" in page.text
    registration = Registration.objects.get()
    assert registration.email == ""
    assert not OutgoingMail.objects.exists()
    assert registration.notice_version == ""
    assert "skrev tilmeldingen" in facts_of(registration)["Privatlivsmeddelelse"]


@pytest.mark.parametrize("email", ["", "bo@example.org"])
def test_a_form_that_is_sent_again_for_somebody_else_loses_nobody(staff, email):
    event = open_event(capacity=5)
    given = hidden(staff.get(desk(event, "skriv-op"))) | {"name": "Åse Øst", "places": "1"}
    staff.post(desk(event, "skriv-op"), given)
    other = given | {"name": "Bo Vest", "email": email}
    page = staff.post(desk(event, "skriv-op"), other)
    assert "Formularen er allerede brugt til en anden. Send den igen" in page.text
    assert not Registration.objects.filter(name="Bo Vest").exists()
    staff.post(desk(event, "skriv-op"), other | hidden(page))
    assert Registration.objects.filter(name="Bo Vest").count() == 1


@pytest.mark.parametrize("spent", ["too old", "erased"])
def test_a_form_that_cannot_be_used_any_more_is_sent_again_as_it_is(staff, spent):
    event = open_event(capacity=5)
    given = hidden(staff.get(desk(event, "skriv-op"))) | {"name": "Åse Øst", "places": "1"}
    if spent == "erased":
        staff.post(desk(event, "skriv-op"), given)
        erase(Registration.objects.get())
    else:
        given["form_token"] = "gammel"
    page = staff.post(desk(event, "skriv-op"), given)
    assert "Send den igen" in page.text
    assert 'value="Åse Øst"' in page.text
    staff.post(desk(event, "skriv-op"), given | hidden(page))
    assert Registration.objects.filter(name="Åse Øst").count() == 1


def test_the_form_speaks_of_the_one_who_is_written_up_and_not_to_them(staff):
    page = submit(staff, desk(open_event(), "skriv-op"), name="", places="")
    for text in ("Personen selv medregnet.", "Skriv personens navn", "Skriv antallet af pladser"):
        assert text in page.text
    for text in ("Dig selv", "dit navn", 'autocomplete="name"', 'autocomplete="organization"'):
        assert text not in page.text


def test_beyond_the_capacity_staff_must_say_why(staff):
    event = open_event(capacity=1)
    come(event)
    given = {"name": "Oplægsholder", "email": "tale@example.org", "places": "2"}
    page = submit(staff, desk(event, "skriv-op"), **given)
    assert "Skriv hvorfor" in page.text
    assert 'value="Oplægsholder"' in page.text
    submit(staff, desk(event, "skriv-op"), override_reason="Holder oplæg", **given)
    registration = Registration.objects.get(name="Oplægsholder")
    assert registration.override_reason == "Holder oplæg"
    page = staff.get(desk(event)).text
    assert "(ud over loftet)" in page
    assert "1 af 1 + 2 ud over loftet" in page
    event.refresh_from_db()
    assert event.seats_taken == 1


def test_whoever_telephones_a_full_event_is_put_on_the_waiting_list(staff):
    event = open_event(capacity=1)
    come(event)
    given = {"name": "Åse Øst", "email": "aase@example.org", "places": "1"}
    page = submit(staff, desk(event, "skriv-op"), **given)
    assert "Skriv hvorfor, hvis personen skal med alligevel, eller sæt flueben ved ventelisten." in page.text
    page = submit(staff, desk(event, "skriv-op"), wait="on", **given | {"email": ""})
    assert "Skriv en e-mail, så personen på ventelisten kan få besked" in page.text
    page = submit(staff, desk(event, "skriv-op"), wait="on", **given)
    registration = event.registrations.get(name="Åse Øst")
    assert (
        f"Åse Øst står på ventelisten som nr. 1. Tilmeldingen har nummer {registration.reference}."
        in page.text
    )
    assert registration.state == S.WAITING
    assert mails()[-1] == "waiting"
    added = AuditEntry.objects.get(action="added")
    assert set(added.fields) == {"name", "email", "state"}


def test_a_full_cafe_can_be_waited_for_without_a_reason(staff):
    event = open_event(capacity=5)
    cafe = SessionFactory(event=event, kind="cafe", title="Café A", capacity=1)
    come(event, sessions=(cafe,))
    given = {"name": "Åse Øst", "places": "1", "sessions": str(cafe.pk)}
    page = submit(staff, desk(event, "skriv-op"), **given)
    assert "Der er ikke plads i »Café A«. Vælg noget andet, eller sæt flueben her" in page.text
    assert "Skriv hvorfor" not in page.text
    page = submit(staff, desk(event, "skriv-op"), wait="on", **given)
    registration = event.registrations.get(name="Åse Øst")
    told = f"Åse Øst er tilmeldt med nummer {registration.reference} og venter på en plads i »Café A«."
    assert told in page.text
    assert registration.state == S.CONFIRMED


def test_the_waiting_list_is_not_offered_to_staff_when_it_has_closed(staff):
    event = open_event(capacity=1, registration_closes_at=timezone.now() - timedelta(hours=1))
    cafe = SessionFactory(event=event, kind="cafe", title="Café A", capacity=0)
    given = {"name": "Åse Øst", "places": "1", "sessions": str(cafe.pk)}
    page = submit(staff, desk(event, "skriv-op"), wait="on", **given)
    assert 'name="wait"' not in page.text
    assert "Der er ikke plads i »Café A«. Vælg noget andet." in page.text
    assert not event.registrations.exists()


def test_after_a_cancellation_nothing_is_offered_that_would_be_refused(staff):
    event = open_event()
    come(event)
    there = reverse("admin:events_event_skriv-op", args=[event.pk])
    newcomer = reverse("admin:events_event_doer-ny", args=[event.pk])
    lists = ("tilmeldinger", "doerliste", "navneskilte", "besked", "doer")
    assert there in staff.get(desk(event)).text
    assert newcomer in staff.get(desk(event, "doer")).text
    for name in lists:
        assert "Arrangementet blev aflyst" not in staff.get(desk(event, name)).text
    Event.objects.filter(pk=event.pk).update(cancelled_at=timezone.now())
    assert there not in staff.get(desk(event)).text
    assert newcomer not in staff.get(desk(event, "doer")).text
    for name in lists:
        assert staff.get(desk(event, name)).text.count("Arrangementet blev aflyst") == 1, name
    # On each sheet that is printed.
    assert (
        '<thead>\n<tr><td colspan="5" class="door-list__head"><strong>Aflyst.</strong>'
        in staff.get(desk(event, "doerliste")).text
    )


def test_nobody_is_written_up_for_an_event_that_is_over(staff):
    event = open_event(
        starts_at=timezone.now() - timedelta(days=2), ends_at=timezone.now() - timedelta(days=1)
    )
    assert reverse("admin:events_event_skriv-op", args=[event.pk]) not in staff.get(desk(event)).text


def test_an_event_without_a_time_to_open_says_that_it_is_not_open(staff):
    event = open_event(registration_opens_at=None, registration_closes_at=None)
    assert "Tilmeldingen er ikke åbnet: »Tilmelding åbner« er tom." in staff.get(desk(event)).text
    page = staff.get(reverse("admin:events_event_change", args=[event.pk]))
    assert "Tomt felt: ingen kan tilmelde sig selv." in page.text
    warning = "Ingen kan tilmelde sig: »Tilmelding åbner« er tom"
    form = fields_of(page, with_action="")
    saved = staff.post(page.request["PATH_INFO"], form | {"title": "Nyt navn"}, follow=True)
    assert warning not in saved.text  # it was so before
    Event.objects.filter(pk=event.pk).update(publish_at=None)
    page = staff.get(page.request["PATH_INFO"])
    at = {"publish_at_0": timezone.localdate(), "publish_at_1": "00:00"}
    assert warning in staff.post(page.request["PATH_INFO"], fields_of(page) | at, follow=True).text
    Event.objects.filter(pk=event.pk).update(publish_at=None)
    chosen = {"action": "publish_rows", "_selected_action": [event.pk]}
    assert (
        f"kladde → offentliggjort. {warning}"
        in staff.post(reverse("admin:events_event_changelist"), chosen).text
    )


def test_more_places_than_one_person_may_have_take_a_reason_from_staff(staff):
    event = open_event(capacity=30, most_places=4, asks_names=True)
    given = {
        "name": "Åse Øst",
        "places": "20",
        "companion_2": "Bo",
        "companion_3": "Dea",
        "companion_4": "Ib",
    }
    page = submit(staff, desk(event, "skriv-op"), **given)
    assert "Én person kan højst få 4 pladser. Skriv hvorfor" in page.text
    submit(staff, desk(event, "skriv-op"), override_reason="En skoleklasse", **given)
    registration = event.registrations.get()
    event.refresh_from_db()
    assert (registration.places, registration.override_reason, event.seats_taken) == (20, "", 20)
    assert registration.changes.get().reason == "En skoleklasse"
    fields = {"step": "ret", "name": "Åse Vest", "places": "25", "opened_version": registration.version}
    staff.post(own(registration), given | fields)
    registration.refresh_from_db()
    assert (registration.name, registration.places, registration.companions.count()) == ("Åse Vest", 25, 3)
    page = submit(staff, desk(event, "skriv-op"), name="Bo", places="1001", override_reason="Alle")
    assert "Du kan højst tilmelde 1000." in page.text


def test_a_message_is_looked_at_before_it_is_sent_and_goes_once(staff):
    event = open_event(capacity=1)
    come(event), come(event, wait=True)
    letter = {"states": ["confirmed", "waiting"], "subject": "Parkering", "text": "Hej <b>alle</b>"}
    page = submit(staff, desk(event, "besked"), **letter)
    assert "Beskeden går til <strong>2</strong>" in page.text
    assert "&lt;b&gt;alle" in page.text
    assert not Message.objects.exists()
    again = staff.post(desk(event, "besked"), hidden(page) | {"ret": "1"})
    assert "Parkering" in again.text
    for _ in range(2):
        done = staff.post(desk(event, "besked"), hidden(page) | {"confirmed": "1"}, follow=True)
    assert "Parkering</a>, til 2 adresser" in done.text
    assert mails().count("message") == 2


def test_a_message_can_go_to_those_of_one_cafe_and_says_so_before_and_after(staff):
    event = open_event(capacity=5)
    assert "Kun dem, der har valgt" not in staff.get(desk(event, "besked")).text
    cafes = [SessionFactory(event=event, kind="cafe", title=title) for title in ("Affald", "Energi")]
    for cafe in (*cafes, None):
        come(event, sessions=(cafe,) if cafe else ())
    page = staff.get(desk(event, "besked"))
    assert "Kun dem, der har valgt" in page.text
    letter = {"states": ["confirmed"], "subject": "Lokalet", "text": "I er i sal 2."}
    page = submit(staff, desk(event, "besked"), **letter, sessions=[str(cafes[0].pk)])
    told = f"»{cafes[0].with_hours(event)}«"
    assert "Beskeden går til <strong>1</strong>" in page.text
    assert f"Den går kun til dem, der har valgt {told}." in page.text
    staff.post(desk(event, "besked"), hidden(page) | {"confirmed": "1"})
    message = Message.objects.get()
    assert (message.recipients, mails().count("message")) == (1, 1)
    sent = staff.get(reverse("admin:events_event_sendt-besked", args=[event.pk, message.pk]))
    assert f"Kun til dem, der havde valgt {told}." in sent.text
    elsewhere = SessionFactory(event=open_event(), kind="cafe")
    submit(staff, desk(event, "besked"), confirmed="1", **letter, sessions=[str(elsewhere.pk)])
    assert Message.objects.count() == 1


def test_a_message_that_names_somebody_is_seen_and_deleted_with_its_mails(staff, client):
    event = open_event()
    come(event)
    letter = {"states": ["confirmed"], "subject": "Parkering", "text": "Hils på <Åse>."}
    submit(staff, desk(event, "besked"), confirmed="1", **letter)
    message = Message.objects.get()
    opened = reverse("admin:events_event_sendt-besked", args=[event.pk, message.pk])
    assert f'href="{opened}">Parkering</a>' in staff.get(desk(event)).text
    page = staff.get(opened)
    assert "Hils på &lt;Åse&gt;." in page.text
    assert "til 1 adresse. Status: " in page.text
    message.refresh_from_db()
    assert message.subject == "Parkering"
    done = staff.post(opened, hidden(page), follow=True)
    assert "(slettet), til 1 adresse" in done.text
    message.refresh_from_db()
    assert (message.subject, message.text) == ("", "")
    assert "message" not in mails()
    assert "confirmed" in mails()
    entry = AuditEntry.objects.get(action="erased")
    assert (entry.model, entry.key, entry.fields) == ("events.message", str(message.pk), ["subject", "text"])
    assert staff.get(opened).status_code == 404
    assert (
        staff.get(desk(open_event(), "besked").replace("besked", f"sendt-besked/{message.pk}")).status_code
        == 404
    )


def test_who_may_only_look_deletes_no_message(client):
    client.force_login(UserFactory(superuser=True))
    event = open_event()
    come(event)
    submit(client, desk(event, "besked"), confirmed="1", states=["confirmed"], subject="Parkering", text="P2")
    opened = reverse("admin:events_event_sendt-besked", args=[event.pk, Message.objects.get().pk])
    user = UserFactory(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_registration", "view_event"]))
    client.force_login(user)
    page = client.get(opened)
    assert "Parkering" in page.text
    assert 'value="Slet beskeden"' not in page.text
    assert client.post(opened).status_code == 403
    assert Message.objects.get().subject == "Parkering"


def test_all_are_moved_from_one_cafe_to_another(staff):
    event = open_event(capacity=5)
    cafes = [
        SessionFactory(event=event, kind="cafe", title=title, capacity=3) for title in ("Affald", "Energi")
    ]
    come(event, 2, sessions=cafes[:1])
    page = submit(staff, desk(event, "flyt"), source=cafes[0].pk, target=cafes[0].pk)
    assert 'class="errorlist' in page.text
    submit(staff, desk(event, "flyt"), source=cafes[0].pk, target=cafes[1].pk)
    for cafe in cafes:
        cafe.refresh_from_db()
    assert [cafe.seats_taken for cafe in cafes] == [0, 2]


def test_an_event_is_cancelled_and_held_after_all(staff):
    event = open_event()
    come(event)
    page = submit(staff, desk(event, "aflys"), message="Vi er ramt af sygdom.")
    assert "1 tilmelding får en mail om fem minutter." in page.text
    assert "Arrangementet blev aflyst" in page.text
    assert "Hold arrangementet alligevel" in page.text
    page = submit(staff, desk(event, "aflys"))
    assert "Det er gjort. Ingen får en mail." in page.text  # as nobody has heard of it
    event.refresh_from_db()
    assert event.cancelled_at is None


def test_the_same_button_in_two_windows_cancels_once(staff):
    event = open_event()
    opened = hidden(staff.get(desk(event, "aflys")))
    for _ in range(2):
        page = staff.post(desk(event, "aflys"), opened | {"message": "Der er storm."}, follow=True)
    assert "Arrangementet er allerede aflyst." in page.text
    event.refresh_from_db()
    assert event.cancelled_at is not None


def test_the_link_for_those_invited_can_be_renewed(staff):
    event = open_event(audience=Audience.INVITED)
    link = re.search(r"<code>(.+?)</code>", staff.get(desk(event, "invitation")).text)[1]
    assert staff.get(link.removeprefix("http://testserver")).status_code == 200
    submit(staff, desk(event, "invitation"))
    assert link not in staff.get(desk(event, "invitation")).text


def test_one_registration_is_changed_moved_up_and_cancelled_with_a_reason(staff):
    event = open_event(capacity=1)
    first, second = come(event), come(event, wait=True)
    page = staff.post(own(second), {"step": "ryk-op", "reason": " "}, follow=True)
    assert "Skriv hvorfor" in page.text
    staff.post(own(second), {"step": "ryk-op", "reason": "Holder oplæg"})
    second.refresh_from_db()
    assert (second.state, second.override_reason) == (S.CONFIRMED, "Holder oplæg")
    staff.post(own(first), {"step": "ret", "name": "Nyt Navn", "places": "1", "organisation": ""})
    staff.post(own(first), {"step": "meld-fra", "reason": "Ringede"})
    first.refresh_from_db()
    assert (first.name, first.state) == ("Nyt Navn", S.CANCELLED)
    assert [change.reason for change in first.changes.all()] == ["", "navn", "Ringede"]
    assert all(change.by for change in first.changes.all()[1:])


@pytest.mark.parametrize("state", [S.PENDING, S.OFFERED])
def test_who_says_yes_on_the_telephone_is_confirmed_by_staff(staff, state):
    event = open_event(capacity=1, confirms_email=state == S.PENDING)
    seated = come(event)
    registration = seated if state == S.PENDING else come(event, wait=True)
    if state == S.OFFERED:
        cancel(seated)
    assert "Bekræft for personen" in staff.get(own(registration)).text
    assert "Ryk op" not in staff.get(own(registration)).text
    page = staff.post(own(registration), {"step": "bekraeft", "reason": " "})
    assert "Skriv hvorfor" in page.text
    page = staff.post(own(registration), {"step": "bekraeft", "reason": "Ringede"}, follow=True)
    assert "Det er gjort. Personen får en mail." in page.text
    registration.refresh_from_db()
    assert (registration.state, registration.held_until) == (S.CONFIRMED, None)
    change = registration.changes.last()
    assert (change.before, change.reason, change.by) == (state, "Ringede", get_user(staff))
    assert OutgoingMail.objects.order_by("pk").last().kind == "confirmed"
    page = staff.post(own(registration), {"step": "bekraeft", "reason": "Ringede"})
    assert "Der er ikke noget at bekræfte. Tilmeldingen står nu som »bekræftet«." in page.text


def test_help_to_take_part_is_written_down_for_who_cannot_do_it_and_shown_to_nobody_else(staff):
    assert "Tegnsprogstolk" not in staff.get(desk(open_event(), "skriv-op")).text
    event = open_event(asks_access=True)
    submit(staff, desk(event, "skriv-op"), name="Åse Øst", places="1", access=["sign_language"])
    registration = event.registrations.get()
    assert registration.access_needs.get().service == "sign_language"
    assert "access_needs" in AuditEntry.objects.get(action="added").fields
    assert "Tegnsprogstolk" not in staff.get(own(registration)).text


def test_a_wrong_address_is_corrected_and_its_mail_sent_again(staff):
    registration = come(open_event())
    old = registration.get_absolute_url()
    page = staff.post(own(registration), {"step": "e-mail", "email": "ikke en adresse"})
    assert "navn@eksempel.dk" in page.text
    staff.post(own(registration), {"step": "e-mail", "email": "ny@example.org"})
    assert staff.get(old).status_code == 404
    page = staff.post(own(registration), {"step": "send-igen"}, follow=True)
    assert "Mailen er lagt i køen" in page.text
    assert {mail.to for mail in OutgoingMail.objects.filter(key__contains=f":{registration.pk}:")} >= {
        "ny@example.org"
    }


def test_several_are_cancelled_at_once_and_the_one_that_cannot_be_is_named(staff):
    event = open_event(capacity=5)
    rows = [come(event), come(event)]
    cancel(rows[0])
    rows.append(check_in(come(event), by=UserFactory()))
    rows.append(come(event, 2, name="Åse Øst"))
    address = reverse("admin:events_registration_changelist")
    chosen = {"action": "cancel_rows", "_selected_action": [row.pk for row in rows]}
    page = staff.post(address, chosen)
    assert "Åse Øst, bekræftet → afmeldt, 2 pladser bliver ledige, og der sendes en mail" in page.text
    assert page.text.count("bliver, som den er") == 2
    assert Registration.objects.get(pk=rows[3].pk).state == S.CONFIRMED
    page = staff.post(address, fields_of(page), follow=True)
    assert f"Tilmelding {rows[2].reference}" in page.text
    assert "3 tilmeldinger er meldt fra" in page.text


def test_mails_of_a_registration_stand_on_its_page(staff):
    registration = come(open_event())
    page = staff.get(reverse("admin:events_registration_change", args=[registration.pk]))
    assert "Du er tilmeldt" in page.text
    assert "i kø" in page.text.lower()


@pytest.mark.parametrize("name", ["tilmeldinger", "skriv-op", "besked", "flyt", "aflys", "invitation"])
@pytest.mark.parametrize("permissions", [[], ["view_registration"]])
def test_who_may_not_is_refused(client, name, permissions):
    user = UserFactory(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(user)
    event = open_event()
    allowed = name == "tilmeldinger" and permissions
    assert client.get(desk(event, name)).status_code == (200 if allowed else 403)
    assert client.post(desk(event, name), {"message": ""}).status_code == (200 if allowed else 403)
    if allowed:
        assert "Tilmeld en person" not in client.get(desk(event)).text
    event.refresh_from_db()
    assert event.cancelled_at is None


def test_nobody_sees_the_desk_without_logging_in(client):
    assert "/login/" in client.get(desk(open_event()))["Location"]


def test_what_happened_to_a_registration_is_told_in_the_words_of_its_status(staff):
    event = open_event()
    cafe = SessionFactory(event=event, kind="cafe", title="Affald")
    registration = come(event, sessions=(cafe,))
    page = staff.get(reverse("admin:events_registration_change", args=[registration.pk])).text
    assert "Vis tilmelding" in page
    assert "Tidligere udgave" not in page
    assert "– → Bekræftet" in page
    assert f"{registration.reference}: {cafe}" in page


def test_a_message_to_nobody_is_not_ready_to_be_sent(staff):
    page = submit(
        staff, desk(open_event(), "besked"), states=["waiting"], subject="Parkering", text="Ved skolen."
    )
    assert "Ingen af dem, du har valgt, har en e-mail." in page.text
    assert 'value="Send"' not in page.text


def test_the_mail_to_confirm_is_sent_again(staff):
    registration = come(open_event(confirms_email=True))
    sent = OutgoingMail.objects.filter(kind="confirm")
    assert sent.count() == 1
    staff.post(own(registration), {"step": "send-igen"})
    assert sent.count() == 2


def test_who_has_no_address_is_sent_nothing_again_and_the_page_says_so(staff):
    registration = register_for(open_event(), party(email=""), form_token="ringede", by=UserFactory())
    assert "Send mailen igen" not in staff.get(own(registration)).text
    page = staff.post(own(registration), {"step": "send-igen"}, follow=True)
    assert "Der er ingen e-mail: Ring til personen." in page.text
    assert not OutgoingMail.objects.exists()


def test_the_link_for_the_invited_is_renewed_by_who_may_change_the_event_alone(client):
    user = UserFactory(is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(codename__in=["view_registration", "change_registration"])
    )
    client.force_login(user)
    event = open_event()
    assert client.post(desk(event, "invitation")).status_code == 403
    user.user_permissions.add(Permission.objects.get(codename="change_event"))
    client.post(desk(event, "invitation"))
    before, event = event, Event.objects.get(pk=event.pk)
    assert event.invitation_version == before.invitation_version + 1
    assert event.updated_at > before.updated_at


def test_of_a_registration_that_is_over_nothing_can_be_done_twice(staff):
    registration = come(open_event())
    submit(staff, own(registration), step="meld-fra", reason="Bad om det")
    before = registration.changes.count(), OutgoingMail.objects.count()
    page = submit(staff, own(registration), step="meld-fra", reason="Igen")
    assert "var slut i forvejen" in page.text
    assert 'value="meld-fra"' not in page.text
    assert desk(registration.event, "skriv-op") in page.text
    assert (registration.changes.count(), OutgoingMail.objects.count()) == before


def test_staff_are_not_spoken_to_as_those_who_come(staff):
    event = open_event(capacity=1)
    assert "Personen selv medregnet." in staff.get(own(come(event))).text
    page = staff.get(desk(event)).text
    assert "Alle pladser er optaget." in page
    assert "Du kan komme" not in page

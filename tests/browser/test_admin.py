"""The back office in a real browser: nothing that its policy forbids, and nothing that axe finds."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from events.actions import Party, register, send_message
from events.models import Message, RegistrationState
from ideas.models import IdeaUpload
from panels.models import Company
from tests.browser import axe
from tests.chains import chain
from tests.events.test_registering import come, open_event
from tests.factories import (
    AnswerFactory,
    CompanyFactory,
    DecisionFactory,
    IdeaFactory,
    MaterialFactory,
    SessionFactory,
    UserFactory,
)
from tests.ideas.exchange.conftest import csv
from tests.ideas.test_submissions import submitted
from tests.states import LONG

PASSWORD = "en lang adgangskode"

# The admin makes its look-ups some time after the page has loaded; they are to be judged too.
LOOKUPS_READY = """() => !document.querySelector(
    "select.admin-autocomplete:not(.select2-hidden-accessible):not([name*=__prefix__])")"""


def crowded_event():
    """Full, with a café that is waited for."""
    event = open_event(capacity=12, title=f"Netværkscafé: {LONG}")
    cafe = SessionFactory(event=event, kind="cafe", title=LONG, capacity=5)
    SessionFactory(event=event, kind="cafe", capacity=5, starts_at=cafe.ends_at)
    for number in range(11):
        come(event, name=f"{LONG[number:40]}", organisation=LONG, sessions=(cafe,) if number < 5 else ())
    come(event, name="李 小龍")
    come(event, 3, wait=True, name=LONG)
    return event


def sent_letter(event) -> str:
    """The page of a message to those who are registered for `event`."""
    states = [RegistrationState.CONFIRMED, RegistrationState.WAITING]
    letter = Message(subject=LONG, text=f"Hej\n\n{LONG} {LONG}", states=states, form_token="form")
    sent = send_message(event, letter, by=UserFactory(first_name="Ole", last_name="Vest"))
    return f"/admin/events/event/{event.pk}/sendt-besked/{sent.pk}/"


def told_need():
    IdeaFactory(title="Flere ladestandere ved stationen")
    return submitted(need=f"Vi mangler ladestandere til varebiler. {LONG}")


def waiting():
    return crowded_event().registrations.queue().get()


PAGES = {
    "start page": lambda rows: "/admin/",
    "ideas": lambda rows: "/admin/ideas/idea/",
    "idea": lambda rows: f"/admin/ideas/idea/{rows.ideas[0].pk}/change/",
    "ideas in": lambda rows: "/admin/ideas/idea/hent/",
    "ideas in, looked over": lambda rows: f"/admin/ideas/idea/hent/{uploaded(rows.theme)}/",
    "ideas out": lambda rows: "/admin/ideas/idea/tag-ud/",
    "new idea": lambda rows: "/admin/ideas/idea/add/",
    "idea's history": lambda rows: f"/admin/ideas/idea/{changed(rows.ideas[0])}/history/",
    "idea's versions": lambda rows: f"/admin/ideas/idea/{changed(rows.ideas[0])}/history/sammenlign/",
    "idea's version": lambda rows: (
        f"/admin/ideas/idea/{changed(rows.ideas[0])}/history/{rows.ideas[0].history.last().pk}/"
    ),
    "initiative": lambda rows: f"/admin/initiatives/initiative/{rows.initiatives[0].pk}/change/",
    "decision": lambda rows: f"/admin/panels/decision/{rows.decision.pk}/change/",
    **{
        f"decision, {name}": lambda rows, name=name: f"/admin/panels/decision/{on_agenda(rows)}/{name}/"
        for name in ("svar", "svar/regneark", "notat", "offentliggoer", "journal")
    },
    "companies": lambda rows: "/admin/panels/company/",
    "companies out": lambda rows: "/admin/panels/company/tag-ud/",
    "decisions": lambda rows: "/admin/panels/decision/?o=2.-1",
    "all registrations": lambda rows: f"/admin/events/registration/?q={waiting().reference}",
    "company in CVR": lambda rows: f"/admin/panels/company/{in_register(rows.companies[0])}/cvr/",
    "initiatives": lambda rows: "/admin/initiatives/initiative/",
    "account": lambda rows: f"/admin/foundation/user/{get_user_model().objects.get().pk}/change/",
    "log-ins": lambda rows: "/admin/foundation/login/",
    "new password": lambda rows: "/admin/password_change/",
    "theme": lambda rows: f"/admin/panels/theme/{rows.theme.pk}/change/",
    "event": lambda rows: f"/admin/events/event/{rows.events[0].pk}/change/",
    "meeting with documents": lambda rows: (
        f"/admin/panels/panelmeeting/{documented(rows.meetings[0])}/change/"
    ),
    "meeting's attendees": lambda rows: f"/admin/panels/panelmeeting/{rows.meetings[0].pk}/deltagere/",
    "document": lambda rows: f"/admin/panels/material/{a_document(rows.meetings[0])}/change/",
    "registrations, none": lambda rows: f"/admin/events/event/{rows.events[0].pk}/tilmeldinger/",
    "registrations": lambda rows: f"/admin/events/event/{crowded_event().pk}/tilmeldinger/",
    "registration on behalf": lambda rows: f"/admin/events/event/{crowded_event().pk}/skriv-op/",
    "message": lambda rows: f"/admin/events/event/{crowded_event().pk}/besked/",
    "message, sent": lambda rows: sent_letter(crowded_event()),
    "moving people": lambda rows: f"/admin/events/event/{crowded_event().pk}/flyt/",
    "cancelling": lambda rows: f"/admin/events/event/{crowded_event().pk}/aflys/",
    "registration": lambda rows: f"/admin/events/registration/{waiting().pk}/change/",
    "need": lambda rows: f"/admin/ideas/submission/{told_need().pk}/change/",
    "need to handle": lambda rows: f"/admin/ideas/submission/{told_need().pk}/behandl/",
    "persons": lambda rows: "/admin/foundation/auditentry/person/",
    "registration's desk": lambda rows: f"/admin/events/registration/{waiting().pk}/ret/",
    **{
        f"event, {name}": lambda rows, name=name: f"/admin/events/event/{peopled(rows.events[0])}/{name}/"
        for name in (
            "tilmeldinger",
            "hent",
            "doer",
            "doer-ny",
            "luk-doeren",
            "doerliste",
            "navneskilte",
            "hjaelp",
        )
    },
    "event, doer, found": lambda rows: f"/admin/events/event/{peopled(rows.events[0])}/doer/?q=borger",
}


def a_document(meeting) -> int:
    return MaterialFactory(meeting=meeting, title=LONG, uploaded=True).pk


def documented(meeting) -> int:
    """The key of `meeting`, with a link and a document."""
    return MaterialFactory(meeting=meeting, title=LONG, uploaded=True).meeting_id


def uploaded(theme) -> int:
    """The key of a file with a new idea, a changed one, a wrong row and a name to choose."""
    CompanyFactory(name="Åløkke Værksted A/S")
    area = theme.focus_areas.first().name
    header = ("nummer", "titel", "fokusområde", "virksomheder")
    rows = [("90", "Ide nummer 1", area, "Ålykke Værksted"), ("1", LONG, area, ""), ("91", LONG, area, "")]
    upload = IdeaUpload(file_name="moede-1.csv", content=csv(*rows, header=header).getvalue(), theme=theme)
    upload.by = get_user_model().objects.get()
    upload.save()
    return upload.pk


def on_agenda(rows) -> int:
    """The key of a decision that is still to answer an idea."""
    return AnswerFactory(
        idea=rows.ideas[-1], decision=DecisionFactory(draft=True, title=LONG), open=True
    ).decision_id


def in_register(company) -> int:
    """The key of `company`, which the register knows by other data."""
    company.cvr, company.cvr_exception = "99876963", "Eksempel"
    company.save()
    return company.pk


def changed(idea) -> int:
    idea.title, idea.proposal = LONG, f"Et andet forslag. {LONG}"
    idea.save()
    return idea.pk


def peopled(event) -> int:
    """The key of `event`, when people of all kinds are registered for it."""
    now = timezone.now()
    for name, value in {
        "registration_opens_at": now - timedelta(days=1),
        "registration_closes_at": None,
        "starts_at": now + timedelta(hours=1),
        "ends_at": now + timedelta(hours=4),
        "capacity": 5,
        "confirms_email": False,
        "asks_access": True,
        "cancelled_at": None,
    }.items():
        setattr(event, name, value)
    event.save()
    cafe = SessionFactory(
        event=event, kind="cafe", title="Grøn omstilling i praksis", capacity=4, room="Sal 2"
    )
    wishes = [("Åse Øst", 3, (cafe,)), ("Ole Vest", 2, ()), ("Ida Nord", 1, (cafe,))]
    for name, places, sessions in wishes:
        party = Party(
            name,
            f"{name[:3]}@example.org",
            places,
            "1",
            "Borgernes Værksted ApS",
            sessions,
            access=("parking",),
        )
        register(event, party, form_token=name, wait=True)
    return event.pk


@pytest.fixture
def staff(visit, live_server):
    """A browser where a member of staff is logged in. How one logs in has tests of its own (test_log_in.py)."""
    client = Client()
    client.force_login(UserFactory(superuser=True, username="karen"))
    page = visit("/om/")
    page.context.add_cookies(
        [
            {"name": name, "value": cookie.value, "url": live_server.url}
            for name, cookie in client.cookies.items()
        ]
    )
    return page


def violations(page) -> list[str]:
    return axe.find(page, *axe.WCAG)


def test_log_in_page(visit, pictures):
    page = visit("/admin/login/")
    assert page.complaints == []
    if pictures:
        page.screenshot(path=pictures / "admin log-in.png")
    assert violations(page) == []


# What is wider than its place and so has to be scrolled sideways (WCAG 2.2, 1.4.10). Tables of numbers by two headings, and what is made
# for paper, keep their two dimensions.
SCROLLS_SIDEWAYS = """() => [document.documentElement, ...document.querySelectorAll("#container *")]
    .filter(box => box === document.documentElement || getComputedStyle(box).overflowX !== "visible")
    .filter(box => !box.matches("input, textarea, select, .two-dimensional") && !box.closest(".visually-hidden, .select2"))
    .filter(box => box.clientWidth > 1 && box.scrollWidth > box.clientWidth + 1)
    .map(box => `${box.tagName}.${box.className}`)"""


@pytest.mark.parametrize("title", PAGES)
def test_admin_page(staff, title, pictures, settings):
    settings.CVR_BACKEND = "fixture"
    staff.goto(PAGES[title](chain(2)))
    staff.wait_for_function(LOOKUPS_READY)
    assert staff.complaints == []
    if pictures:
        staff.screenshot(path=pictures / f"admin {title}.png", full_page=True)
    assert violations(staff) == []
    staff.set_viewport_size({"width": 320, "height": 800})
    if pictures:
        staff.screenshot(path=pictures / f"admin {title} 320.png", full_page=True)
    assert staff.evaluate(SCROLLS_SIDEWAYS) == []


# What is cut off by its row, which hides what is too wide, so that the page itself is not.
CUT_OFF = """() => [...document.querySelectorAll("#content .form-row :is(input, select, textarea)")]
    .filter(field => field.getBoundingClientRect().right > field.closest(".form-row").getBoundingClientRect().right)
    .map(field => field.name)"""


# Fields that lie outside the screen, or outside what scrolls by itself.
OUT_OF_SIGHT = """() => [...document.querySelectorAll("#content .inline-group :is(input:not([type=hidden]), select, textarea, .select2)")]
    .filter(field => field.getBoundingClientRect().right > field.closest(".inline-group").getBoundingClientRect().right)
    .map(field => field.name || field.className)"""


@pytest.mark.parametrize("title", ["event", "theme", "decision", "idea"])
def test_the_parts_of_a_record_are_on_the_screen(staff, title):
    staff.set_viewport_size({"width": 1280, "height": 900})
    staff.goto(PAGES[title](chain(2)))
    staff.wait_for_function(LOOKUPS_READY)
    assert staff.locator(".inline-group select, .inline-group input:not([type=hidden])").count()
    assert staff.evaluate(OUT_OF_SIGHT) == []


@pytest.mark.parametrize("title", ["event", "decision", "idea"])
def test_the_tools_of_a_record_do_not_stand_on_its_title(staff, title):
    rows = chain(2)
    for row in (rows.decision, *rows.events, *rows.ideas):
        type(row).objects.filter(pk=row.pk).update(title="Behandling af virksomhedernes ideer " * 4)
    staff.set_viewport_size({"width": 1280, "height": 900})
    staff.goto(PAGES[title](rows))
    box_of = staff.locator("#content > h2").bounding_box, staff.locator(".object-tools").first.bounding_box
    title_box, tools = (box() for box in box_of)
    assert title_box["y"] + title_box["height"] <= tools["y"]


@pytest.mark.parametrize("title", ["registration on behalf", "message", "moving people", "cancelling"])
def test_a_form_of_the_day_is_whole_on_a_telephone(staff, title):
    staff.set_viewport_size({"width": 320, "height": 800})
    staff.goto(PAGES[title](chain(2)))
    assert staff.locator("#content .form-row").count()
    assert staff.evaluate(CUT_OFF) == []


def test_a_list_on_a_telephone_can_be_filtered_searched_and_acted_on(staff, pictures):
    """Each cell tells its heading, and the filters below the list are a link away."""
    rows = chain(3)
    staff.set_viewport_size({"width": 320, "height": 800})
    staff.goto("/admin/ideas/idea/")
    card = staff.get_by_role("row").filter(has_text=rows.ideas[0].reference)
    heading = """cell => getComputedStyle(cell, "::before").content + getComputedStyle(cell).display"""
    assert card.locator(".field-area").evaluate(heading) == '"Fokusområde"block'
    assert staff.evaluate(SCROLLS_SIDEWAYS) == []
    staff.get_by_role("link", name="Filtrér listen").press("Enter")
    assert staff.locator("#changelist-filter h2").evaluate("h2 => h2.getBoundingClientRect().top") < 100
    staff.locator("#changelist-filter").get_by_role("link", name=rows.ideas[0].area.name).press("Enter")
    staff.get_by_role("link", name="Filtrene, som er i brug").wait_for()
    staff.get_by_role("link", name="Titel", exact=True).press("Enter")
    staff.get_by_role("checkbox", name=f"Vælg {rows.ideas[0].reference}").check()
    staff.locator("select[name=action]").select_option("publish_rows")
    staff.get_by_role("button", name="Udfør").press("Enter")
    staff.get_by_role("heading", name="Offentliggør").wait_for()


@pytest.mark.parametrize("title", ["ideas", "companies", "initiatives", "decisions"])
def test_a_list_is_whole_at_a_common_width(staff, title):
    staff.set_viewport_size({"width": 1280, "height": 900})
    staff.goto(PAGES[title](chain(2)))
    assert staff.locator("#result_list").count()
    assert staff.evaluate(SCROLLS_SIDEWAYS) == []


def test_a_moment_is_asked_for_as_anything_else_is(staff):
    rows = chain(1)
    staff.goto("/admin/ideas/idea/")
    staff.get_by_role("checkbox", name=f"Vælg {rows.ideas[0].reference}").check()
    staff.locator("select[name=action]").select_option("publish_rows")
    staff.get_by_role("button", name="Udfør").press("Enter")
    edge = "field => getComputedStyle(field).borderTopStyle + getComputedStyle(field).borderTopWidth"
    assert staff.locator('input[type="datetime-local"]').evaluate(edge) == "solid1px"


def test_merging_is_seen_before_it_is_done(staff, pictures):
    """From an idea's own page, by keyboard: the question, what would happen, and back on the page."""
    rows = chain(3)
    one, other = rows.ideas[1], rows.ideas[2]
    staff.goto(f"/admin/ideas/idea/{one.pk}/change/")
    staff.get_by_role("button", name="Læg sammen med en anden ide …").press("Enter")
    staff.get_by_label("Lever videre i ide").fill(other.reference)
    staff.get_by_label("Begrundelse").fill("Det samme.")
    assert violations(staff) == []
    staff.get_by_role("button", name="Se, hvad der sker").press("Enter")
    staff.get_by_role("heading", name="Det sker der").wait_for()
    if pictures:
        staff.screenshot(path=pictures / "admin merge.png", full_page=True)
    assert violations(staff) == []
    staff.get_by_role("button", name="Læg sammen").press("Enter")
    staff.get_by_text(f"1 ide er lagt sammen med {other.reference}.").wait_for()
    assert staff.url.endswith(f"/admin/ideas/idea/{one.pk}/change/")


@pytest.mark.parametrize("width", [1280, 320])
def test_companies_are_merged_by_keyboard_as_was_seen(staff, pictures, width):
    """From the list: which one stays, what would happen, and back on the list. Nothing is wider than the screen."""
    rows = chain(3)
    stays = CompanyFactory(name=f"Virksomheden {LONG}", slug="den-lange")
    double = CompanyFactory(name="Dobbelt", cvr=None, trade=LONG, website=f"https://example.org/{'a' * 90}")
    for idea in rows.ideas:
        idea.companies.add(double)
    staff.set_viewport_size({"width": width, "height": 800})
    staff.goto("/admin/panels/company/?q=")
    for company in (stays, double):
        staff.get_by_role("checkbox", name=f"Vælg {company}").check()
    staff.get_by_role("combobox", name="Handling").select_option("merge")
    staff.get_by_role("button", name="Udfør").press("Enter")
    staff.get_by_role("group", name="Hvilken virksomhed bliver?").wait_for()
    staff.get_by_label("Begrundelse").fill("Samme telefon.")
    assert violations(staff) == []
    staff.get_by_role("button", name="Se, hvad der sker").press("Enter")
    staff.get_by_role("heading", name="Det sker der").wait_for()
    if pictures:
        staff.screenshot(path=pictures / f"admin merge companies {width}.png", full_page=True)
    assert violations(staff) == []
    assert staff.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert staff.evaluate(CUT_OFF) == []
    staff.get_by_role("button", name="Saml virksomheder").press("Enter")
    staff.get_by_text("1 virksomhed er lagt ind i").wait_for()
    assert not Company.objects.filter(pk=double.pk).exists()


def test_whoever_is_idle_is_warned_and_goes_on_with_a_click(staff, pictures):
    staff.clock.install()
    staff.goto("/admin/")
    warning = staff.get_by_role("alert").filter(has_text="Du bliver snart logget ud")
    staff.clock.fast_forward("01:54:00")
    assert not warning.is_visible()
    staff.clock.fast_forward("02:00")
    warning.wait_for()
    if pictures:
        staff.screenshot(path=pictures / "admin warning.png")
    assert violations(staff) == []
    staff.get_by_role("button", name="Bliv logget ind").click()
    warning.wait_for(state="hidden")
    staff.clock.fast_forward("01:56:00")
    warning.wait_for()
    staff.context.clear_cookies()
    staff.get_by_role("button", name="Bliv logget ind").click()
    staff.get_by_text("Du er logget ud.").wait_for()
    assert staff.complaints == []


def test_whoever_works_on_is_warned_of_the_end(staff, pictures):
    staff.clock.install()
    staff.goto("/admin/")
    warning = staff.get_by_role("alert").filter(has_text="fordi du har været logget ind længe")
    staff.clock.fast_forward("11:50:00")
    assert not warning.is_visible()
    staff.clock.fast_forward("06:00")
    warning.wait_for()
    if pictures:
        staff.screenshot(path=pictures / "admin last warning.png")
    assert violations(staff) == []


@pytest.mark.parametrize("width", [1280, 320])
def test_a_form_with_lists_and_one_that_waited_can_be_read(staff, pictures, width):
    staff.set_viewport_size({"width": width, "height": 800})
    page = f"/admin/ideas/idea/{chain(1).ideas[0].pk}/change/?lister=1"
    staff.goto(page)
    assert violations(staff) == []
    session = Session.objects.get().get_decoded()
    store = SessionStore(Session.objects.get().session_key)
    store["kept_form"] = {"user": int(session["_auth_user_id"]), "address": page, "typed": "title=Sol"}
    store.save()
    staff.goto("/konto/fortsaet/")
    if pictures:
        staff.screenshot(path=pictures / f"admin kept form {width}.png")
    assert violations(staff) == []
    staff.get_by_role("button", name="Send formularen nu").click()
    staff.get_by_text("Ret venligst fejlene herunder.").wait_for()
    assert staff.get_by_label("Titel").input_value() == "Sol"


def test_a_form_is_sent_once_however_often_its_button_is_pressed(staff):
    idea = chain(1).ideas[0]
    staff.goto(f"/admin/ideas/idea/{idea.pk}/change/")
    staff.locator("#id_notes-0-text").fill("Ringede til virksomheden.")
    staff.get_by_role("button", name="Gem", exact=True).first.dblclick(delay=150)  # the first is on its way
    staff.get_by_text("« er gemt.").wait_for()
    assert idea.notes.count() == 1


def test_a_file_can_be_fetched_again_from_the_page_that_stays(staff):
    staff.goto(f"/admin/panels/decision/{chain(1).decision.pk}/journal/")
    for _ in range(2):
        with staff.expect_download():
            staff.get_by_role("button", name="Hent pakken (ZIP)").click()

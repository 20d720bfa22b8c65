"""Signing up in a real browser, step by step, on a telephone and on a wide screen, and what axe finds in each."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from events.models import AccessService, Registration
from tests.browser.steps import follow
from tests.browser.test_pages import SMALL_TARGETS, TOO_WIDE, picture, violations
from tests.events.test_registering import come
from tests.factories import EventFactory, SessionFactory
from tests.states import LONG


@pytest.fixture
def event():
    """The last place but two, with a café that is full and one that is not."""
    now = timezone.now()
    event = EventFactory(
        title="Bæredygtighedskonferencen",
        capacity=4,
        asks_names=True,
        asks_access=True,
        confirms_email=False,
        registration_opens_at=now - timedelta(days=1),
        starts_at=now + timedelta(days=14),
    )
    full = SessionFactory(event=event, kind="cafe", title="Affald og genbrug", capacity=3)
    SessionFactory(
        event=event, kind="cafe", title=LONG, capacity=9, starts_at=full.ends_at, ends_at=full.ends_at + timedelta(minutes=20)
    )  # fmt: skip
    come(event, sessions=(full,))
    return event


@pytest.fixture(
    params=[(1280, True), (320, True), (320, False)], ids=["wide", "telephone", "without JavaScript"]
)
def walk(request, visit, pictures):
    """Opens a page, and gives what it takes to go on from there: the page, `press` a button, and `look` at each step."""
    width, javascript = request.param
    seen = iter(range(1, 30))

    def start(path: str):
        page = visit(path, width=width, java_script_enabled=javascript)

        def press(name: str) -> None:
            follow(page.get_by_role("button", name=name, exact=True))

        def look(what: str) -> None:
            # Axe styles and fetches from within the page, and so breaks its policy itself.
            if not javascript:
                assert [text for text in page.complaints if "409" not in text] == []
                return
            assert page.evaluate(TOO_WIDE) <= 0
            assert page.evaluate(SMALL_TARGETS) == []
            picture(page, pictures, f"way {next(seen):02} {what} {width}")
            assert violations(page) == []

        return page, press, look

    return start


def test_whom_the_trap_catches_by_mistake_can_get_out(walk, event):
    page, press, look = walk(f"{event.get_absolute_url()}tilmelding/")
    trap = page.locator("#id_website")
    assert trap.bounding_box()["x"] < 0
    trap.fill("https://eksempel.dk")
    page.get_by_label("Navn", exact=True).fill("Åse Øst")
    page.get_by_label("E-mail").fill("aase@example.org")
    page.wait_for_timeout(2_100)  # a person takes longer
    press("Fortsæt")
    page.get_by_role("link", name="Lad dette felt stå tomt").click()
    assert trap.bounding_box()["x"] >= 0
    look("trap")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    press("Fortsæt")
    assert page.get_by_role("heading", name="Er det rigtigt?").is_visible()


def test_from_the_event_to_the_waiting_list(walk, event):
    page, press, look = walk(event.get_absolute_url())
    follow(page.get_by_role("link", name=re.compile("^Tilmeld")).first)
    page.get_by_label("Antal pladser").fill("3")
    page.get_by_label("Virksomhed eller forening").fill("Værkstedet")
    page.wait_for_timeout(2_100)  # a person takes longer
    press("Fortsæt")
    assert page.get_by_text("Skriv dit navn").first.is_visible()
    look("errors")
    page.get_by_label("Navn", exact=True).fill("Åse Øst")
    page.get_by_label("E-mail").fill("aase@example.org")
    page.get_by_label("Navn på nr. 2").fill("Øjvind Ågård")
    page.get_by_label("Navn på nr. 3").fill("李 小龍")
    page.get_by_label("Affald og genbrug").check()
    page.get_by_label("Teleslynge").check()
    press("Fortsæt")
    look("check")
    press("Tilmeld")
    assert page.get_by_text("men ikke i »Affald og genbrug«").is_visible()
    look("café full")
    press("Ret det, jeg har skrevet")
    assert page.get_by_label("Virksomhed eller forening").input_value() == "Værkstedet"
    page.get_by_label("Affald og genbrug").uncheck()
    press("Fortsæt")
    come(event, 2)
    press("Tilmeld")
    assert page.get_by_role("heading", name="Der er ikke pladser nok").is_visible()
    look("full")
    press("Skriv mig på venteliste")
    look("waiting")
    registration = Registration.objects.get(name="Åse Øst")
    assert registration.reference in page.locator("main").inner_text()
    assert registration.access_needs.get().service == AccessService.HEARING_LOOP
    page.goto(registration.get_absolute_url())
    assert page.get_by_text("Du er nummer 1 i køen").is_visible()


def test_from_the_mailed_link_to_nothing_kept(walk, event):
    registration = come(event, 3, name="Åse Øst", companions=("Øjvind Ågård", "李 小龍"))
    page, press, look = walk(registration.get_absolute_url())
    look("own page")
    follow(page.get_by_role("link", name="Ret tilmeldingen"))
    look("change")
    page.get_by_label("Antal pladser").fill("1")
    press("Gem")
    assert page.get_by_text("Skriv et").or_(page.get_by_text("Ret antallet")).first.is_visible()
    look("change, errors")
    page.get_by_label("Navn på nr. 2").fill("")
    page.get_by_label("Navn på nr. 3").fill("")
    press("Gem")
    follow(page.get_by_role("link", name="Se alt, hvad vi har gemt om dig"))
    look("data")
    press("Slet mine oplysninger")
    look("erased")
    registration.refresh_from_db()
    assert registration.name == ""
    assert page.context.cookies() == []


def test_back_shows_what_was_typed(visit, event):
    """After each page that answers the form: the one with errors, the one to check, and the full one."""
    page = visit(f"{event.get_absolute_url()}tilmelding/")

    def away_and_back() -> None:
        follow(page.get_by_role("link", name="Arrangementer").first)
        page.go_back()

    page.get_by_label("Virksomhed eller forening").fill("Værkstedet")
    page.wait_for_timeout(2_100)  # a person takes longer
    follow(page.get_by_role("button", name="Fortsæt"))
    away_and_back()
    assert page.get_by_label("Virksomhed eller forening").input_value() == "Værkstedet"
    page.get_by_label("Navn", exact=True).fill("Åse Øst")
    page.get_by_label("E-mail").fill("aase@example.org")
    follow(page.get_by_role("button", name="Fortsæt"))
    away_and_back()
    assert page.get_by_text("Værkstedet").is_visible()
    come(event, 3)
    follow(page.get_by_role("button", name="Tilmeld"))
    away_and_back()
    assert page.get_by_role("heading", name="Alle pladser er optaget").is_visible()
    page.go_back()
    assert page.get_by_role("heading", name="Er det rigtigt?").is_visible()

"""The page at the door on a telephone, with and without JavaScript."""

import pytest
from django.contrib.auth import get_user_model

from events.actions import check_in
from events.models import Registration
from tests.browser.steps import follow
from tests.browser.test_admin import PASSWORD, peopled, violations
from tests.browser.test_pages import SMALL_TARGETS, TOO_WIDE, picture
from tests.factories import EventFactory

LONG = "Erhvervspanelmøderådgivningsordningenforbæredygtighedskonferencedeltagere"


@pytest.fixture
def event():
    event = EventFactory(title=f"Konference om {LONG}")
    peopled(event)
    Registration.objects.filter(name="Ole Vest").update(name=f"Ole {LONG}", organisation=LONG)
    return event


def at_the_door(visit, event, **options):
    """A telephone that was sent to the door and had to log in first."""
    get_user_model().objects.create_superuser("karen", password=PASSWORD, first_name="Karen")
    page = visit(f"/admin/events/event/{event.pk}/doer/", width=320, **options)
    page.get_by_label("Brugernavn").fill("karen")
    page.get_by_label("Adgangskode").fill(PASSWORD)
    follow(page.get_by_role("button", name="Log ind"))
    page.get_by_role("heading", name="Tjek ind").wait_for()
    return page


def judged(page, pictures, name: str) -> None:
    # Before axe and screenshots, which style the page from within and so break its policy themselves.
    assert page.complaints == []
    picture(page, pictures, f"door {name} 320")
    assert page.evaluate(TOO_WIDE) <= 0
    assert [target for target in page.evaluate(SMALL_TARGETS) if "toggle" not in target] == []
    assert violations(page) == []
    page.complaints.clear()


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_group_is_found_checked_in_and_taken_back(visit, event, pictures, javascript):
    page = at_the_door(visit, event, java_script_enabled=javascript)
    if javascript:
        judged(page, pictures, "empty")
    page.get_by_label("Navn, virksomhed, e-mail eller nummer").fill("aase")
    follow(page.get_by_role("button", name="Find"))
    if javascript:
        judged(page, pictures, "found")
    page.get_by_label("Hvor mange af de 3 er kommet?").fill("2")
    follow(page.get_by_role("button", name="Tjek ind"))
    assert page.get_by_text("Åse Øst er tjekket ind: 2 af 3 pladser.").is_visible()
    assert page.get_by_text("2 af 5").is_visible()
    if javascript:
        judged(page, pictures, "checked in")
    follow(page.get_by_role("button", name="Fortryd"))
    assert page.get_by_text("Åse Øst er ikke længere tjekket ind.").is_visible()


def test_the_longest_names_stay_inside_the_telephone(visit, event, pictures):
    page = at_the_door(visit, event)
    for query in ("ole", "ida"):
        page.goto(f"/admin/events/event/{event.pk}/doer/?q={query}")
        judged(page, pictures, f"hit {query}")


@pytest.mark.parametrize(
    "name", ["doer-ny", "luk-doeren", "doerliste", "navneskilte", "hjaelp", "tilmeldinger"]
)
def test_the_other_pages_of_the_day_fit_a_telephone(visit, event, pictures, name):
    page = at_the_door(visit, event)
    page.goto(f"/admin/events/event/{event.pk}/{name}/")
    assert page.complaints == []
    picture(page, pictures, f"door {name} 320")
    assert page.evaluate(TOO_WIDE) <= 0


def test_the_count_follows_what_happens_at_another_door(visit, event):
    page = at_the_door(visit, event)
    page.clock.install()
    page.reload()
    assert page.locator("#kommet").text_content() == "0 af 5"
    registration = Registration.objects.get(name__startswith="Ole")
    check_in(registration, by=get_user_model().objects.get(username="karen"))
    page.clock.run_for(11_000)
    page.get_by_text("2 af 5").wait_for()
    assert page.complaints == []


def test_the_door_list_on_paper_is_the_list_alone(visit, event, pictures):
    page = at_the_door(visit, event)
    page.goto(f"/admin/events/event/{event.pk}/doerliste/")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 960})
    picture(page, pictures, "door list on paper")
    for hidden in ("#header", "div.breadcrumbs", ".screen-only", "#nav-sidebar"):
        assert not page.locator(hidden).is_visible()
    assert page.get_by_text("Udskrevet").is_visible()
    page.set_viewport_size({"width": 1280, "height": 960})
    assert page.locator(".door-list").bounding_box()["width"] > 1200

"""Deleting a record: what others have linked to it is kept until they have let go."""

from datetime import date, timedelta
from html import unescape

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from events.models import Event
from initiatives.models import Indicator
from panels.models import Need, PanelMeeting
from tests.factories import (
    EventFactory,
    IdeaFactory,
    InitiativeFactory,
    MaterialFactory,
    NeedFactory,
    PanelMeetingFactory,
    ReadingFactory,
    RecommendationFactory,
    ServiceFactory,
    ThemeFactory,
    UserFactory,
)
from tests.forms import fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    client.force_login(UserFactory(superuser=True))
    return client


def page_of(row, name: str = "delete") -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{name}", args=[row.pk])


def linked_need():
    need = NeedFactory(name="Grøn transport")
    return need, [IdeaFactory(needs=[need]), ServiceFactory(needs=[need])]


def linked_meeting():
    meeting = PanelMeetingFactory()
    return meeting, [IdeaFactory(theme=meeting.theme, meetings=[meeting])]


def linked_recommendation():
    recommendation = RecommendationFactory()
    return recommendation, [InitiativeFactory(recommendations=[recommendation])]


def related_idea():
    idea = IdeaFactory()
    return idea, [IdeaFactory(related=[idea])]


def measured_indicator():
    reading = ReadingFactory()
    return reading.indicator, [reading]


def measured_initiative():
    reading = ReadingFactory()
    return reading.indicator.initiative, [reading]


@pytest.mark.parametrize(
    "made",
    [
        linked_need,
        linked_meeting,
        linked_recommendation,
        related_idea,
        measured_indicator,
        measured_initiative,
    ],
)
def test_what_others_link_to_is_not_deleted_and_the_page_says_what_to_do(staff, made):
    row, others = made()
    page = unescape(staff.get(page_of(row)).text)
    assert f"»{row}« kan ikke slettes" in page
    for other in others:
        assert f'href="{page_of(other, "change")}"' in page
    staff.post(page_of(row), {"post": "yes"})
    assert type(row).objects.filter(pk=row.pk).exists()


def test_of_several_that_are_chosen_none_is_deleted(staff):
    need, [idea, _] = linked_need()
    free = NeedFactory()
    chosen = {"action": "delete_selected", "_selected_action": [need.pk, free.pk]}
    page = staff.post(reverse("admin:panels_need_changelist"), chosen | {"post": "yes"})
    assert "De valgte kan ikke slettes" in page.text
    assert f'href="{page_of(idea, "change")}"' in page.text
    assert Need.objects.count() == 2


def test_what_a_record_links_to_itself_goes_with_it(staff):
    event = EventFactory(initiatives=[InitiativeFactory()])
    assert staff.post(page_of(event), {"post": "yes"}).status_code == 302
    assert not Event.objects.exists()


def test_ideas_that_only_know_each_other_are_deleted_together(staff):
    one = IdeaFactory(draft=True)
    other = IdeaFactory(draft=True, theme=one.theme, related=[one])
    chosen = {"action": "delete_selected", "_selected_action": [one.pk, other.pk], "post": "yes"}
    staff.post(reverse("admin:ideas_idea_changelist"), chosen)
    assert not type(one).objects.exists()


@pytest.mark.parametrize("factory", [IdeaFactory, PanelMeetingFactory, RecommendationFactory, ThemeFactory])
@pytest.mark.parametrize("since", ["public", "withdrawn"])
def test_what_has_been_public_by_a_number_is_not_deleted(staff, factory, since):
    row = factory()
    if since == "withdrawn":
        row.publish_at = None
        row.save()
    page = unescape(staff.post(page_of(row), {"post": "yes"}).text)
    assert f"»{row}« har været offentlig" in page
    assert "Brug handlingen »Træk tilbage til kladde« i stedet." in page
    assert type(row).objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("state", ["draft", "embargoed"])
def test_what_nobody_has_seen_is_deleted(staff, state):
    idea = IdeaFactory(**{state: True})
    idea.publish_at = None  # an embargo that was called off has shown nothing
    idea.save()
    with time_machine.travel(timezone.now() + timedelta(days=400)):
        staff.force_login(UserFactory(superuser=True))
        staff.post(page_of(idea), {"post": "yes"})
    assert not type(idea).objects.exists()


def test_a_meeting_is_not_deleted_by_a_tick_in_its_themes_form(staff):
    meeting = MaterialFactory().meeting
    address = page_of(meeting.theme, "change")
    page = staff.get(address)
    assert "meetings-0-DELETE" not in page.text
    staff.post(address, fields_of(page) | {"meetings-0-DELETE": "on"})
    assert PanelMeeting.objects.get() == meeting


def test_what_is_measured_is_not_deleted_by_a_tick_in_its_initiatives_form(staff):
    reading = ReadingFactory(read_on=date(2022, 6, 30), value="14.50")
    address = page_of(reading.indicator.initiative, "change")
    page = staff.post(address, fields_of(staff.get(address)) | {"indicators-0-DELETE": "on"})
    assert f"»{reading.indicator}« kan ikke slettes" in unescape(page.text)
    assert "30. juni 2022: 14,5" in page.text
    assert Indicator.objects.get() == reading.indicator

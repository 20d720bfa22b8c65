"""What the public reads of a theme and its meetings."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from panels.models import Company
from tests.factories import (
    AttendanceFactory,
    CompanyFactory,
    FocusAreaFactory,
    IdeaFactory,
    PanelMeetingFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db


def test_who_was_never_asked_has_not_refused_to_be_named(client):
    meeting = PanelMeetingFactory()
    for company in CompanyFactory.create_batch(2, unnamed=True):
        AttendanceFactory(meeting=meeting, company=company)
    idea = IdeaFactory(theme=meeting.theme, meetings=[meeting], companies=Company.objects.all())
    page = client.get(meeting.get_absolute_url()).text
    assert "2 virksomheder har ikke sagt ja til at blive nævnt." in page
    page = client.get(idea.get_absolute_url()).text
    assert "2 virksomheder, som ikke har sagt ja til at blive nævnt" in page


@pytest.mark.parametrize("is_example", [False, True])
def test_a_made_up_company_is_marked_where_it_stands_by_itself(client, is_example):
    company = CompanyFactory(is_example=True)
    meeting = PanelMeetingFactory(is_example=is_example)
    AttendanceFactory(meeting=meeting, company=company)
    idea = IdeaFactory(theme=meeting.theme, companies=[company], is_example=is_example)
    mark = f'{company.name}</a> <span class="example-mark">Eksempel</span>'
    for path in (meeting.get_absolute_url(), idea.get_absolute_url(), reverse("ideas:idea-print")):
        assert (mark in client.get(path).text) is not is_example, path


def test_a_meeting_that_is_over_does_not_say_that_nobody_came(client):
    meeting = PanelMeetingFactory()
    page = client.get(meeting.get_absolute_url()).text
    assert "Deltagerne er ikke skrevet ind endnu." in page
    assert "0 virksomheder" not in page
    AttendanceFactory(meeting=meeting)
    page = client.get(meeting.get_absolute_url()).text
    assert "Deltagerne er ikke skrevet ind endnu." not in page
    assert "1 virksomhed deltog" in page


def test_a_meeting_that_is_to_come_has_no_noughts_in_the_lists(client):
    coming = PanelMeetingFactory(starts_at=timezone.now() + timedelta(days=3))
    for address in (reverse("panels:meeting-list"), coming.theme.get_absolute_url()):
        page = client.get(address).text
        assert "Kommende" in page
        assert "· 0 ideer" not in page
        assert "0 virksomheder ·" not in page


def test_that_an_idea_counts_at_each_of_its_meetings_is_told_where_it_does(client):
    told = "En ide kan komme fra flere møder og tæller med ved hvert af dem."
    theme = ThemeFactory()
    first, second = PanelMeetingFactory.create_batch(2, theme=theme)
    hidden = PanelMeetingFactory(theme=theme, draft=True)
    IdeaFactory(theme=theme, meetings=[first, hidden])
    IdeaFactory(theme=theme, meetings=[second])
    IdeaFactory(theme=theme, meetings=[first, second], draft=True)
    addresses = (reverse("panels:meeting-list"), theme.get_absolute_url())
    assert not any(told in client.get(address).text for address in addresses)
    IdeaFactory(theme=theme, meetings=[first, second])
    assert all(told in client.get(address).text for address in addresses)


@pytest.mark.parametrize(
    ("count", "heading"),
    [(0, "Fokusområder"), (1, "1 fokusområde"), (2, "2 fokusområder")],
)
def test_a_theme_counts_its_focus_areas_in_words_that_fit(client, count, heading):
    theme = ThemeFactory()
    FocusAreaFactory.create_batch(count, theme=theme)
    page = client.get(theme.get_absolute_url()).text
    assert f">{heading}</h2>" in page
    assert ("Fokusområderne er ikke lagt fast endnu." in page) == (count == 0)


def test_the_search_field_of_the_companies_has_its_label_above_it(client):
    page = client.get(reverse("panels:company-list")).text
    assert page.count('class="search"') == 1

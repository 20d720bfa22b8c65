"""What staff see of followers: how many, and never who."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import IdeaFactory, InitiativeFactory, ThemeFactory, UserFactory
from tests.ideas.committee.conftest import with_rights
from tests.portal.following.test_following import following

pytestmark = pytest.mark.django_db
FOLLOWED = (IdeaFactory, InitiativeFactory, ThemeFactory)


@pytest.fixture
def staff(client):
    client.force_login(UserFactory(superuser=True))
    return client


def pages(thing) -> tuple[str, str]:
    """The list that `thing` is in, and its form."""
    name = f"admin:{thing._meta.app_label}_{thing._meta.model_name}"
    return reverse(f"{name}_changelist"), reverse(f"{name}_change", args=[thing.pk])


@pytest.mark.parametrize("make", FOLLOWED)
def test_staff_see_how_many_have_confirmed_and_not_who(staff, make):
    thing, other = make(), make()
    following(thing, email="en@example.org"), following(thing, other, email="to@example.org")
    following(thing, email="tre@example.org", confirmed=False)
    changelist, form = (staff.get(page) for page in pages(thing))
    told = {row.pk: row.follower_count for row in changelist.context["cl"].result_list}
    assert (told[thing.pk], told[other.pk]) == (2, 1)
    assert len(re.findall('class="field-followers"[^>]*>2</td>', changelist.text)) == 1
    assert "2" in form.text.partition("field-followers")[2].partition('class="readonly">')[2][:5]
    assert not any("@example.org" in page.text for page in (changelist, form))


@pytest.mark.parametrize("make", FOLLOWED)
def test_followers_cost_no_query_of_their_own(staff, make):
    thing = make()

    def cost(page: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            staff.get(page)
        return len(queries)

    before = [(cost(page), cost(page))[1] for page in pages(thing)]
    for number in range(3):
        following(thing, email=f"{number}@example.org")
    assert [cost(page) for page in pages(thing)] == before


def test_the_list_is_sorted_by_followers(staff):
    few, many = IdeaFactory(), IdeaFactory()
    following(many, email="en@example.org")
    changelist, _ = pages(few)
    column = staff.get(changelist).context["cl"].list_display.index("followers")
    rows = staff.get(changelist, {"o": f"-{column}"}).context["cl"].result_list
    assert [row.pk for row in rows] == [many.pk, few.pk]


def test_who_sees_the_list_without_a_right_to_change_sees_the_number(client):
    idea = IdeaFactory()
    following(idea)
    with_rights(client, "ideas.view_idea")
    assert "field-followers" in client.get(pages(idea)[1]).text

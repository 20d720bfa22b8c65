"""Pages of a list, as the address asks for them."""

import pytest
from django.urls import reverse

from erhvervspanel.foundation.pages import page_of
from ideas.filters import BY_NUMBER, SORTINGS
from tests.factories import EventFactory, UserFactory


@pytest.mark.parametrize(
    ("asked", "shown"),
    [("", 1), ("2", 2), ("3", 3), ("99", 3), ("9" * 30, 3), ("0", 1), ("-3", 1), ("abc", 1), ("1.5", 1), ("9" * 9_999, 1)],
)  # fmt: skip
def test_a_page_beyond_is_the_last_and_an_odd_one_the_first(rf, asked, shown):
    assert page_of(rf.get("/", {"side": asked}), range(50), size=20).number == shown
    assert page_of(rf.get("/"), range(50), size=20).number == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    ["panels:company-list", "panels:company-list ?q=mejeri", "events:event-list", "portal:news-list", "desk"],
)
def test_the_order_of_a_list_in_pages_ends_in_the_key(client, address):
    """Else a row can stand on two pages, and another on none."""
    name, _, query = address.partition(" ")
    if name == "desk":
        client.force_login(UserFactory(superuser=True))
        path = reverse("admin:events_event_tilmeldinger", args=[EventFactory().pk])
    else:
        path = reverse(name)
    rows = client.get(path + query).context["page"].paginator.object_list
    assert rows.query.order_by[-1].lstrip("-") == "pk"


def test_every_sorting_of_the_ideas_ends_in_their_number():
    assert all(sorting.ordering[-len(BY_NUMBER) :] == BY_NUMBER for sorting in SORTINGS)

"""Forms of the back office for those whose browser runs no script: links are lists to choose from."""

import re

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from erhvervspanel.foundation.desk import links
from erhvervspanel.foundation.desk.records import Linked, RecordAdmin
from ideas.models import Idea
from panels.models import PanelMeeting
from tests.factories import (
    BY_MODEL,
    AttendanceFactory,
    CompanyFactory,
    IdeaFactory,
    PanelMeetingFactory,
    UserFactory,
)
from tests.forms import fields_of

pytestmark = pytest.mark.django_db

LOOKED_UP = "admin-autocomplete"
WAY = '<a href="?lister=1">Vis dem som lister, der kan vælges i</a>'
RECORDS = [model for model, each in admin.site._registry.items() if isinstance(each, RecordAdmin)]


@pytest.fixture
def staff(client):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


def form_address(row) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


@pytest.mark.parametrize("model", RECORDS, ids=lambda model: model.__name__)
def test_every_form_that_looks_up_leads_to_one_with_lists(staff, model):
    address = form_address(BY_MODEL[model]())
    page = staff.get(address).text
    assert (LOOKED_UP in page) == (WAY in page)
    page = staff.get(f"{address}?lister=1").text
    assert LOOKED_UP not in page
    assert WAY not in page


def test_a_link_is_chosen_and_a_row_added(staff):
    meeting = PanelMeetingFactory()
    first, second = AttendanceFactory(meeting=meeting).company, CompanyFactory()
    address = f"{form_address(meeting)}?lister=1"
    page = staff.get(address)
    assert f'<option value="{second.pk}">{second}</option>' in page.text
    given = fields_of(page) | {"attendances-1-company": second.pk}
    assert staff.post(address, given).status_code == 302
    assert set(PanelMeeting.objects.get().companies.all()) == {first, second}


def test_the_lists_are_asked_for_once_however_many_rows_there_are(staff):
    meeting = PanelMeetingFactory()

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert staff.get(f"{form_address(meeting)}?lister=1").status_code == 200
        return len(asked)

    AttendanceFactory(meeting=meeting)
    queries()  # what is asked for once in a process
    few = queries()
    AttendanceFactory.create_batch(5, meeting=meeting)
    assert queries() == few


def test_what_is_chosen_is_not_lost_where_one_may_not_choose_it(staff, monkeypatch):
    idea = IdeaFactory(related=[IdeaFactory(title="Ikke på min liste")])
    monkeypatch.setattr(
        Linked, "get_field_queryset", lambda self, db, field, request: field.related_model.objects.none()
    )
    page = staff.get(f"{form_address(idea)}?lister=1")
    [related] = idea.related.all()
    assert f'<option value="{related.pk}" selected>{related}</option>' in page.text
    assert fields_of(page)["related"] == [str(related.pk)]


def test_of_very_many_rows_the_number_is_typed_and_what_is_chosen_stays(staff, monkeypatch):
    monkeypatch.setattr(links, "MOST_LISTED", 2)
    other, *_, idea = IdeaFactory.create_batch(4)
    idea.related.add(other)
    address = f"{form_address(idea)}?lister=1"
    page = staff.get(address)
    assert re.search(
        rf'<input[^>]*name="related"[^>]*value="{other.pk}"|value="{other.pk}"[^>]*name="related"', page.text
    )
    assert staff.post(address, fields_of(page) | {"title": "En anden titel"}).status_code == 302
    assert list(Idea.objects.get(title="En anden titel").related.all()) == [other]

"""Two members of staff at once, of whom one merges companies: real connections."""

from concurrent.futures import ThreadPoolExecutor
from importlib import import_module

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from erhvervspanel.foundation import content_version
from ideas.models import Idea
from panels import actions, merging
from panels.actions import ANOTHER_PLAN, CHANGED_MEANWHILE, accept, merge_companies
from panels.cvr import Found
from panels.models import Attendance, Company
from tests.factories import (
    AttendanceFactory,
    CompanyFactory,
    FocusAreaFactory,
    IdeaFactory,
    PanelMeetingFactory,
    SubmissionFactory,
    UserFactory,
)
from tests.forms import fields_of
from tests.ideas.exchange.conftest import csv
from tests.ideas.test_races import at_once, refused
from tests.locks import overtaken

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def staff(client):
    client.force_login(UserFactory(superuser=True))
    return client


def pair() -> tuple[Company, Company]:
    stays, goes = CompanyFactory(name="Nordbyg ApS"), CompanyFactory(name="Sydbo", cvr=None)
    IdeaFactory(companies=[goes])
    AttendanceFactory(company=goes)
    return stays, goes


def merging_of(stays: Company, goes: Company):
    """What merges them, as they are seen now, when it is called."""
    seen = merging.planned([stays, goes], stays).digest
    return lambda: merge_companies([stays, goes], into=stays, reason="Det samme.", seen=seen, by=None)


def before(action, monkeypatch, module, name: str) -> None:
    """Lets `action` be done by a connection of its own just before `name` in `module`."""
    original = getattr(module, name)

    def run():
        try:
            action()
        finally:
            connection.close()

    def with_it_first(*arguments, **options):
        monkeypatch.undo()
        with ThreadPoolExecutor(1) as pool:
            pool.submit(run).result()
        return original(*arguments, **options)

    monkeypatch.setattr(module, name, with_it_first)


@pytest.mark.parametrize("round_", range(3))
def test_companies_merged_into_each_other_go_one_way_only(round_):
    one, other = pair()
    results = at_once(merging_of(one, other), merging_of(other, one))
    assert [each.message for each in refused(results)] == [ANOTHER_PLAN]
    assert Company.objects.get().ideas.count() == 1


def test_a_double_click_merges_once():
    stays, goes = pair()
    results = at_once(*[merging_of(stays, goes)] * 3)
    assert len(refused(results)) == 2
    assert stays.history.filter(history_change_reason__contains="er lagt ind i").count() == 1


def test_pages_that_are_kept_are_made_anew():
    stays, goes = pair()
    version = content_version.current()
    merging_of(stays, goes)()
    assert content_version.current() != version


def test_whoever_saves_an_idea_is_waited_for():
    """No deadlock: the form holds the idea, and needs the company when it commits."""
    stays, goes = pair()

    def write():
        Idea.objects.select_for_update().get().companies.add(stays)

    assert overtaken(write, merging_of(stays, goes)).message == ANOTHER_PLAN
    assert Idea.objects.get().companies.count() == 2


def test_whoever_changes_an_attendance_is_waited_for():
    stays, goes = pair()

    def write():
        attendance = Attendance.objects.select_for_update().get()
        attendance.company = stays
        attendance.save()

    assert overtaken(write, merging_of(stays, goes)).message == ANOTHER_PLAN
    assert stays.attendances.count() == 1


def test_a_form_that_waits_does_not_bring_the_double_back(staff):
    stays, goes = pair()
    address = f"/admin/panels/company/{goes.pk}/change/"
    page = staff.get(address)
    answer = overtaken(merging_of(stays, goes), lambda: staff.post(address, fields_of(page)))
    assert "»Sydbo« er slettet, mens du skrev. Intet er gemt." in answer.text
    assert list(Company.objects.all()) == [stays]


def test_a_list_of_attendees_that_names_the_double_is_shown_again(staff, monkeypatch):
    stays, goes = pair()
    meeting = PanelMeetingFactory()
    address = f"/admin/panels/panelmeeting/{meeting.pk}/deltagere/"
    looked_over = staff.post(address, {"companies": "Sydbo"})
    before(merging_of(stays, goes), monkeypatch, actions, "bulk_create_with_history")
    page = staff.post(address, fields_of(looked_over) | {"gem": "Gem deltagerne"})
    assert CHANGED_MEANWHILE in page.text
    staff.post(address, fields_of(page) | {"gem": "Gem deltagerne"})
    assert list(meeting.companies.all()) == [stays]


def test_a_file_of_ideas_that_names_the_double_is_shown_again(staff, monkeypatch):
    stays, goes = pair()
    area = FocusAreaFactory()
    row = ("7", "Sol på taget", area.name, "", "Vi vil have sol.", "", "Sydbo", "", "")
    file = SimpleUploadedFile("ideer.csv", csv(row).read())
    page = staff.post("/admin/ideas/idea/hent/", {"theme": area.theme.pk, "file": file}, follow=True)
    importing = import_module("ideas.actions.import_ideas")  # the package has the action by that name
    before(merging_of(stays, goes), monkeypatch, importing, "relink")
    address = page.request["PATH_INFO"]
    page = staff.post(address, fields_of(page), follow=True)
    assert importing.CHANGED_MEANWHILE in page.text
    staff.post(address, fields_of(page), follow=True)
    assert list(Idea.objects.get(theme=area.theme).companies.all()) == [stays]


def test_a_need_of_the_double_becomes_an_idea_of_the_one_that_stays(monkeypatch):
    stays, goes = pair()
    submission = SubmissionFactory(company_name=goes.name, cvr="")
    submissions = import_module("ideas.actions.submissions")
    before(merging_of(stays, goes), monkeypatch, submissions, "held")
    idea = submissions.make_idea(submission, area=FocusAreaFactory(), by=UserFactory())
    assert list(idea.companies.all()) == [stays]


def test_a_register_tells_nothing_of_a_company_that_is_gone():
    stays, goes = pair()
    merging_of(stays, goes)()
    with pytest.raises(ValidationError, match="er lige blevet samlet med en anden"):
        accept(goes, Found(name="Sydbo ApS"), fields=["name"], by=None)

"""A meeting's attendance as a list: looked over, written once, and asked about where a name is unsure."""

import pytest

from panels.models import Attendance, Company
from tests.factories import AttendanceFactory, CompanyFactory, PanelMeetingFactory, UserFactory
from tests.forms import fields_of
from tests.ideas.committee.conftest import with_rights

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    client.force_login(UserFactory(superuser=True))
    return client


@pytest.fixture
def meeting():
    return PanelMeetingFactory()


def address(meeting) -> str:
    return f"/admin/panels/panelmeeting/{meeting.pk}/deltagere/"


def looked_over(client, meeting, *lines: str):
    return client.post(address(meeting), {"companies": "\r\n".join(lines)})


def saved(client, meeting, page, **changes):
    return client.post(address(meeting), fields_of(page) | {"gem": "Gem deltagerne"} | changes, follow=True)


def names_at(meeting) -> set[str]:
    return set(meeting.companies.values_list("name", flat=True))


def test_a_list_is_looked_over_and_then_saved_once_with_its_history(staff, meeting):
    known = CompanyFactory(name="Åløkke Værksted A/S", cvr="13748136")
    there = AttendanceFactory(meeting=meeting, company__name="Mørdrup Smedje").company
    page = looked_over(
        staff, meeting, "", "DK 13 74 81 36", "  Helt  Nyt Firma ", "moerdrup smedje", "Åløkke værksted A/S"
    )
    assert "Føjes til mødet (1)" in page.text
    assert "Oprettes og føjes til mødet (1)" in page.text
    assert "Står på mødet i forvejen (1)" in page.text
    assert names_at(meeting) == {there.name}
    done = saved(staff, meeting, page)
    assert "2 virksomheder er føjet til mødets deltagere." in done.text
    assert names_at(meeting) == {there.name, known.name, "Helt Nyt Firma"}
    assert Company.objects.get(name="Helt Nyt Firma").named_since is None
    version = Attendance.objects.get(company=known).history.get()
    assert version.history_change_reason == "Hentet ind fra en liste over deltagere"
    assert version.history_user is not None
    again = looked_over(staff, meeting, "13748136", "Helt Nyt Firma", "Mørdrup Smedje")
    assert "Der er intet at gemme." in again.text
    assert "Gem deltagerne" not in again.text


def test_an_unsure_name_is_asked_about_and_two_spellings_may_be_one(staff, meeting):
    known = CompanyFactory(name="Åløkke Værksted A/S")
    page = looked_over(staff, meeting, "Ålykke Værksted", "Nordbyg ApS", "Nordbyg A/S")
    unanswered = saved(staff, meeting, page)
    assert "Vælg for hvert navn, hvad der er ment." in unanswered.text
    assert not Attendance.objects.exists()
    (_, first, _), (choice, second, _) = page.context["choices"]
    saved(staff, meeting, page, **{first: str(known.pk), second: choice.candidates[0].value})
    assert names_at(meeting) == {known.name, "Nordbyg ApS"}


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("13748137", "Linje 2: »13748137« er ikke et gyldigt CVR-nummer."),
        ("13748136", "Linje 2: Der er ingen virksomhed med CVR-nummer 13748136."),
        ("Nordbyg ApS\t13748136", "Linje 2: Der står mere end én ting."),
        ("Nordbyg | Sydbyg", "Linje 2: Der står mere end én ting."),
        ("x" * 300, "Linje 2: Linjen er 300 tegn."),
        ("Nordbyg 010190-1234", "Det ligner et CPR-nummer."),
    ],
)
def test_a_wrong_line_is_told_and_nothing_is_lost_or_saved(staff, meeting, line, sentence):
    page = looked_over(staff, meeting, "Et Firma", line)
    assert sentence in page.text
    assert "Gem deltagerne" not in page.text
    assert line in fields_of(page)["companies"][0]
    saved(staff, meeting, page, seen="")
    assert not Attendance.objects.exists()


def test_another_list_than_was_looked_over_is_shown_first(staff, meeting):
    page = looked_over(staff, meeting, "Et Firma")
    other = saved(staff, meeting, page, companies="Noget Ganske Andet")
    assert "Se den igennem igen." in other.text
    assert not Attendance.objects.exists()
    saved(staff, meeting, other)
    assert names_at(meeting) == {"Noget Ganske Andet"}


def test_it_takes_the_rights_of_the_meetings_form(client, meeting):
    with_rights(client, "panels.view_panelmeeting", "panels.add_attendance", "panels.add_company")
    assert client.get(address(meeting)).status_code == 403
    assert "Indlæs deltagere" not in client.get(f"/admin/panels/panelmeeting/{meeting.pk}/change/").text
    with_rights(client, "panels.change_panelmeeting", "panels.add_company")
    assert client.get(address(meeting)).status_code == 403
    rights = ("panels.change_panelmeeting", "panels.add_attendance", "panels.add_company")
    with_rights(client, *rights)
    assert client.get(address(meeting)).status_code == 200
    assert address(meeting) in client.get(f"/admin/panels/panelmeeting/{meeting.pk}/change/").text

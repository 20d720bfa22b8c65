"""The pages by which ideas come in and go out as files."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import load_workbook

from erhvervspanel.foundation.models import AuditEntry
from erhvervspanel.foundation.spreadsheets import read_sheet
from ideas.actions import forget_uploads
from ideas.exchange.columns import COLUMNS
from ideas.models import Idea, IdeaUpload
from tests.factories import CompanyFactory, IdeaFactory, UserFactory
from tests.forms import fields_of
from tests.ideas.committee.conftest import with_rights
from tests.ideas.exchange.conftest import csv, row

pytestmark = pytest.mark.django_db
IN, OUT = "/admin/ideas/idea/hent/", "/admin/ideas/idea/tag-ud/"


@pytest.fixture
def staff(client):
    client.force_login(UserFactory(superuser=True))
    return client


def upload(client, year, *rows, content: bytes | None = None):
    """Chooses a file of `rows`, and returns the page that shows what it would do."""
    content = csv(*rows).getvalue() if content is None else content
    return client.post(
        IN, {"file": SimpleUploadedFile("møde.csv", content), "theme": year.theme.pk}, follow=True
    )


def carried_out(client, page, **choices):
    given = {"seen": page.context["plan"].digest, "rows": page.context["plan"].total}
    return client.post(page.redirect_chain[-1][0], given | choices, follow=True)


def test_a_file_is_looked_over_and_then_imported(staff, year):
    page = upload(staff, year, row(), row(nummer="8", titel="En anden"))
    assert "2, ændrede: 0, uændrede: 0." in page.text
    assert not Idea.objects.exists()
    done = carried_out(staff, page)
    assert "2, ændrede: 0, uændrede: 0." in done.text
    assert Idea.objects.count() == 2
    assert bytes(IdeaUpload.objects.get().content) == b""


def test_a_second_click_imports_nothing_twice(staff, year):
    page = upload(staff, year, row())
    carried_out(staff, page)
    again = carried_out(staff, page)
    assert "Nye ideer: 1," in again.text
    assert Idea.objects.get().history.count() == 1


def test_wrong_rows_are_shown_and_there_is_nothing_to_press(staff, year):
    page = upload(staff, year, row(titel=""), row(nummer="8", moede="9"))
    assert "2 steder skal rettes" in page.text
    assert "Række 2, titel: Titlen mangler." in page.text
    assert "Indlæs ideerne" not in page.text
    carried_out(staff, page)
    assert not Idea.objects.exists()


def test_an_unsure_name_is_asked_about(staff, year):
    page = upload(staff, year, row(virksomheder="Ålykke Værksted"))
    assert "Hvad er der ment?" in page.text
    unanswered = carried_out(staff, page)
    assert "Vælg for hvert navn, hvad der er ment." in unanswered.text
    assert not Idea.objects.exists()
    _, field, _ = page.context["choices"][0]
    carried_out(staff, page, **{field: str(year.company.pk)})
    assert list(Idea.objects.get().companies.all()) == [year.company]


def test_names_like_each_other_are_asked_about_and_new_companies_and_needs_are_told_apart(staff, year):
    page = upload(staff, year, row(virksomheder="Nordbyg ApS | Nordbyg A/S", behov="Kolde drikke"))
    assert "Samme som »Nordbyg ApS« (række 2)" in page.text
    assert "Nye virksomheder (1)" in page.text
    assert "Nye behov (1)" in page.text
    choice, field, _ = page.context["choices"][0]
    done = carried_out(staff, page, **{field: choice.candidates[0].value})
    assert "Nye virksomheder: »Nordbyg ApS«." in done.text
    assert "Nye behov: »Kolde drikke«." in done.text
    assert Idea.objects.get().companies.get().name == "Nordbyg ApS"


def test_what_a_colleague_changed_meanwhile_is_shown_anew(staff, year):
    carried_out(staff, upload(staff, year, row()))
    page = upload(staff, year, row(titel="En ny titel"))
    Idea.objects.update(title="En kollegas titel")
    again = carried_out(staff, page)
    assert "Ideerne er ændret, siden du så forhåndsvisningen" in again.text
    assert "En kollegas titel → En ny titel" in again.text
    assert Idea.objects.get().title == "En kollegas titel"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Filen er tom. Vælg en med en tabel."),
        (b"PK\x03\x04vr\xc3\xb8vl", "Filen er ikke en Excel-projektmappe, eller den er beskadiget."),
        (b"%PDF-1.7 \x00\x01", "Filen er ikke et regneark."),
        (b"BM \x00\x01", "Filens tegn kan ikke genkendes."),
        (b"nummer;titel\r\n7;\"aldrig lukket", "anførselstegn"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_table_is_told(staff, year, content, sentence):
    assert sentence in upload(staff, year, content=content).text
    assert not Idea.objects.exists()


def test_no_file_is_told(staff, year):
    assert "Vælg en fil." in staff.post(IN, {"theme": year.theme.pk}).text


def test_another_ones_file_is_not_to_be_had(staff, year, client):
    page = upload(staff, year, row())
    staff.force_login(UserFactory(superuser=True))
    other = staff.get(page.redirect_chain[-1][0], follow=True)
    assert "Filen er ikke gemt længere. Vælg den igen." in other.text


def test_files_that_nobody_came_back_to_are_forgotten(staff, year):
    upload(staff, year, row())
    assert forget_uploads() == 0
    IdeaUpload.objects.update(created_at=timezone.now() - timedelta(days=2))
    assert forget_uploads() == 1


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_template_has_the_columns(staff, kind):
    content = b"".join(staff.get(f"{IN}skabelon.{kind}").streaming_content)
    with read_sheet(io.BytesIO(content)) as sheet:
        assert sheet.columns == COLUMNS
    assert staff.get(f"{IN}skabelon.exe").status_code == 404


def test_staff_are_told_what_excel_does_to_numbers_in_a_csv_file(staff):
    for page in (IN, OUT):
        assert "læst som datoer" in staff.get(page).text


def exported(client, query: str = "", **given) -> list[list]:
    response = client.post(f"{OUT}?{query}", {"file_format": "xlsx"} | given)
    book = load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    return [list(values) for values in book.active.iter_rows(values_only=True)][1:]


def test_the_export_is_the_list_as_it_is_filtered_without_drafts(staff):
    public = IdeaFactory(title="=1+1")
    IdeaFactory(draft=True, theme=public.theme, area=public.area)
    assert [values[1] for values in exported(staff)] == ["=1+1"]
    assert len(exported(staff, with_drafts="on")) == 2
    assert exported(staff, "trin=kladde") == []
    assert len(exported(staff, "trin=kladde", with_drafts="on")) == 1


def test_companies_without_consent_are_counted_and_named_only_for_a_purpose(staff):
    IdeaFactory(companies=[CompanyFactory(name="Hemmelig ApS", named_since=None)])
    IdeaFactory(companies=[CompanyFactory(named_since=timezone.localdate() + timedelta(days=1))])
    assert [values[6] for values in exported(staff)] == ["(1 unavngiven)", "(1 unavngiven)"]
    page = staff.post(OUT, {"file_format": "csv", "with_unnamed": "on"})
    assert "Skriv, hvad navnene skal bruges til." in page.text
    assert exported(staff, with_unnamed="on", purpose="Indkaldelse")[0][6] == "Hemmelig ApS"
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.purpose, entry.rows) == ("exported", "Indkaldelse", 2)


def test_a_text_that_no_workbook_can_hold_is_told_and_nothing_is_logged(staff):
    IdeaFactory(proposal="a" * 32_768)
    given = {"file_format": "xlsx", "with_unnamed": "on", "purpose": "Indkaldelse"}
    page = staff.post(OUT, given)
    assert (
        "Række 2 har en tekst, som er længere end en celle i Excel kan rumme. Hent filen som CSV."
        in page.text
    )
    assert not AuditEntry.objects.exists()
    assert staff.post(OUT, given | {"file_format": "csv"}).streaming


def test_who_may_only_look_takes_out_but_brings_nothing_in(client, year):
    with_rights(client, "ideas.view_idea")
    page = client.get("/admin/ideas/idea/").text
    assert OUT in page
    assert IN not in page
    assert client.get(IN).status_code == 403
    assert client.post(IN, {}).status_code == 403
    assert client.get(OUT).status_code == 200
    with_rights(client, "panels.view_company")
    assert client.get(OUT).status_code == 403


def test_of_many_rows_what_was_chosen_stays_chosen_when_a_choice_is_missing(staff, year):
    cells = {"virksomheder": "Ålykke Værksted", "behov": "Ladestander"}
    rows = [row(nummer=str(number), titel=f"Ide {number}", **cells) for number in range(1, 502)]
    page = upload(staff, year, *rows)
    (_, name, _), (_, other, _) = page.context["choices"]
    typed = fields_of(page) | {name: str(year.company.pk)}
    again = staff.post(page.redirect_chain[-1][0], typed)
    assert "Vælg for hvert navn, hvad der er ment." in again.text
    assert fields_of(again)[name] == [str(year.company.pk)]
    assert other not in fields_of(again)
    assert not Idea.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_rows_come_with_their_progress(staff, year):
    rows = [row(nummer=str(number), titel=f"Ide {number}") for number in range(1, 1_002)]
    page = upload(staff, year, *rows)
    given = {"seen": page.context["plan"].digest, "rows": page.context["plan"].total}
    response = staff.post(page.redirect_chain[-1][0], given)
    told = b"".join(response.streaming_content).decode()
    assert told.index("500 af 1001 rækker") < told.index("1001 af 1001 rækker") < told.index("Færdig.")
    assert Idea.objects.count() == 1_001
    assert "Nye ideer: 1001," in staff.get(page.redirect_chain[-1][0]).text


@pytest.mark.django_db(transaction=True)
def test_of_many_rows_what_was_chosen_stays_chosen_when_one_choice_holds_no_longer(staff, year):
    cells = {"virksomheder": "Ålykke Værksted", "behov": "Ladestander"}
    rows = [row(nummer=str(number), titel=f"Ide {number}", **cells) for number in range(1, 502)]
    page = upload(staff, year, *rows)
    (_, company, _), (_, need, _) = page.context["choices"]
    typed = fields_of(page) | {company: str(year.company.pk), need: "999999"}
    response = staff.post(page.redirect_chain[-1][0], typed)
    assert "Noget skal rettes eller vælges først." in b"".join(response.streaming_content).decode()
    again = staff.get(page.redirect_chain[-1][0])
    assert "Vælg for hvert navn, hvad der er ment." in again.text
    assert fields_of(again)[company] == [str(year.company.pk)]
    assert need not in fields_of(again)
    b"".join(staff.post(page.redirect_chain[-1][0], fields_of(again) | {need: "ny"}).streaming_content)
    assert IdeaUpload.objects.get().answers is None

"""The table as a spreadsheet, out and back."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from ideas.committee.round_trip import COLUMNS
from ideas.models import Answer, Outcome
from tests.factories import AnswerFactory, ServiceFactory
from tests.ideas.committee.conftest import page_of, sent_by, told

pytestmark = pytest.mark.django_db
FORMULAS = ["=1+1", "+45 12", "-nej", "@sum", "'=citat"]


def taken(client, decision, kind: str) -> bytes:
    """The table as a file."""
    return b"".join(client.get(page_of(decision, kind)).streaming_content)


def upload(client, decision, content: bytes, name: str = "svar.csv"):
    return client.post(page_of(decision, "upload"), {"fil": SimpleUploadedFile(name, content)})


def sheet(*rows: list[str], header=("nummer", "udfald", "begrundelse", "kontor"), separator=";") -> str:
    return "\r\n".join(separator.join(row) for row in (header, *rows))


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_an_untouched_file_comes_back_without_a_change(staff, decision, answers, kind):
    for answer, reason in zip(answers, ['Linje\nto; "citat" æøå', *FORMULAS[:2]], strict=True):
        Answer.objects.filter(pk=answer.pk).update(
            outcome=Outcome.ALREADY_OFFERED, reason=reason, office="Erhverv", service=ServiceFactory()
        )
    file = taken(staff, decision, kind)
    page = upload(staff, decision, file, f"svar.{kind}")
    assert "Anderledes end det, der er gemt: intet" in page.text
    assert 'class="changed"' not in page.text


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_a_formula_and_the_text_comes_back_as_it_was(staff, decision, answers, kind, text):
    Answer.objects.filter(pk=answers[0].pk).update(reason=text)
    file = taken(staff, decision, kind)
    if kind == "xlsx":
        cells = [cell for row in load_workbook(io.BytesIO(file)).active for cell in row]
        assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    else:
        assert file.startswith(b"\xef\xbb\xbf")
        assert f";'{text};".encode() in file
    assert 'class="changed"' not in upload(staff, decision, file, f"svar.{kind}").text


def test_the_workbook_has_room_for_the_reasons_and_lists_of_outcomes_and_services(staff, decision, answers):
    service = ServiceFactory(name="Vejledning, gratis")
    book = load_workbook(io.BytesIO(taken(staff, decision, "xlsx")))
    answer_sheet, choices = book.worksheets
    assert choices.sheet_state == "hidden"
    place = dict(zip(COLUMNS, "ABCDEFGH", strict=True))
    assert answer_sheet.column_dimensions[place["begrundelse"]].width > 50
    assert answer_sheet[f"{place['titel']}2"].alignment.wrap_text
    lists = {}
    for rule in answer_sheet.data_validations.dataValidation:
        cells = choices[rule.formula1.partition("!")[2]]
        lists[str(rule.sqref)[0]] = [cell.value for cell in cells[0]]
    assert lists == {place["udfald"]: Outcome.labels, place["tilbud"]: [str(service)]}
    page = staff.get(page_of(decision, "upload")).text
    assert all(label in page for label in Outcome.labels)


def test_a_filled_workbook_is_shown_before_anything_is_saved(staff, decision, answers):
    book = load_workbook(io.BytesIO(taken(staff, decision, "xlsx")))
    place = {name: number for number, name in enumerate(COLUMNS, start=1)}
    for name, value in {
        "udfald": "Tages op senere",
        "begrundelse": "Næste år.",
        "afdeling": "Erhverv",
    }.items():
        book.active.cell(2, place[name]).value = value
    file = io.BytesIO()
    book.save(file)
    page = upload(staff, decision, file.getvalue(), "svar.xlsx")
    assert "Intet er gemt endnu." in page.text
    assert page.text.count('class="changed"') == 1
    assert "Gemt nu:" in page.text
    assert not Answer.objects.exclude(outcome="").exists()
    response = staff.post(page_of(decision), sent_by(page))
    assert told(response)[-1] == "1 svar er gemt. 2 af 3 svar mangler noget."
    answers[0].refresh_from_db()
    assert (answers[0].outcome, answers[0].reason, answers[0].office) == (
        Outcome.LATER,
        "Næste år.",
        "Erhverv",
    )


def test_an_old_file_does_not_take_back_what_others_wrote_since(staff, decision, answers):
    file = taken(staff, decision, "csv").decode("utf-8-sig")
    Answer.objects.filter(pk=answers[0].pk).update(reason="Skrevet siden.")
    mine = file.replace(";;;;;", ";Tages op senere;Min.;;;", 2).replace(
        ";Tages op senere;Min.;;;", ";;;;;", 1
    )
    page = upload(staff, decision, mine.encode())
    staff.post(page_of(decision), sent_by(page))
    assert list(Answer.objects.order_by("idea__number").values_list("reason", flat=True)) == [
        "Skrevet siden.",
        "Min.",
        "",
    ]


def test_an_old_file_with_another_text_shows_what_somebody_wrote_since_before_it_is_written_over(
    staff, decision, answers
):
    file = taken(staff, decision, "csv").decode("utf-8-sig")
    Answer.objects.filter(pk=answers[0].pk).update(reason="Skrevet siden.")
    mine = file.replace(";;;;;", ";Tages op senere;Min.;;;", 1)
    page = upload(staff, decision, mine.encode())
    assert "En anden har gemt:" in page.text
    assert "Skrevet siden." in page.text
    assert Answer.objects.get(pk=answers[0].pk).reason == "Skrevet siden."
    staff.post(page_of(decision), sent_by(page))
    assert Answer.objects.get(pk=answers[0].pk).reason == "Min."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_whatever_excel_saves_can_be_read(staff, decision, answers, encoding, separator):
    text = sheet([answers[0].idea.reference, "går ikke videre", "Æblegrød", "Miljø"], separator=separator)
    staff.post(page_of(decision), sent_by(upload(staff, decision, text.encode(encoding))))
    answers[0].refresh_from_db()
    assert (answers[0].outcome, answers[0].reason, answers[0].office) == (
        Outcome.NOT_PURSUED,
        "Æblegrød",
        "Miljø",
    )


def test_a_column_that_is_left_out_changes_nothing(staff, decision, answers):
    Answer.objects.filter(pk=answers[0].pk).update(reason="Bliver.", office="Erhverv")
    text = sheet([answers[0].idea.reference, "Tages op senere"], header=("Nummer", "UDFALD"))
    staff.post(page_of(decision), sent_by(upload(staff, decision, text.encode())))
    answers[0].refresh_from_db()
    assert (answers[0].outcome, answers[0].reason, answers[0].office) == (Outcome.LATER, "Bliver.", "Erhverv")


def test_every_wrong_row_is_named_and_nothing_is_taken(staff, decision, answers):
    one, two, three = (answer.idea.reference for answer in answers)
    other = AnswerFactory().idea.reference
    text = sheet(
        [one, "måske", "", ""], [other, "", "", ""], ["syv", "", "", ""], [two, "", "", ""], [two, "", "", ""],
        [three, "Tages op senere", "Godt.", ""],
    )  # fmt: skip
    page = upload(staff, decision, text.encode())
    for sentence in (
        "Række 2, udfald: »måske« kendes ikke.",
        f"Række 3: »{other}« er ikke nummeret på en ide på dagsordenen.",
        "Række 4: »syv« er ikke nummeret på en ide på dagsordenen.",
        f"Række 5: {two} står der flere gange.",
        f"Række 6: {two} står der flere gange.",
    ):
        assert sentence in page.text
    assert "Godt." not in page.text


def workbook(*rows) -> bytes:
    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Filen er tom."),
        (b"nummer;udfald\r\n", "Filen har ingen rækker."),
        (b"PK\x03\x04 og ikke mere", "beskadiget"),
        (b"\x89PNG\r\n\x00\x00", "Filen er ikke et regneark."),
        (b"BM\x00\x00", "tegn kan ikke genkendes"),
        (b"navn;udfald\r\nx;y\r\n", "Filen mangler kolonnen »nummer«."),
        (b"nummer;humor\r\n2021-01;y\r\n", "Kolonnen »humor« kendes ikke."),
        (b'nummer\r\n"' + b"x" * 200_000, "et anførselstegn står forkert"),
        (workbook(["nummer"], [None]), "Filen har ingen rækker."),
        (workbook(["nummer"], [2021]), "»2021« er ikke nummeret"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_told_why(staff, decision, content, sentence):
    page = upload(staff, decision, content)
    assert page.status_code == 200
    assert sentence in page.text


def test_no_file_is_asked_for(staff, decision):
    assert "Vælg en fil." in staff.post(page_of(decision, "upload")).text


@pytest.mark.parametrize("place", [0, 1])
def test_a_number_that_excel_could_not_work_out_is_told_by_its_row(staff, decision, answers, place):
    book = Workbook()
    book.active.append(["nummer", "udfald"])
    for answer in answers[:2]:
        book.active.append([answer.idea.reference, "Tages op senere"])
    cell = book.active.cell(place + 2, 1)
    cell.value, cell.data_type = "#N/A", "e"
    file = io.BytesIO()
    book.save(file)
    page = upload(staff, decision, file.getvalue(), "svar.xlsx")
    assert [problem.split(":")[0] for problem in page.context["problems"]] == [f"Række {place + 2}, nummer"]


def test_a_text_that_no_workbook_can_hold_is_told(staff, decision, answers):
    Answer.objects.filter(pk=answers[0].pk).update(reason="a" * 32_768)
    page = staff.get(page_of(decision, "xlsx"), follow=True)
    assert page.redirect_chain == [(page_of(decision), 302)]
    assert "længere end en celle i Excel kan rumme. Hent filen som CSV." in told(page)[0]
    assert taken(staff, decision, "csv")

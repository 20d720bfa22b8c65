"""The memo and the journal package."""

import csv
import hashlib
import io
import json
import zipfile
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from docx import Document
from docx.oxml.ns import qn

from ideas.actions import journalise, publish_answers, save_answers
from ideas.actions.answer_table import Entry
from ideas.committee.wording import Wording
from ideas.models import Answer, Idea, Outcome
from panels.models import Decision
from tests.factories import (
    AnswerFactory,
    CompanyFactory,
    DecisionFactory,
    IdeaFactory,
    NeedFactory,
    OverlapFactory,
    PanelMeetingFactory,
    ServiceFactory,
    UserFactory,
)
from tests.ideas.committee.conftest import page_of, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def full():
    """A draft decision with one answered idea that has all that a memo tells."""
    decision = DecisionFactory(
        draft=True, title="Svar på ideer", agenda_item="4", case_number="21-0815", kle="24.10.00"
    )
    idea = IdeaFactory(
        needs=[NeedFactory(name="Rådgivning")],
        need="Det **mangler** vi:\n\n- tid\n- [penge](https://example.org)",
        own_words="Vores direktør Hans Jensen sagde det.",
        companies=[CompanyFactory(name="Nævnt ApS"), CompanyFactory(name="Hemmelig ApS", unnamed=True)],
    )
    idea.meetings.set([PanelMeetingFactory(theme=idea.theme)])
    overlap = OverlapFactory(idea=idea, draft=True)
    answer = AnswerFactory(
        idea=idea, decision=decision, draft=True, outcome=Outcome.ALREADY_OFFERED,
        service=ServiceFactory(name="Vejviser"), reason="Det findes *allerede*.", office="Erhverv",
    )  # fmt: skip
    return decision, answer, overlap


def text_of(content: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in Document(io.BytesIO(content)).paragraphs)


def test_the_memo_tells_what_the_committee_needs_and_no_more(staff, full):
    decision, _, overlap = full
    page = staff.get(page_of(decision, "memo")).text
    document = text_of(staff.get(page_of(decision, "memo_docx")).content)
    for text in (
        "punkt 4", "Indstilling: Findes allerede som tilbud", "Tilbud: Vejviser", "Rådgivning", "penge",
        "Nævnt ApS og 1 anden virksomhed uden samtykke til at blive nævnt", str(overlap.recommendation), overlap.reason,
        "http://testserver/ideer/2021-01/", "Panelmøde 1, 14. april 2021",
    ):  # fmt: skip
        assert text in page, text
        assert text in document, text
    for secret in ("Hemmelig", "Hans Jensen"):
        assert secret not in page
        assert secret not in document


def test_the_memo_is_marked_internal_until_all_is_public(staff, full):
    decision, _, _ = full
    mark = "Internt arbejdsdokument"
    assert mark in staff.get(page_of(decision, "memo")).text

    def header() -> str:
        content = staff.get(page_of(decision, "memo_docx")).content
        return Document(io.BytesIO(content)).sections[0].header.paragraphs[0].text

    assert mark in header()
    publish_answers(decision, at=timezone.now(), by=None)
    assert mark not in staff.get(page_of(decision, "memo")).text
    assert header() == ""


def test_the_word_file_has_headings_a_header_row_and_danish(staff, full):
    document = Document(io.BytesIO(staff.get(page_of(full[0], "memo_docx")).content))
    styles = [paragraph.style.name for paragraph in document.paragraphs]
    assert styles[0] == "Title"
    assert styles.count("Heading 1") == 3  # the matter, the overview, one idea
    assert "List Bullet" in styles
    header = document.tables[0].rows[0]._tr.trPr.find(qn("w:tblHeader"))
    assert header.get(qn("w:val")) == "true"
    languages = {element.get(qn("w:val")) for element in document.styles.element.iter(qn("w:lang"))}
    assert languages == {"da-DK"}
    assert document.core_properties.language == "da-DK"
    assert document.core_properties.title == "Svar på ideer"
    bold = [run.text for paragraph in document.paragraphs for run in paragraph.runs if run.bold]
    assert "mangler" in bold


# -- The journal -----------------------------------------------------------------------------------------------


def opened(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def test_the_package_holds_all_with_an_index_of_checksums(staff, full):
    decision, answer, _ = full
    publish_answers(decision, at=timezone.now(), by=UserFactory(first_name="Bo", last_name="Bang"))
    response = staff.post(page_of(decision, "journal"))
    assert 'filename="journal-' in response["Content-Disposition"]
    files = opened(response.content)
    assert list(files) == [
        "indeks.html",
        "indeks.csv",
        "notat.docx",
        "notat.html",
        "svar.csv",
        "ordlyd.csv",
        "svar.json",
    ]
    index = rows(files["indeks.csv"])
    assert [row["fil"] for row in index] == list(files)[2:]
    for row in index:
        assert row["SHA-256"] == hashlib.sha256(files[row["fil"]]).hexdigest()
        assert row["SHA-256"] in files["indeks.html"].decode()
        assert (row["sagsnummer"], row["KLE"], row["version"]) == ("21-0815", "24.10.00", "1")
        assert row["dokumentdato"] == "2021-06-16"
        assert row["retning"] in {"Internt", "Udgående"}
    [row] = rows(files["svar.csv"])
    assert (row["udfald"], row["offentliggjort af"]) == ("Findes allerede som tilbud", "Bo Bang")
    told_all = json.loads(files["svar.json"])
    assert told_all["svar"][0]["begrundelse"] == answer.reason
    everything = b"".join(files.values()).decode(errors="ignore") + text_of(files["notat.docx"])
    for secret in ("Hemmelig", "Hans Jensen", answer.idea.companies.first().cvr):
        assert secret not in everything


def test_the_same_data_gives_the_same_bytes_whenever_and_whoever(full):
    decision, _, _ = full
    first = journalise(decision, by=UserFactory())
    with time_machine.travel(timezone.now() + timedelta(days=40)):
        again = journalise(decision, by=UserFactory())
        assert again.as_zip() == first.as_zip()
        assert again.version == first.version == 1


def test_the_decision_tells_who_got_the_package_and_whether_anything_changed_since(staff, full):
    decision, answer, _ = full
    page = page_of(decision, "journal")
    assert "ikke hentet til journalen endnu" in staff.get(page).text
    staff.post(page)
    decision.refresh_from_db()
    assert str(decision.journalised_by) == "Karen Holm"
    assert decision.history.first().history_change_reason == "Journalpakke, version 1"
    assert "Intet er ændret siden." in staff.get(page).text
    Answer.objects.filter(pk=answer.pk).update(reason="Et andet ord.")
    assert "Hent version 2." in staff.get(page).text
    assert 'v2.zip"' in staff.post(page)["Content-Disposition"]
    assert "Karen Holm" in staff.get(f"/admin/panels/decision/{decision.pk}/change/").text


def test_looking_at_the_package_changes_nothing(staff, full):
    decision, _, _ = full
    staff.get(page_of(decision, "journal"))
    decision.refresh_from_db()
    assert (decision.journalised_at, decision.history.count()) == (None, 1)


def test_wordings_that_were_public_are_kept_and_drafts_are_not(full):
    decision, answer, _ = full

    def write(reason: str):
        current = Wording.of(Answer.objects.select_related("merged_into__theme").get(pk=answer.pk))
        wording = Wording(**{**vars(current), "reason": reason})
        save_answers(decision, {answer.pk: Entry(wording, current.fingerprint)}, by=None, because="Rettet")

    write("Kladde, som ingen så.")
    write("Den første offentlige.")
    publish_answers(decision, at=timezone.now(), by=None)
    write("Den anden offentlige.")
    files = opened(journalise(decision, by=None).as_zip())
    assert [row["begrundelse"] for row in rows(files["ordlyd.csv"])] == ["Den første offentlige."]
    assert rows(files["svar.csv"])[0]["begrundelse"] == "Den anden offentlige."
    assert "Kladde, som ingen så." not in files["svar.json"].decode()


def test_a_wording_is_secret_while_the_decision_or_the_idea_is(full):
    decision, answer, _ = full
    answer.reason = "Hemmelig begrundelse."
    answer.publish_at = timezone.now() - timedelta(days=8)
    answer.save()
    answer.reason = "Den første offentlige."
    answer.save()

    def earlier() -> list[str]:
        files = opened(journalise(decision, by=None).as_zip())
        return [row["begrundelse"] for row in rows(files["ordlyd.csv"])]

    assert earlier() == []
    Decision.objects.filter(pk=decision.pk).update(publish_at=timezone.now() + timedelta(seconds=1))
    assert earlier() == []
    Decision.objects.filter(pk=decision.pk).update(publish_at=timezone.now() - timedelta(days=1))
    Idea.objects.filter(pk=answer.idea_id).update(publish_at=timezone.now())
    assert earlier() == []
    Idea.objects.filter(pk=answer.idea_id).update(publish_at=timezone.now() - timedelta(days=1))
    assert earlier() == ["Hemmelig begrundelse."]


def test_an_embargo_that_ends_is_something_new_to_the_journal(full):
    decision, _, _ = full
    publish_answers(decision, at=timezone.now() + timedelta(hours=1), by=None)
    before = journalise(decision, by=None)
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        after = journalise(decision, by=None)
    assert (before.version, after.version) == (1, 2)


def test_the_memo_of_a_bare_agenda_says_what_is_missing(staff, decision):
    page = staff.get(page_of(decision, "memo")).text
    assert page.count("Indstilling: mangler") == 3
    assert page.count("Begrundelsen mangler.") == 3
    assert "Begrundelsen mangler." in text_of(staff.get(page_of(decision, "memo_docx")).content)
    assert told(staff.get(page_of(decision, "memo"))) == []

"""Material of meetings and events: what it is, who may read it, how a document is handed out, and when its file is deleted."""

import contextlib
import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from erhvervspanel.foundation.documents import DocumentProblem
from erhvervspanel.foundation.documents.orphans import KEPT, forget_orphans
from erhvervspanel.foundation.due_jobs import JOBS
from erhvervspanel.foundation.previews import preview_url
from erhvervspanel.foundation.restoring import restore
from tests import documents as made
from tests.documents import file
from tests.factories import EventFactory, EventMaterialFactory, MaterialFactory, PanelMeetingFactory

pytestmark = pytest.mark.django_db

OWNERS = {
    "meeting": (MaterialFactory, PanelMeetingFactory),
    "event": (EventMaterialFactory, EventFactory),
}


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> Path:
    """A folder of uploaded files for this test alone."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture(params=OWNERS)
def kind(request):
    return request.param


@pytest.fixture
def owned(kind):
    """Makes material of a meeting, and of an event."""
    factory, owner = OWNERS[kind]

    def make(*, uploaded=True, owner_is=None, **given):
        return factory(uploaded=uploaded, **{kind: owner(**owner_is or {})}, **given)

    return make


def fetch(client, material, **headers):
    """The answer at the address of `material`, read to its end, as a browser does; its content is `body`."""
    return read(client.get(material.get_absolute_url(), headers=headers))


def read(response):
    response.body = b"".join(response.streaming_content) if response.streaming else response.content
    return response


def stored(media: Path) -> list[str]:
    return sorted(path.name for path in media.rglob("*") if path.is_file())


# -- What it is ------------------------------------------------------------------------------------------------
def test_material_is_a_link_or_a_document_and_never_both(owned):
    for given in ({"url": ""}, {"document": file("a.pdf", made.pdf())}):
        with pytest.raises(IntegrityError, match="_material_is_link_or_document"), transaction.atomic():
            owned(uploaded=False, **given)


def test_both_or_neither_is_told_in_a_sentence(owned):
    material = owned(uploaded=False)
    for material.url, material.document in (("", ""), ("https://example.org/", file("a.pdf", made.pdf()))):
        with pytest.raises(ValidationError) as error:
            material.full_clean()
        assert error.value.messages == [
            "Et materiale er enten et link eller et dokument. Udfyld det ene og ikke det andet."
        ]


def test_a_document_is_stored_under_a_name_that_nobody_can_guess(owned, media):
    one, two = (owned(document=file("Oplæg.pdf", made.pdf())) for _ in range(2))
    for material in (one, two):
        assert re.fullmatch(r"materiale/[0-9a-f]{32}-oplaeg\.pdf", material.document.name)
        assert material.document.shown_name == "oplaeg.pdf"
        assert material.document_size == len(made.pdf())
    assert one.document.name != two.document.name
    assert len(stored(media)) == 2


def test_no_way_into_the_storage_goes_past_the_look(owned, media):
    material = owned(uploaded=False)
    with pytest.raises(DocumentProblem):
        owned(document=file("a.svg", b"<svg/>"))
    with pytest.raises(DocumentProblem):
        material.document.save("a.pdf", file("a.pdf", b"<svg/>"))
    assert stored(media) == []


def test_the_size_goes_with_the_document(owned):
    material = owned()
    material.document, material.url = "", "https://example.org/"
    material.save()
    material.refresh_from_db()
    assert material.document_size is None


@pytest.mark.parametrize("kind", ["meeting"])
def test_a_link_that_the_code_before_documents_writes_is_taken(owned):
    """While a new version is rolled out, the old one serves beside it and knows no documents."""
    link = owned(uploaded=False)
    columns = "is_example, provenance, created_at, updated_at, title, url, meeting_id"
    with connection.cursor() as cursor:
        for table in ("panels_material", "panels_historicalmaterial"):
            extra = (
                ("", "")
                if table == "panels_material"
                else (", id, history_date, history_type", ", 1, now(), '+'")
            )
            cursor.execute(
                f"INSERT INTO {table} ({columns}{extra[0]}) "  # noqa: S608 (our own names)
                f"SELECT {columns}{extra[1]} FROM panels_material WHERE id = %s",
                [link.pk],
            )
    written = [(row.url, row.document.name, row.document_size) for row in link.meeting.materials.all()]
    assert written == [(link.url, "", None)] * 2


# -- Who may read it -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", ["draft", "embargoed"])
def test_a_document_is_seen_with_what_it_belongs_to(client, owned, kind, state):
    material = owned(owner_is={state: True})
    assert fetch(client, material).status_code == 404
    owner = getattr(material, kind)
    owner.publish_at = timezone.now()
    owner.save()
    assert fetch(client, material).status_code == 200
    owner.publish_at = None
    owner.save()
    assert fetch(client, material).status_code == 404


def test_a_document_of_a_meeting_is_hidden_with_the_theme(client):
    material = MaterialFactory(uploaded=True, meeting=PanelMeetingFactory(theme__draft=True))
    assert fetch(client, material).status_code == 404


def test_a_page_that_is_previewed_leads_to_its_documents_and_as_long(client, owned, kind):
    material = owned(owner_is={"draft": True})
    hidden = owned(owner_is={"draft": True})
    owner = preview_url(getattr(material, kind))
    with time_machine.travel(timezone.now() + timedelta(days=7)):
        page = client.get(owner)
        link = re.search(r'href="(/forhaandsvisning/[^"]+)"', page.text)[1]
        document = read(client.get(link))
    assert (document.status_code, document["Content-Type"]) == (200, "application/pdf")
    assert document["X-Robots-Tag"] == "noindex"
    assert "no-store" in document["Cache-Control"]
    assert fetch(client, material).status_code == 404
    assert fetch(client, hidden).status_code == 404
    with time_machine.travel(page.context["request"].preview_until + timedelta(seconds=1)):
        assert client.get(link).status_code == 410


def test_a_page_leads_to_its_documents_and_says_what_they_are(client, owned, kind):
    material = owned(title="Oplæg om el", document=file("a.jpg", made.picture("JPEG", size=(900, 900))))
    page = client.get(getattr(material, kind).get_absolute_url()).text
    size = f"{round(material.document_size / 1000)} kB"
    assert f'href="{material.get_absolute_url()}"' in page
    assert f'Oplæg om el <span class="nowrap">(JPEG, {size})</span>' in page


def test_no_key_but_a_documents_own_leads_to_it(client, owned, kind):
    material, link = owned(), owned(uploaded=False)
    name = material.document.shown_name
    view = {"meeting": "panels:material", "event": "events:material"}[kind]
    for key in (link.pk, material.pk + 1_000, 0, 10**30):
        assert client.get(reverse(view, args=[key, name])).status_code == 404
    for path in ("..%2f..%2fetc%2fpasswd", "%2e%2e", "../../../etc/passwd"):
        address = material.get_absolute_url().replace(name, path)
        assert client.get(address).status_code in (302, 404)


def test_a_document_that_goes_by_another_name_now_is_found(client, owned):
    material = owned()
    old = material.get_absolute_url()
    material.document = file("oplæg endelig.pdf", made.pdf("Endelig"))
    material.save()
    response = client.get(old)
    assert (response.status_code, response.url) == (302, material.get_absolute_url())
    assert material.get_absolute_url().endswith("/oplaeg-endelig.pdf")


def test_only_reading_is_answered(client, owned):
    assert client.post(owned().get_absolute_url()).status_code == 405


# -- How it is handed out --------------------------------------------------------------------------------------
HANDED_OUT = {
    "a.pdf": (made.pdf, "application/pdf", "inline"),
    "a.png": (made.picture, "image/png", "inline"),
    "a.jpg": (lambda: made.picture("JPEG"), "image/jpeg", "inline"),
    "a.webp": (lambda: made.picture("WEBP"), "image/webp", "inline"),
    "a.docx": (made.word, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "attachment"),
    "a.xlsx": (made.excel, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "attachment"),
    "a.pptx": (made.powerpoint, "application/vnd.openxmlformats-officedocument.presentationml.presentation", "attachment"),
    "a.odt": (made.opendocument, "application/vnd.oasis.opendocument.text", "attachment"),
}  # fmt: skip


@pytest.mark.parametrize("name", HANDED_OUT)
def test_a_document_is_handed_out_as_what_it_is_and_as_nothing_else(client, name):
    make, content_type, disposition = HANDED_OUT[name]
    material = MaterialFactory(
        uploaded=True, title="Grøn strøm", document=file(name, make(), said="text/html")
    )
    response = fetch(client, material, accept_encoding="br, gzip")
    content = response.body
    ending = name.partition(".")[2]
    with default_storage.open(material.document.name) as stored_file:
        assert content == stored_file.read()
    assert response["Content-Length"] == str(material.document_size) == str(len(content))
    assert "Content-Encoding" not in response
    assert response["Content-Type"] == content_type
    assert response["X-Content-Type-Options"] == "nosniff"
    assert (
        response["Content-Disposition"] == f"{disposition}; filename*=utf-8''Gr%C3%B8n%20str%C3%B8m.{ending}"
    )
    policy = set(response["Content-Security-Policy"].split("; "))
    closed = {"default-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"}
    sandbox = set() if ending == "pdf" else {"sandbox"}
    styles = {"style-src 'unsafe-inline'"} if content_type.startswith("image/") else set()
    assert policy == closed | sandbox | styles
    assert response.cookies == {}


def test_a_title_with_anything_in_it_is_a_header_all_the_same(client):
    material = MaterialFactory(uploaded=True, title='Et "citat"\r\nSet-Cookie: a=b; filename=c.exe\u202e')
    disposition = fetch(client, material)["Content-Disposition"]
    assert disposition == 'inline; filename="Et citat Set-Cookie a=b; filename=c.exe.pdf"'


def test_a_reader_who_has_it_is_told_so_without_the_storage(client, owned, media):
    material = owned()
    first = fetch(client, material)
    assert first["Cache-Control"] == "no-cache"
    for path in media.rglob("*.pdf"):
        path.unlink()
    again = fetch(client, material, if_none_match=first["ETag"])
    assert (again.status_code, again.body, again["ETag"]) == (304, b"", first["ETag"])


def test_a_document_that_is_replaced_is_fetched_anew(client, owned):
    material = owned()
    first = fetch(client, material)
    material.document = file("oplaeg.pdf", made.pdf("Rettet"))
    material.save()
    again = fetch(client, material, if_none_match=first["ETag"])
    assert again.status_code == 200
    assert again.body == made.pdf("Rettet")


def test_a_reader_who_has_it_is_sent_nothing_that_is_taken_back(client, owned, kind):
    material = owned()
    first = fetch(client, material)
    owner = getattr(material, kind)
    owner.publish_at = None
    owner.save()
    again = fetch(client, material, if_none_match=first["ETag"])
    assert again.status_code == 404


def test_a_storage_that_fails_breaks_no_page(client, owned, kind, media, caplog):
    material = owned()
    for path in media.rglob("*.pdf"):
        path.unlink()
    page = client.get(getattr(material, kind).get_absolute_url())
    assert (page.status_code, material.title in page.text) == (200, True)
    response = fetch(client, material)
    assert response.status_code == 503
    assert (response["Retry-After"], response.get("ETag")) == ("60", None)
    assert "Dokumentet kan ikke hentes lige nu" in response.text
    assert [record.levelname for record in caplog.records if "storage" in record.message] == ["ERROR"]


# -- When its file is deleted ----------------------------------------------------------------------------------
def grown_old(media: Path, *, by=KEPT + timedelta(minutes=1)) -> None:
    moment = (timezone.now() - by).timestamp()
    for path in media.rglob("*.*"):
        os.utime(path, (moment, moment))


def test_a_file_is_deleted_when_its_row_is_gone(owned, media):
    kept, gone = owned(), owned()
    gone.delete()
    grown_old(media)
    assert forget_orphans() == 1
    assert stored(media) == [kept.document.name.partition("/")[2]]
    assert forget_orphans() == 0


def test_a_file_is_deleted_when_another_takes_its_place(owned, media):
    material = owned()
    material.document = file("rettet.pdf", made.pdf("Rettet"))
    material.save()
    grown_old(media)
    assert forget_orphans() == 1
    assert [name.partition("-")[2] for name in stored(media)] == ["rettet.pdf"]


def test_a_file_goes_with_a_meeting_that_is_deleted(owned, kind, media):
    material = owned()
    getattr(material, kind).delete()
    grown_old(media)
    assert (forget_orphans(), stored(media)) == (1, [])


def test_a_file_that_just_came_may_be_on_its_way_into_a_row(media):
    default_storage.save("materiale/nyt.pdf", file("nyt.pdf", made.pdf()))
    grown_old(media, by=KEPT - timedelta(minutes=5))
    assert (forget_orphans(), len(stored(media))) == (0, 1)


def test_a_file_whose_saving_was_taken_back_is_deleted(owned, media):
    with contextlib.suppress(RuntimeError), transaction.atomic():
        owned()
        raise RuntimeError
    assert len(stored(media)) == 1
    grown_old(media)
    assert (forget_orphans(), stored(media)) == (1, [])


def test_nothing_else_in_the_storage_is_deleted(media):
    other = media / "andet" / "fil.pdf"
    other.parent.mkdir()
    other.write_bytes(b"hej")
    grown_old(media)
    assert (forget_orphans(), stored(media)) == (0, ["fil.pdf"])


def test_a_storage_that_fails_is_in_no_other_jobs_way(settings, tmp_path, caplog):
    settings.MEDIA_ROOT = tmp_path / "fil"
    (tmp_path / "fil").write_bytes(b"no folder")
    assert forget_orphans() == 0
    assert "cannot be deleted" in caplog.text


def test_the_files_are_looked_through_every_night():
    assert "erhvervspanel.foundation.documents.orphans.forget_orphans" in {job.path for job in JOBS}


# -- Its history -----------------------------------------------------------------------------------------------
def test_the_history_keeps_the_name_and_an_earlier_document_comes_back(owned):
    material = owned()
    first = material.document.name
    material.document = file("rettet.pdf", made.pdf("Rettet"))
    material.save()
    versions = list(material.history.order_by("history_id"))
    assert [version.document for version in versions] == [first, material.document.name]
    restored = restore(material, versions[0], by=None)
    assert (restored.document.name, restored.document_size) == (first, len(made.pdf()))


def test_an_earlier_document_whose_file_is_deleted_does_not_come_back(owned, media):
    material = owned()
    material.document = file("rettet.pdf", made.pdf("Rettet"))
    material.save()
    grown_old(media)
    forget_orphans()
    with pytest.raises(ValidationError) as error:
        restore(material, material.history.earliest(), by=None)
    assert error.value.message_dict == {
        "document": ["Filen fra dengang er slettet. Læg den op igen i stedet."]
    }
    material.refresh_from_db()
    assert material.document.shown_name == "rettet.pdf"

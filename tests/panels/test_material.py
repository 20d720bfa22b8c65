"""Staff put up the material of a meeting, and are told what is wrong with a file in a sentence."""

import http.client
from html import unescape
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connection as database
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse

from erhvervspanel.foundation.documents.pdf import NOT_TAGGED
from panels.models import Material
from tests import documents as made
from tests.documents import file
from tests.factories import MaterialFactory, PanelMeetingFactory, UserFactory
from tests.forms import fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def staff(client):
    client.force_login(UserFactory(superuser=True))
    return client


def page_of(meeting) -> str:
    return reverse("admin:panels_panelmeeting_change", args=[meeting.pk])


def put_up(staff, meeting, *rows: dict, **given):
    """Sends the meeting's form with `rows` of new material."""
    form = fields_of(staff.get(page_of(meeting))) | {"materials-TOTAL_FORMS": len(rows)} | given
    for number, row in enumerate(rows):
        form |= {f"materials-{number}-id": "", f"materials-{number}-meeting": meeting.pk}
        form |= {f"materials-{number}-{name}": value for name, value in row.items()}
    return staff.post(page_of(meeting), form, follow=True)


def test_staff_put_a_document_and_a_link_up_with_the_meeting(staff):
    meeting = PanelMeetingFactory()
    page = put_up(
        staff,
        meeting,
        {"title": "Oplæg", "document": file("Oplæg Åse.pdf", made.tagged_pdf())},
        {"title": "Optagelse", "url": "https://example.org/film"},
    )
    assert page.redirect_chain
    rows = [
        (row.title, row.url, row.document.shown_name if row.document else "")
        for row in meeting.materials.all()
    ]
    assert rows == [("Oplæg", "", "oplaeg-aase.pdf"), ("Optagelse", "https://example.org/film", "")]
    assert NOT_TAGGED not in unescape(page.text)


def test_staff_are_told_that_a_pdf_has_no_tags_and_it_is_put_up_all_the_same(staff):
    meeting = PanelMeetingFactory()
    page = put_up(staff, meeting, {"title": "Oplæg", "document": file("a.pdf", made.pdf())})
    assert f"»Oplæg«: {NOT_TAGGED}" in unescape(page.text)
    assert meeting.materials.count() == 1


def test_what_is_wrong_with_a_file_stands_beside_it_and_all_else_is_kept(staff, media):
    meeting = PanelMeetingFactory(title="Før", minutes="")
    typed = {"title": "Nyt navn", "minutes": "Et langt referat."}
    page = put_up(staff, meeting, {"title": "Logo", "document": file("logo.svg", b"<svg/>")}, **typed)
    told = unescape(page.text)
    assert (
        "Filen er SVG, HTML eller XML, og den slags kan have programmer i sig. Gem den som PDF eller som billede."
        in told
    )
    assert "vælg filen igen, før du gemmer" in told
    assert "Et materiale er enten" not in told
    kept = fields_of(page)
    assert [kept[name] for name in ("title", "minutes", "materials-0-title")] == [
        ["Nyt navn"],
        ["Et langt referat."],
        ["Logo"],
    ]
    meeting.refresh_from_db()
    assert (meeting.title, meeting.materials.count(), list(media.rglob("*.*"))) == ("Før", 0, [])


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"title": "Tomt"}, "Et materiale er enten et link eller et dokument. Udfyld det ene og ikke det andet."),
        ({"title": "Tom", "document": file("a.pdf", b"")}, "Filen er tom. Vælg en anden."),
        ({"title": "Langt", "document": file("a.pdf", made.pdf() + bytes(3_000))}, "Filen fylder mere end 2 kB."),
    ],
)  # fmt: skip
def test_each_mistake_has_its_sentence(staff, settings, row, sentence):
    settings.LARGEST_DOCUMENT = 2_000
    if "document" in row:
        row["document"].seek(0)
    meeting = PanelMeetingFactory()
    page = put_up(staff, meeting, row)
    assert sentence in unescape(page.text)
    assert meeting.materials.count() == 0


def test_another_document_takes_the_place_of_one_and_a_link_of_both(staff):
    material = MaterialFactory(uploaded=True)
    url = reverse("admin:panels_material_change", args=[material.pk])

    def send(**given):
        page = staff.post(url, fields_of(staff.get(url)) | given)
        material.refresh_from_db()
        return page

    send(document=file("nyt.pdf", made.pdf("Nyt")))
    assert (material.document.shown_name, material.document_size) == ("nyt.pdf", len(made.pdf("Nyt")))
    refused = send(url="https://example.org/")
    assert "Et materiale er enten et link eller et dokument." in unescape(refused.text)
    send(**{"url": "https://example.org/", "document-clear": "on"})
    assert (material.url, material.document.name, material.document_size) == (
        "https://example.org/",
        "",
        None,
    )


def test_a_document_that_is_left_alone_is_not_stored_again(staff, media):
    material = MaterialFactory(uploaded=True)
    name = material.document.name
    url = reverse("admin:panels_material_change", args=[material.pk])
    assert staff.post(url, fields_of(staff.get(url)) | {"title": "Nyt navn"}).status_code == 302
    material.refresh_from_db()
    assert (material.title, material.document.name) == ("Nyt navn", name)
    assert len(list(media.rglob("*.pdf"))) == 1


def test_staff_see_a_draft_by_the_link_in_its_form(staff):
    material = MaterialFactory(uploaded=True, meeting=PanelMeetingFactory(draft=True))
    page = staff.get(page_of(material.meeting)).text
    link = page.partition('document-input__now"><a href="')[2].partition('"')[0]
    answer = staff.get(link)
    assert (answer.status_code, b"".join(answer.streaming_content)) == (200, made.pdf())


def test_the_form_says_what_the_law_asks_of_documents(staff):
    page = unescape(staff.get(reverse("admin:panels_material_add")).text)
    assert "Loven om webtilgængelighed gælder også for dokumenter" in page
    assert "En PDF skal have tags" in page
    assert 'accept=".pdf, .png, .jpg, .webp, .docx, .xlsx, .pptx, .odt"' in page


def test_the_history_tells_of_documents_by_their_names(staff):
    material = MaterialFactory(uploaded=True)
    material.document = file("rettet.pdf", made.pdf("Rettet"))
    material.save()
    base = reverse("admin:panels_material_history", args=[material.pk])
    for page in (base, f"{base}sammenlign/", f"{base}{material.history.last().pk}/"):
        told = staff.get(page)
        assert told.status_code == 200
        assert "oplaeg.pdf" in told.text
        assert "rettet.pdf" in told.text
        assert "materiale/" not in told.text.replace("/panels/material/", "")


def test_the_second_of_two_editors_is_told_of_the_document(staff):
    material = MaterialFactory(uploaded=True)
    url = reverse("admin:panels_material_change", args=[material.pk])
    opened = fields_of(staff.get(url))
    material.document = file("rettet.pdf", made.pdf("Rettet"))
    material.save()
    assert "dokument (nu »rettet.pdf«)" in unescape(staff.post(url, opened | {"title": "Mit"}).text)


def test_who_may_not_change_meetings_puts_nothing_up(client):
    meeting = PanelMeetingFactory()
    client.force_login(UserFactory(staff=True))
    row = {
        "materials-TOTAL_FORMS": 1,
        "materials-INITIAL_FORMS": 0,
        "materials-0-document": file("a.pdf", made.pdf()),
    }
    assert client.post(page_of(meeting), row).status_code == 403
    assert Material.objects.count() == 0


class Quiet(WSGIRequestHandler):
    def log_message(self, *arguments):
        """The tests say what they have to say themselves."""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("missing", "stored"), [(0, 1), (100, 0)])
def test_an_upload_that_breaks_off_leaves_nothing(client, media, missing, stored):
    """Over a real connection, which is closed before the last bytes of the file; with them, it is put up."""
    meeting = PanelMeetingFactory()
    client.force_login(UserFactory(superuser=True))
    form = fields_of(client.get(page_of(meeting))) | {
        "materials-TOTAL_FORMS": 1,
        "materials-0-meeting": meeting.pk,
        "materials-0-title": "Oplæg",
        "materials-0-document": file("a.pdf", made.pdf()),
    }
    body = encode_multipart(BOUNDARY, form)
    headers = {
        "Cookie": "; ".join(f"{name}={cookie.value}" for name, cookie in client.cookies.items()),
        "X-CSRFToken": client.cookies["csrftoken"].value,
        "Content-Type": MULTIPART_CONTENT,
        "Content-Length": str(len(body)),
    }
    with make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet) as server:
        thread = Thread(target=answer_one, args=[server])
        thread.start()
        connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=30)
        connection.putrequest("POST", page_of(meeting))
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders(body[: len(body) - missing])
        if not missing:
            assert connection.getresponse().status == 302
        connection.close()
        thread.join(30)
    assert not thread.is_alive()
    assert (Material.objects.count(), len(list(media.rglob("*.pdf")))) == (stored, stored)


def answer_one(server) -> None:
    """Answers one request in this thread, and leaves no connection of its own behind."""
    try:
        server.handle_request()
    finally:
        database.close()

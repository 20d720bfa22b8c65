"""The hour: from a meeting's spreadsheet of 40 ideas to a published answer to every one, page by page as staff would click."""

import io
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from erhvervspanel.foundation.spreadsheets import write_csv
from ideas.models import Answer, Idea, Outcome
from panels.models import Decision
from tests.factories import FocusAreaFactory, PanelMeetingFactory, ThemeFactory, UserFactory
from tests.forms import fields_of, links_of
from tests.ideas.committee.conftest import sent_by

pytestmark = pytest.mark.django_db
IDEAS = 40
LIST = "/admin/ideas/idea/"


class Clicks:
    """A browser that shows the start page, and counts what one clicks on, and how long the portal takes to answer."""

    def __init__(self, client):
        self.client, self.count, self.seconds = client, 0, 0.0
        self.page = client.get("/admin/")

    def follow(self, url: str):
        """Follows a link of the page."""
        assert url in links_of(self.page)
        return self.timed(1, lambda: self.client.get(url, follow=True))

    def send(self, url: str, data: dict, *, clicks: int = 1):
        """Sends a form. `clicks` are those on fields, ticks and menus before, and the one on its button."""
        return self.timed(clicks, lambda: self.client.post(url, data, follow=True))

    def timed(self, clicks: int, ask):
        started = time.perf_counter()
        answer = ask()
        self.seconds += time.perf_counter() - started
        self.count += clicks
        assert answer.status_code == 200
        self.page = answer
        return answer


def spreadsheet(area: str) -> bytes:
    """What somebody typed at the meeting."""
    columns = ["nummer", "titel", "fokusområde", "behov", "beskrivelse", "møde", "virksomheder"]
    rows = (
        [
            n,
            f"Ide om emne {n * 37 % 101}",
            area,
            f"Behov {n % 5}",
            "Vi foreslår noget.",
            1,
            f"Firma {n * 53 % 97} ApS",
        ]
        for n in range(1, IDEAS + 1)
    )
    return b"".join(write_csv(columns, rows))


def filled(workbook: bytes) -> bytes:
    """The table of answers, with an outcome and a reason written in each row."""
    book = load_workbook(io.BytesIO(workbook))
    sheet = book.active
    place = {cell.value: cell.column for cell in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, place["udfald"]).value = Outcome.LATER.label
        sheet.cell(row, place["begrundelse"]).value = "Ideen tages op, når budgettet ligger fast."
        sheet.cell(row, place["afdeling"]).value = "Erhverv"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def test_forty_ideas_from_spreadsheet_to_published_answers(client, record_property):
    client.force_login(UserFactory(superuser=True))
    theme = ThemeFactory(year=2021)
    area = FocusAreaFactory(theme=theme, name="Grøn transport")
    PanelMeetingFactory(theme=theme)
    hand = Clicks(client)

    # In from the meeting.
    hand.follow(LIST)
    hand.follow(f"{LIST}hent/")
    file = SimpleUploadedFile("møde.csv", spreadsheet(area.name))
    page = hand.send(f"{LIST}hent/", {"file": file, "theme": theme.pk}, clicks=2)
    choices = {field: "ny" for _, field, _ in page.context["choices"]}
    url = page.redirect_chain[-1][0]
    hand.send(url, fields_of(page, with_action="") | choices, clicks=1 + len(choices))

    # Into the catalogue, and on the agenda.
    drafts = f"{LIST}?theme__id__exact={theme.pk}&trin=kladde"
    hand.follow(drafts)
    keys = list(Idea.objects.values_list("pk", flat=True))
    chosen = {"_selected_action": keys}
    hand.send(drafts, {"action": "publish_rows", **chosen}, clicks=3)
    hand.send(drafts, {"action": "publish_rows", **chosen, "confirmed": "1", "at": ""})
    [catalogue] = [link for link in links_of(hand.page) if link.startswith(LIST) and "&trin=katalog&" in link]
    hand.follow(catalogue)
    hand.send(LIST, {"action": "put_on_agenda", **chosen}, clicks=3)
    point = {
        "committee": "Erhvervsudvalget",
        "decided_on": "2021-06-01",
        "agenda_item": "5",
        "title": "Svar på ideer",
    }
    hand.send(LIST, {"action": "put_on_agenda", **chosen, "confirmed": "1", **point}, clicks=5)

    # The committee's decisions, by a spreadsheet out and back, and out to the public.
    decision = Decision.objects.get()
    base = f"/admin/panels/decision/{decision.pk}/"
    hand.follow(f"{base}svar/")
    assert f"{base}svar.xlsx" in links_of(hand.page)
    table = b"".join(client.get(f"{base}svar.xlsx").streaming_content)
    hand.count += 2  # the file is fetched, and chosen again
    page = hand.send(f"{base}svar/regneark/", {"fil": SimpleUploadedFile("svar.xlsx", filled(table))})
    hand.send(f"{base}svar/", sent_by(page))
    page = hand.follow(f"{base}offentliggoer/")
    hand.send(f"{base}offentliggoer/", sent_by(page))

    assert Answer.objects.published().count() == IDEAS
    assert not Idea.objects.published().with_status().filter(status="afventer").exists()
    assert hand.count <= 40
    record_property("clicks", hand.count)
    record_property("seconds", round(hand.seconds, 1))
    print(f"{hand.count} clicks, {hand.seconds:.1f} s in the portal")  # noqa: T201 (for whoever runs it with -s)

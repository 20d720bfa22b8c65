"""What the journal is handed of a decision (offentlighedsloven § 15): memo, answers, wordings, and an index of it all."""

import hashlib
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

from django.conf import settings
from django.template.loader import render_to_string

from erhvervspanel.foundation.archives import zipped
from erhvervspanel.foundation.notation import day, local
from erhvervspanel.foundation.spreadsheets import write_csv
from ideas.committee.memo import Item, facts, mark_of, memo_of
from ideas.committee.wording import digest
from ideas.models import Answer, Outcome
from ideas.story import was_public, wordings
from panels.models import Decision

ANSWERS = ["nummer", "titel", "udfald", "begrundelse", "afdeling", "tilbud", "lagt sammen med", "offentliggjort",
           "offentliggjort af", "adresse"]  # fmt: skip
WORDINGS = ["nummer", "udfald", "begrundelse", "gældende til"]
INDEX = ["fil", "dokumentdato", "retning", "emne", "sagsnummer", "KLE", "version", "bytes", "SHA-256"]


@dataclass(frozen=True)
class Document:
    """One file of the package, with what the journal asks of it.

    Attributes:
        direction: as journals call it: »Internt« or »Udgående«.
    """

    name: str
    direction: str
    subject: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Package:
    """What the journal is handed.

    Attributes:
        digest: SHA-256 of what it tells, the same for the same data whatever it is rendered with.
        version: 1 for the first that was handed over; the next number once what it tells has changed.
    """

    decision: Decision
    documents: list[Document]
    digest: str
    version: int

    @property
    def is_new(self) -> bool:
        """Whether it tells something that the journal has not got."""
        return self.digest != self.decision.journal_digest

    @property
    def name(self) -> str:
        return f"journal-{self.decision.slug}-v{self.version}.zip"

    @property
    def index(self) -> list[dict[str, str]]:
        """A row by `INDEX` for each file."""
        decision = self.decision
        return [
            {
                "fil": each.name,
                "dokumentdato": f"{decision.decided_on:%Y-%m-%d}",
                "retning": each.direction,
                "emne": each.subject,
                "sagsnummer": decision.case_number,
                "KLE": decision.kle,
                "version": str(self.version),
                "bytes": str(len(each.content)),
                "SHA-256": each.sha256,
            }
            for each in self.documents
        ]

    def as_zip(self) -> bytes:
        """The package as a file: the same bytes for the same data."""
        context = {"package": self, "decision": self.decision, "columns": INDEX}
        indexes = {
            "indeks.html": render_to_string("ideas/journal/index.html", context).encode(),
            "indeks.csv": as_csv(INDEX, self.index),
        }
        return zipped(indexes | {each.name: each.content for each in self.documents})


def package_of(decision: Decision) -> Package:
    """The package of `decision` as it stands. A fixed number of queries.

    It names companies by consent only, and of staff only those who published: that is what the journal has to show.
    """
    from ideas.committee.memo_docx import as_docx  # noqa: PLC0415 (6 MB, in a worker that makes one)

    items = memo_of(decision)
    told = contents_of(decision, items)
    mark = told["beslutning"]["stand"]
    subject = f"{decision.title}, {decision.committee} {day(decision.decided_on)}"
    memo = render_to_string("ideas/journal/memo.html", {"decision": decision, "items": items, "mark": mark})
    documents = [
        Document("notat.docx", "Internt", f"Notat: {subject}", as_docx(decision, items)),
        Document("notat.html", "Internt", f"Notat: {subject}", memo.encode()),
        Document("svar.csv", "Udgående", f"Svar på ideer: {subject}", as_csv(ANSWERS, told["svar"])),
        Document(
            "ordlyd.csv",
            "Udgående",
            f"Svarenes tidligere ordlyd: {subject}",
            as_csv(WORDINGS, told["ordlyd"]),
        ),
        Document("svar.json", "Udgående", f"Svar på ideer: {subject}", as_json(told)),
    ]
    found = digest(told)
    is_new = found != decision.journal_digest
    return Package(decision, documents, found, decision.journal_version + is_new)


def as_csv(columns: list[str], rows: list[dict[str, str]]) -> bytes:
    return b"".join(write_csv(columns, ([row[column] for column in columns] for row in rows)))


# -- What it tells ---------------------------------------------------------------------------------------------


def contents_of(decision: Decision, items: list[Item]) -> dict:
    """All that the package tells, as text."""
    return {
        "beslutning": {
            "titel": decision.title,
            "udvalg": decision.committee,
            "dato": f"{decision.decided_on:%Y-%m-%d}",
            "punkt": decision.agenda_item,
            "tekst": decision.text,
            "referat": decision.minutes_url,
            "sagsnummer": decision.case_number,
            "KLE": decision.kle,
            "stand": mark_of(decision, items),
            "offentliggjort": moment(decision.publish_at),
            "offentliggjort af": str(decision.published_by or ""),
            "adresse": f"{settings.SITE_URL}{decision.get_absolute_url()}",
        },
        "svar": [answer_row(item) for item in items],
        "ordlyd": list(earlier_wordings(decision, [item.answer for item in items])),
        "notat": [memo_row(item) for item in items],
    }


def answer_row(item: Item) -> dict[str, str]:
    answer = item.answer
    return {
        "nummer": item.idea.reference,
        "titel": item.idea.title,
        "udfald": str(answer.get_outcome_display()),
        "begrundelse": answer.reason,
        "afdeling": answer.office,
        "tilbud": str(answer.service or ""),
        "lagt sammen med": answer.merged_into.reference if answer.merged_into else "",
        "offentliggjort": moment(answer.publish_at),
        "offentliggjort af": str(answer.published_by or ""),
        "adresse": item.url,
    }


def memo_row(item: Item) -> dict:
    return {
        "nummer": item.idea.reference,
        "behov": item.idea.need,
        "forslag": item.idea.proposal,
        "peger på": item.leads_to,
        "overlap": [f"{each.recommendation}: {each.reason}" for each in item.overlaps],
        "fakta": dict(facts(item)),
    }


def earlier_wordings(decision: Decision, answers: list[Answer]) -> Iterator[dict[str, str]]:
    """What the public could read before it was changed, by the idea's reference and in order of time. One query."""
    versions = (
        Answer.history.filter(id__in=[answer.pk for answer in answers])
        .order_by("id", "history_date", "history_id")
        .values("id", "outcome", "reason", "publish_at", "history_date")
    )
    by_answer = {key: list(rows) for key, rows in itertools.groupby(versions, key=itemgetter("id"))}
    for answer in answers:
        since = public_since(answer, decision)
        for before, after in wordings(by_answer.get(answer.pk, [])):
            if since and since < after["history_date"] and was_public(before, after["history_date"]):
                yield {
                    "nummer": answer.idea.reference,
                    "udfald": str(Outcome(before["outcome"]).label) if before["outcome"] else "",
                    "begrundelse": before["reason"],
                    "gældende til": moment(after["history_date"]),
                }


def public_since(answer: Answer, decision: Decision) -> datetime | None:
    """Since when the public can read `answer`, which shows with its decision and its idea; None where one of them is a draft."""
    moments = [row.publish_at for row in (answer, decision, answer.idea, answer.idea.theme)]
    return None if None in moments else max(moments)


def moment(value: datetime | None) -> str:
    """Danish time to the second, as machines and people read it."""
    return local(value).isoformat(sep=" ", timespec="seconds") if value else ""


def as_json(told: dict) -> bytes:
    return json.dumps(told, ensure_ascii=False, indent=2).encode()

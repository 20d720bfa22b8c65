"""Open data: what the files hold, that every field is told of, and the catalogue for other portals."""

import csv
import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from erhvervspanel.portal.open_data import DATASETS, Kind
from events.models import Event
from ideas.actions import merge_ideas
from ideas.models import Answer, Idea, Overlap, Recommendation, ResponseOutcome, Service
from initiatives.models import Indicator, Initiative, Milestone
from panels.models import Company, Decision, FocusArea, Need, PanelMeeting, Theme
from tests.chains import chain
from tests.factories import (
    AnswerFactory,
    AttendanceFactory,
    CompanyFactory,
    IdeaFactory,
    PanelMeetingFactory,
    SuccessionFactory,
)

pytestmark = pytest.mark.django_db
TEXT, DAY, ADDRESS = "Tekst", date(2022, 3, 1), "https://example.org/"
# What the chain leaves empty.
FILLED = {
    Theme: dict.fromkeys(("question", "introduction", "provenance"), TEXT),
    FocusArea: {"description": TEXT},
    PanelMeeting: dict.fromkeys(("place", "agenda", "minutes", "provenance"), TEXT),
    Company: {"website": ADDRESS, "provenance": TEXT},
    Need: {"description": TEXT},
    Decision: {"minutes_url": ADDRESS, "provenance": TEXT},
    Idea: dict.fromkeys(("beneficiaries", "own_words", "provenance"), TEXT),
    Answer: {"provenance": TEXT},
    Overlap: {"provenance": TEXT},
    Recommendation: {
        **dict.fromkeys(("reason", "addressee", "response", "provenance"), TEXT),
        "response_outcome": ResponseOutcome.FOLLOWED, "responded_on": DAY, "goals": [7],
    },
    Service: dict.fromkeys(("summary", "price"), TEXT),
    Initiative: {
        **dict.fromkeys(("what", "why", "audience", "company_action", "next_step", "provenance"), TEXT),
        "ends_on": DAY, "next_step_on": DAY, "goals": [7],
    },
    Milestone: {"note": TEXT},
    Indicator: {"method": TEXT, "target_on": DAY},
    Event: {**dict.fromkeys(("description", "outcome", "provenance"), TEXT), "capacity": 5},
}  # fmt: skip
PYTHON = {
    Kind.TEXT: str,
    Kind.MARKDOWN: str,
    Kind.URL: str,
    Kind.DATE: str,
    Kind.MOMENT: str,
    Kind.INTEGER: int,
    Kind.NUMBER: int | float,
    Kind.YES_NO: bool,
    Kind.TEXTS: list,
    Kind.INTEGERS: list,
}


def fetched(slug: str) -> dict:
    """The dataset as JSON."""
    return json.loads(Client().get(reverse("portal:data-json", args=[slug])).getvalue())


def rows_of(slug: str) -> list[dict]:
    return fetched(slug)["rækker"]


def whole_chain():
    """A chain with something in every field there is."""
    rows = chain(1)
    for model, values in FILLED.items():
        model.objects.update(**values)
    Answer.objects.update(service=rows.services[0], merged_into=rows.ideas[1])
    SuccessionFactory(idea=rows.ideas[0], successor=rows.ideas[1])
    return rows


def test_every_field_is_told_of_and_holds_what_it_says():
    whole_chain()
    for slug, dataset in DATASETS.items():
        rows = rows_of(slug)
        for field in dataset.fields:
            assert field.about.endswith("."), (slug, field.name)
            told = [row[field.name] for row in rows if row[field.name] not in (None, [])]
            assert told, (slug, field.name)
            assert all(isinstance(value, PYTHON[field.kind]) for value in told), (slug, field.name)


def test_no_two_fields_or_datasets_have_one_name():
    assert len({dataset.title for dataset in DATASETS.values()}) == len(DATASETS)
    for dataset in DATASETS.values():
        assert len(set(dataset.names)) == len(dataset.names)
        assert {field.refers for field in dataset.fields} <= {*DATASETS, ""}


def test_pages_of_the_rows_are_there(client):
    whole_chain()
    for slug in DATASETS:
        for row in rows_of(slug):
            if "side" in row:
                path = row["side"].removeprefix("http://testserver")
                assert client.get(path).status_code == 200, path


def test_answers_that_came_along_are_marked_and_tell_whence():
    original = AnswerFactory()
    successor = IdeaFactory(theme=original.idea.theme)
    merge_ideas([original.idea], into=successor, reason="Det samme.", by=None)
    told = {row["ide"]: (row["fulgte_med"], row["kilde"]) for row in rows_of("svar")}
    assert told == {
        original.idea.reference: (False, None),
        successor.reference: (True, f"Fulgte med fra ide {original.idea.reference}."),
    }


@pytest.mark.parametrize("number", [1, 9, 10, 99, 100, 9_999, 32_767])
def test_an_idea_goes_by_its_reference(number):
    idea = IdeaFactory(number=number)
    (row,) = rows_of("ideer")
    assert (row["nummer"], row["side"]) == (
        idea.reference,
        f"http://testserver{idea.get_absolute_url()}",
    )


def test_the_chain_can_be_followed():
    rows = chain(1)
    idea, other = rows_of("ideer")
    assert (idea["status"], other["status"]) == ("Initiativ i gang", "Afventer behandling")
    assert idea["møder"] == [rows.meetings[0].key]
    assert idea["virksomheder"] == [rows.companies[0].slug]
    assert idea["behov"] == [rows.needs[0].name]
    assert idea["initiativer"] == [rows.initiatives[0].slug]
    assert idea["verdensmål"] == [7, 12]
    (answer,) = rows_of("svar")
    assert (answer["ide"], answer["beslutning"], answer["udfald"]) == (
        idea["nummer"], rows.decision.slug, "Bliver til initiativ",
    )  # fmt: skip
    assert answer["side"] == f"{idea['side']}#svar"
    (meeting,) = rows_of("moeder")
    assert (meeting["antal_virksomheder"], meeting["virksomheder"]) == (1, [rows.companies[0].slug])
    assert meeting["begynder"] == "2021-04-14T08:00:00+02:00"


def test_a_consent_that_is_taken_back_takes_the_company_out_at_once():
    company = chain(1).companies[0]
    assert company.name in {row["navn"] for row in rows_of("virksomheder")}
    company.named_since = None
    company.save()
    for slug in DATASETS:
        text = Client().get(reverse("portal:data-json", args=[slug])).getvalue().decode()
        assert company.name not in text
        assert f'"{company.slug}"' not in text
    assert rows_of("moeder")[0]["antal_virksomheder"] == 1


def test_a_company_that_wants_no_advertising_is_marked():
    CompanyFactory(advertising_protected=True)
    assert [row["reklamebeskyttet"] for row in rows_of("virksomheder")] == [True]


def test_a_coming_meeting_tells_neither_minutes_nor_who_takes_part():
    meeting = PanelMeetingFactory(starts_at=timezone.now() + timedelta(days=2), minutes="Udkast til referat")
    AttendanceFactory(meeting=meeting)
    (row,) = rows_of("moeder")
    assert (row["referat"], row["antal_virksomheder"], row["virksomheder"]) == (None, None, None)


def test_nobody_who_registers_or_works_on_it_is_told_of():
    names = {name for dataset in DATASETS.values() for name in dataset.names}
    sources = {str(field.source) for dataset in DATASETS.values() for field in dataset.fields}
    assert not names & {"e-mail", "mail", "ansvarlig", "sagsnummer", "tilmeldte"}
    assert not sources & {
        "owner",
        "assignee",
        "case_number",
        "kle",
        "seats_taken",
        "entered_by",
        "published_by",
    }


def test_json_says_what_it_is():
    IdeaFactory(is_example=True)
    found = fetched("ideer")
    assert list(found) == ["datasæt", "titel", "beskrivelse", "licens", "felter", "dannet", "rækker"]
    assert found["licens"]["navn"] == "CC0 1.0"
    assert found["felter"] == "http://testserver/data/#ideer"
    assert found["rækker"][0]["eksempel"] is True


@pytest.mark.parametrize("count", [0, 1, 200, 201])
def test_json_is_whole_with_any_number_of_rows(count):
    Need.objects.bulk_create(Need(name=f"Behov {number}", slug=f"behov-{number}") for number in range(count))
    IdeaFactory(needs=Need.objects.all())
    assert len(rows_of("behov")) == count


def test_csv_is_for_danish_excel(client):
    IdeaFactory(title="=1+1", needs=[], proposal="Æble; grød\nto linjer", goals=[7, 12])
    response = client.get(reverse("portal:data-csv", args=["ideer"]))
    content = response.getvalue()
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="ideer.csv"'
    assert content.startswith(b"\xef\xbb\xbfnummer;tema;")
    (row,) = csv.DictReader(StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
    assert row["titel"] == "'=1+1"
    assert row["forslag"] == "Æble; grød\nto linjer"
    assert (row["verdensmål"], row["eksempel"], row["modtaget"]) == ("7 | 12", "nej", "14-04-2021")


@pytest.mark.parametrize("width", [1, 3])
@pytest.mark.parametrize("ending", ["csv", "json"])
def test_a_file_costs_the_same_with_any_number_of_rows(client, width, ending, django_assert_num_queries):
    chain(width)
    for slug in DATASETS:
        with django_assert_num_queries(2):  # the content version, and the rows
            client.get(reverse(f"portal:data-{ending}", args=[slug])).getvalue()


def test_a_reader_who_has_the_file_is_told_so(client, django_assert_num_queries):
    address = reverse("portal:data-json", args=["ideer"])
    first = client.get(address)
    first.getvalue()
    label = first["ETag"]
    assert first["Cache-Control"] == "public, no-cache"
    with django_assert_num_queries(1):
        again = client.get(address, headers={"if-none-match": label})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", label)
    assert again["Access-Control-Allow-Origin"] == "*"
    other = client.head(reverse("portal:data-csv", args=["ideer"]))
    assert other["ETag"] != label


@pytest.mark.django_db(transaction=True)
def test_what_is_taken_back_is_gone_from_a_file_that_was_kept(client):
    idea = IdeaFactory()
    address = reverse("portal:data-json", args=["ideer"])
    first = client.get(address)
    assert idea.title in first.getvalue().decode()
    idea.publish_at = None
    idea.save()
    after = client.get(address, headers={"if-none-match": first["ETag"]})
    assert after.status_code == 200
    assert json.loads(after.getvalue())["rækker"] == []


def test_who_asks_for_the_headers_alone_gets_them_alone(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        response = client.head(reverse("portal:data-csv", args=["ideer"]))
        assert response.getvalue() == b""
    assert response["Content-Type"] == "text/csv; charset=utf-8"


@pytest.mark.parametrize("address", ["/data/catalog.jsonld", "/data/ideer.csv", "/data/ideer.json"])
def test_others_pages_may_read_it(client, address):
    response = client.head(address)
    assert response["Access-Control-Allow-Origin"] == "*"
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


@pytest.mark.parametrize("address", ["/data/findes-ikke.csv", "/data/findes-ikke.json", "/data/findes-ikke/"])
def test_an_unknown_dataset_is_not_found(client, address):
    response = client.get(address)
    assert response.status_code == 404
    assert "Tilgængelighedserklæring" in response.text


@pytest.mark.parametrize("address", ["/data/", "/data/catalog.jsonld", "/data/ideer.csv", "/data/ideer.json"])
def test_nothing_is_taken_in(client, address):
    assert client.post(address).status_code == 405


def test_the_page_tells_of_every_dataset_and_every_field(client):
    page = client.get(reverse("portal:data")).text
    for slug, dataset in DATASETS.items():
        assert f'href="/data/{slug}.csv"' in page
        assert f'href="/data/{slug}.json"' in page
        for field in dataset.fields:
            assert f'<th scope="row">{field.name}</th><td>{field.kind}</td>' in page
    assert 'href="/data/catalog.jsonld"' in page
    assert "CC0 1.0" in page


def test_the_catalogue_has_what_dcat_ap_dk_demands(client):
    response = client.get(reverse("portal:data-catalogue"))
    assert response["Content-Type"] == "application/ld+json"
    found = json.loads(response.content)
    assert found["@type"] == "dcat:Catalog"
    publisher = found["dct:publisher"]
    assert (publisher["@type"], publisher["foaf:name"]["@value"]) == ("foaf:Agent", "Rudersdal Kommune")
    described = found["dcat:dataset"]
    assert len(described) == len(DATASETS)
    for thing in (found, *described):
        for name in ("dct:title", "dct:description"):
            assert thing[name]["@language"] == "da"
            assert thing[name]["@value"]
    prefixes = {key.partition(":")[0] for key in (*found, *described[0]) if ":" in key}
    assert prefixes <= set(found["@context"])


def test_the_catalogue_leads_to_the_files(client):
    found = json.loads(client.get(reverse("portal:data-catalogue")).content)
    for dataset in found["dcat:dataset"]:
        assert len(dataset["dcat:distribution"]) == 2
        for file in dataset["dcat:distribution"]:
            address = file["dcat:accessURL"]["@id"]
            assert address.startswith("http://testserver/data/")
            response = client.head(address.removeprefix("http://testserver"))
            assert response.status_code == 200
            assert file["dcat:mediaType"]["@id"].endswith(response["Content-Type"].partition(";")[0])
            assert file["dct:license"]["@id"] == "https://creativecommons.org/publicdomain/zero/1.0/deed.da"

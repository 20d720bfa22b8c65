"""The lists of the desk as files: the rows that are shown, and no more than may be."""

import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from erhvervspanel.foundation.models import AuditEntry
from tests.factories import (
    CompanyFactory,
    IdeaFactory,
    InitiativeFactory,
    NeedFactory,
    RecommendationFactory,
    UserFactory,
)
from tests.ideas.committee.conftest import with_rights

pytestmark = pytest.mark.django_db
# What each list is of, and the field that names a row.
LISTS = {
    "company": (CompanyFactory, "name"),
    "need": (NeedFactory, "name"),
    "idea": (IdeaFactory, "title"),
    "initiative": (InitiativeFactory, "title"),
    "recommendation": (RecommendationFactory, "title"),
}


@pytest.fixture
def staff(client):
    client.force_login(UserFactory(superuser=True))
    return client


def page_of(make, page: str) -> str:
    model = make._meta.model._meta
    return reverse(f"admin:{model.app_label}_{model.model_name}_{page}")


def rows_of(response) -> list[dict]:
    book = load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    columns, *rows = book.active.iter_rows(values_only=True)
    return [dict(zip(columns, row, strict=True)) for row in rows]


def exported(client, make, query: str = "", **given) -> list[dict]:
    return rows_of(client.post(f"{page_of(make, 'export')}?{query}", {"file_format": "xlsx"} | given))


@pytest.mark.parametrize("kind", LISTS)
def test_the_list_leads_to_the_file_of_the_rows_that_it_shows(staff, kind):
    make, field = LISTS[kind]
    wanted, _ = make(**{field: "Ladestander"}), make(**{field: "Kompost"})
    changelist = staff.get(page_of(make, "changelist"), {"q": "ladestander"})
    assert f'href="{page_of(make, "export")}?q=ladestander"' in changelist.text
    assert (
        f"Listen har 1 {wanted._meta.verbose_name},"
        in staff.get(f"{page_of(make, 'export')}?q=ladestander").text
    )
    [row] = exported(staff, make, "q=ladestander")
    assert "Ladestander" in row.values()
    assert len(exported(staff, make)) == 2


@pytest.mark.parametrize("kind", LISTS)
def test_no_cell_is_a_formula(staff, kind):
    make, field = LISTS[kind]
    make(**{field: "=1+1"})
    file = staff.post(page_of(make, "export"), {"file_format": "csv"})
    assert "'=1+1" in b"".join(file.streaming_content).decode()


@pytest.mark.parametrize("kind", ["company", "need", "initiative", "recommendation"])
def test_a_file_says_which_rows_are_examples_and_costs_the_same_however_long(staff, kind):
    make, _ = LISTS[kind]
    make(is_example=True)
    assert [row["eksempel"] for row in exported(staff, make)] in (["ja"], [True])

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            exported(staff, make)
        return len(queries)

    few = cost()
    make.create_batch(3)
    assert cost() == few


@pytest.mark.parametrize("kind", ["initiative", "recommendation"])
def test_drafts_are_left_out_unless_asked_for(staff, kind):
    make, _ = LISTS[kind]
    make(draft=True)
    assert exported(staff, make) == []
    assert [row["stand"] for row in exported(staff, make, with_drafts="on")] == ["Kladde"]


def test_companies_without_consent_are_taken_out_for_a_purpose_alone_which_is_logged(staff):
    CompanyFactory(name="Åben ApS")
    CompanyFactory(name="Hemmelig ApS", named_since=None)
    CompanyFactory(name="Snart ApS", named_since=timezone.localdate() + timedelta(days=1))
    assert [row["navn"] for row in exported(staff, CompanyFactory)] == ["Åben ApS"]
    assert not AuditEntry.objects.exists()
    asked = {"file_format": "xlsx", "with_unnamed": "on"}
    page = staff.post(page_of(CompanyFactory, "export"), asked)
    assert "Skriv, hvad navnene skal bruges til." in page.text
    rows = exported(staff, CompanyFactory, with_unnamed="on", purpose="Indkaldelse")
    assert [row["navn"] for row in rows] == ["Hemmelig ApS", "Snart ApS", "Åben ApS"]
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.purpose, entry.rows, entry.fields) == (
        "exported",
        "Indkaldelse",
        3,
        ["virksomheder"],
    )


def test_a_file_of_initiatives_names_none_of_the_staff(staff):
    InitiativeFactory(owner=UserFactory(first_name="Hanne", last_name="Holm"))
    assert "Holm" not in str(exported(staff, InitiativeFactory))


@pytest.mark.parametrize("kind", LISTS)
def test_who_may_not_see_a_list_gets_no_file(client, kind):
    make, _ = LISTS[kind]
    with_rights(client, "foundation.view_auditentry")
    assert client.get(page_of(make, "export")).status_code == 403
    assert client.post(page_of(make, "export"), {"file_format": "csv"}).status_code == 403


def test_an_owner_takes_out_own_initiatives_alone(client):
    with_rights(client, "initiatives.change_own_initiative")
    own = InitiativeFactory(title="Min egen", owner_id=int(client.session["_auth_user_id"]))
    InitiativeFactory(title="En andens")
    assert [row["titel"] for row in exported(client, InitiativeFactory)] == [own.title]

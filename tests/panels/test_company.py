from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone

from erhvervspanel.foundation.composed import Composed
from erhvervspanel.foundation.restoring import restore
from panels.models import Company, Need
from tests.factories import AttendanceFactory, CompanyFactory, IdeaFactory, PanelMeetingFactory, ThemeFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("typed", ["13748136", "DK 13 74 81 36", "13-748-136"])
def test_a_cvr_number_is_stored_as_eight_digits_and_shown_grouped(typed):
    company = Company(name="Prøven", cvr=typed)
    company.full_clean()
    assert company.cvr == "13748136"
    assert company.cvr_grouped == "13 74 81 36"


@pytest.mark.parametrize("model", [Company, Need])
def test_a_name_is_one_name_in_a_table(model):
    row = model(name="  Nord  Teknik\tApS ")
    row.full_clean()
    assert (row.name, row.slug) == ("Nord Teknik ApS", "nord-teknik-aps")
    with pytest.raises(ValidationError, match=r"Et navn kan ikke have tegnet \|") as refused:
        model(name="Nord | Syd").full_clean()
    assert list(refused.value.message_dict) == ["name"]


def test_a_wrong_check_digit_needs_a_reason():
    company = Company(name="Prøven", cvr="13748137")
    with pytest.raises(ValidationError) as refused:
        company.full_clean()
    assert refused.value.messages == [
        "CVR-nummeret er ikke gyldigt. Ret det, eller skriv en begrundelse for at gemme det alligevel."
    ]
    company.cvr_exception = "Står sådan i registeret"
    company.full_clean()


def test_a_reason_is_for_the_number_that_it_was_given_for():
    company = CompanyFactory(cvr="13748137", cvr_exception="Står sådan i registeret")
    company.town = "Holte"
    company.full_clean()
    company.cvr = "13748138"
    with pytest.raises(ValidationError) as refused:
        company.full_clean()
    assert "begrundelsen er skrevet til et andet nummer" in refused.value.messages[0]
    company.cvr_exception = "Står sådan i brevet"
    company.full_clean()
    company.cvr, company.cvr_exception = "13748136", "Står sådan i registeret"
    company.full_clean()
    company.cvr = None
    company.save()
    company.cvr = "13748138"
    with pytest.raises(ValidationError):
        company.full_clean()


def test_the_database_refuses_a_number_of_another_length():
    with pytest.raises(IntegrityError, match="company_cvr_eight_digits"):
        CompanyFactory(cvr="1234567")


def test_only_consent_lets_a_name_be_seen():
    named, unnamed = CompanyFactory(), CompanyFactory(unnamed=True)
    tomorrow = CompanyFactory(named_since=timezone.localdate() + timedelta(days=1))
    assert list(Company.objects.published()) == [named]
    assert {unnamed, tomorrow} == set(Company.objects.all()) - {named}


def test_a_trade_code_needs_its_edition():
    with pytest.raises(IntegrityError, match="company_trade_code_has_version"):
        CompanyFactory(trade_code="620100", trade_code_version="")


def test_meetings_that_are_not_public_are_not_counted(client):
    AttendanceFactory(company=CompanyFactory(), meeting=PanelMeetingFactory())
    AttendanceFactory(company=CompanyFactory(), meeting=PanelMeetingFactory(theme=ThemeFactory(draft=True)))
    assert client.get("/virksomheder/").context["counts"] == {"everyone": 1, "named": 1}


def test_the_list_holds_just_those_that_are_counted_as_named(client):
    theme = ThemeFactory()
    there, elsewhere = CompanyFactory(), CompanyFactory()
    AttendanceFactory(company=there, meeting=PanelMeetingFactory(theme=theme))
    AttendanceFactory(company=elsewhere, meeting=PanelMeetingFactory(theme=ThemeFactory()))
    CompanyFactory()
    for address, companies in (
        ("/virksomheder/", [there, elsewhere]),
        (f"/virksomheder/?tema={theme.year}", [there]),
    ):
        page = client.get(address).context
        assert set(page["page"].object_list) == set(companies)
        assert page["counts"]["named"] == len(companies)


def test_the_list_holds_those_behind_an_idea_who_were_at_no_meeting(client):
    theme = ThemeFactory()
    there = AttendanceFactory(company=CompanyFactory(), meeting=PanelMeetingFactory(theme=theme)).company
    behind, elsewhere = CompanyFactory(), CompanyFactory()
    IdeaFactory(theme=theme, companies=[there, behind, CompanyFactory(unnamed=True)])
    IdeaFactory(companies=[elsewhere])
    IdeaFactory(companies=[CompanyFactory()], draft=True)
    page = client.get("/virksomheder/")
    assert set(page.context["page"].object_list) == {there, behind, elsewhere}
    assert (page.context["counts"], page.context["others_count"]) == ({"everyone": 1, "named": 1}, 2)
    page = client.get(f"/virksomheder/?tema={theme.year}")
    assert set(page.context["page"].object_list) == {there, behind}
    assert (
        "Det gør også 1 virksomhed, som står bag en ide uden at have været på et panelmøde i temaet."
        in page.text
    )


@pytest.mark.parametrize(
    ("moment", "named"),
    [("2026-06-30T23:59+02:00", 0), ("2026-07-01T00:30+02:00", 1), ("2026-12-31T23:59+01:00", 1)],
)
def test_a_name_is_shown_from_the_first_moment_of_the_danish_day(moment, named):
    CompanyFactory(named_since=date(2026, 7, 1))
    CompanyFactory(named_since=date(2027, 1, 1))
    composed = Composed(Company.objects.published)
    with time_machine.travel(moment):
        assert Company.objects.published().count() == named
        assert len(composed()) == named


def test_an_earlier_version_gives_no_consent_again():
    company = CompanyFactory(named_since=date(2021, 3, 1), town="Holte", advertising_protected=False)
    company.named_since, company.town, company.advertising_protected = None, "Birkerød", True
    company.save()
    restore(company, company.history.earliest("history_date"), by=None)
    company.refresh_from_db()
    assert (company.town, company.named_since, company.advertising_protected) == ("Holte", None, True)

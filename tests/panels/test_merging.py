"""Doubles become one company: nothing is lost, every way leads on, and what is done is what was seen."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from erhvervspanel.foundation.restoring import restore
from events.actions.event_changes import recipients
from ideas.actions import companies_of
from ideas.models import Idea
from panels import merging
from panels.actions import ANOTHER_PLAN, merge_companies
from panels.merging import FILLED, KEPT, MOST, MOVED_LINKS, MOVED_ROWS, NOT_MOVED, TEXT_OF
from panels.models import Attendance, Company
from panels.models.names import former_names
from panels.vocabulary import Vocabulary
from tests.events.test_registering import come, open_event
from tests.factories import AttendanceFactory, CompanyFactory, IdeaFactory, PanelMeetingFactory, UserFactory
from tests.forms import fields_of
from tests.ideas.committee.conftest import with_rights
from tests.ideas.test_submissions import submitted
from tests.relations import relations_of

pytestmark = pytest.mark.django_db
LIST = "/admin/panels/company/"
RIGHTS = (
    "panels.change_company",
    "panels.delete_company",
    "panels.change_attendance",
    "panels.delete_attendance",
    "ideas.change_idea",
)


@pytest.fixture
def staff(client):
    client.force_login(UserFactory(superuser=True))
    return client


def pair(**double) -> tuple[Company, Company]:
    """A company with a number, and a double of it without."""
    stays = CompanyFactory(name="Nærum Maskinværksted ApS", slug="naerum-maskinvaerksted-aps")
    given = {"name": "Nærum Maskinværksted", "slug": "naerum-maskinvaerksted", "cvr": None} | double
    return stays, CompanyFactory(**given)


def merge(*companies: Company, into: Company, reason: str = "Det samme.", by=None) -> list[Company]:
    seen = merging.planned(companies, into).digest
    return merge_companies(companies, into=into, reason=reason, seen=seen, by=by)


# -- All is treated --------------------------------------------------------------------------------------------


def test_every_relation_of_a_company_is_treated():
    assert relations_of(Company) == {*MOVED_LINKS, *MOVED_ROWS, *NOT_MOVED}
    assert TEXT_OF.keys() == {*MOVED_LINKS, *MOVED_ROWS}


def test_rows_that_are_moved_are_told_apart_as_the_database_does():
    for name, field in MOVED_ROWS.items():
        relation = Company._meta.get_field(name)
        once = [
            {*each.fields} for each in relation.related_model._meta.constraints if hasattr(each, "fields")
        ]
        assert once == [{field, relation.field.name}]


def test_every_field_of_a_company_is_treated():
    fields = {field.name for field in Company._meta.concrete_fields if not field.generated}
    assert fields == {*KEPT, *(name for group in FILLED for name in group)}


# -- What is moved ---------------------------------------------------------------------------------------------


def test_the_one_that_stays_gets_all_and_what_both_have_once():
    stays, goes = pair()
    third = CompanyFactory(name="NM", cvr=None)
    both, its, last = IdeaFactory(companies=[stays, goes]), IdeaFactory(companies=[goes]), IdeaFactory()
    last.companies.set([third])
    met, theirs, joint = PanelMeetingFactory.create_batch(3)
    for company, meeting in ((stays, met), (goes, met), (goes, theirs), (goes, joint), (third, joint)):
        AttendanceFactory(company=company, meeting=meeting)
    merge(stays, goes, third, into=stays)
    assert list(Company.objects.all()) == [stays]
    assert set(stays.ideas.all()) == {both, its, last}
    assert [idea.companies.count() for idea in Idea.objects.all()] == [1, 1, 1]
    assert sorted(stays.attendances.values_list("meeting", flat=True)) == [met.pk, theirs.pk, joint.pk]


def test_what_is_empty_is_filled_and_what_differs_stays():
    code = {"trade_code": "251100", "trade_code_version": "DB25"}
    stays, goes = pair(
        town="Holte", trade="Smedje", website="https://naerum.example", advertising_protected=True, **code
    )
    Company.objects.filter(pk=stays.pk).update(town="", trade_code_version="DB07")
    stays.refresh_from_db()
    plan = merging.planned([stays, goes], stays)
    assert ("by", "Holte", goes) in plan.filled
    assert plan.differing == [("branche", "Maskinfabrik", "Smedje (»Nærum Maskinværksted«)")]
    merge(stays, goes, into=stays)
    stays.refresh_from_db()
    assert (stays.town, stays.trade, stays.website) == ("Holte", "Maskinfabrik", "https://naerum.example")
    assert (stays.trade_code, stays.trade_code_version) == ("251100", "DB25")
    assert stays.advertising_protected


def test_a_number_and_why_it_is_kept_come_along():
    stays, goes = pair(cvr="13748137", cvr_exception="Står sådan i registeret")
    Company.objects.filter(pk=stays.pk).update(cvr=None)
    stays.refresh_from_db()
    merge(stays, goes, into=stays)
    stays.refresh_from_db()
    assert (stays.cvr, stays.cvr_exception) == ("13748137", "Står sådan i registeret")
    stays.full_clean()


def test_a_consent_comes_along_and_the_public_sees_the_ideas_credited(client):
    stays, goes = pair(named_since=date(2021, 5, 1))
    Company.objects.filter(pk=stays.pk).update(named_since=None)
    stays.history.update(named_since=None)
    stays.refresh_from_db()
    idea = IdeaFactory(companies=[goes])
    merge(stays, goes, into=stays)
    assert client.get(stays.get_absolute_url()).status_code == 200
    page = client.get(idea.get_absolute_url()).text
    assert "Nærum Maskinværksted ApS" in page


# -- What is refused -------------------------------------------------------------------------------------------


def test_two_numbers_are_two_companies():
    one, other = pair(cvr="13748136")
    with pytest.raises(ValidationError) as refused:
        merge(one, other, into=one)
    assert "hver sit CVR-nummer" in refused.value.message
    assert "»Nærum Maskinværksted« har 13 74 81 36" in refused.value.message
    assert Company.objects.count() == 2
    nameless = CompanyFactory(cvr=None)  # also where the one that stays has none
    with pytest.raises(ValidationError, match="hver sit CVR-nummer"):
        merge(one, other, nameless, into=nameless)


@pytest.mark.parametrize("stays_unnamed", [True, False])
def test_a_consent_that_was_taken_back_is_not_given_again_by_another(stays_unnamed):
    stays, goes = pair()
    took_back = stays if stays_unnamed else goes
    took_back.named_since = None
    took_back.save()
    with pytest.raises(ValidationError, match="har taget samtykket til navn tilbage") as refused:
        merge(stays, goes, into=stays)
    assert f"»{took_back}« har taget" in refused.value.message
    Company.objects.update(named_since=None)
    merge(Company.objects.get(pk=stays.pk), Company.objects.get(pk=goes.pk), into=stays)


@pytest.mark.parametrize(("count", "sentence"), [(1, "mindst to"), (MOST + 1, f"højst {MOST}")])
def test_neither_one_nor_very_many(count, sentence):
    companies = CompanyFactory.create_batch(count, cvr=None)
    with pytest.raises(ValidationError, match=sentence):
        merge(*companies, into=companies[0])


def changed_name(stays, goes):
    goes.name = "Noget andet"
    goes.save()


def linked_meanwhile(stays, goes):
    IdeaFactory(companies=[goes])


def deleted_meanwhile(stays, goes):
    Company.objects.filter(pk=goes.pk).delete()


@pytest.mark.parametrize("happens", [changed_name, linked_meanwhile, deleted_meanwhile])
def test_another_plan_than_was_seen_is_not_carried_out(happens):
    stays, goes = pair()
    seen = merging.planned([stays, goes], stays).digest
    happens(stays, goes)
    before = Company.objects.count()
    with pytest.raises(ValidationError) as refused:
        merge_companies([stays, goes], into=stays, reason="", seen=seen, by=None)
    assert refused.value.message == ANOTHER_PLAN
    assert Company.objects.count() == before


# -- What leads on ---------------------------------------------------------------------------------------------


def test_every_former_address_leads_to_the_one_that_stays(client):
    stays, goes = pair()
    goes.slug = "naerum-maskin"  # it has moved once already
    goes.save()
    merge(stays, goes, into=stays)
    stays.refresh_from_db()
    last = CompanyFactory(name="NM Holding", cvr=None)
    merge(stays, last, into=last)
    for slug in ("naerum-maskinvaerksted", "naerum-maskin", "naerum-maskinvaerksted-aps"):
        moved = client.get(f"/virksomheder/{slug}/")
        assert (moved.status_code, moved["Location"]) == (301, "/virksomheder/nm-holding/")


def test_a_name_in_a_list_is_the_one_that_stays_until_another_has_it():
    stays, goes = pair()
    merge(stays, goes, into=stays)
    assert Vocabulary().company("naerum maskinvaerksted", 1) == stays.pk
    assert Vocabulary().choices() == []
    again = CompanyFactory(name="Nærum Maskinværksted")
    assert Vocabulary().company("Nærum Maskinværksted", 1) == again.pk


def test_a_name_that_was_wrong_leads_nowhere():
    company = CompanyFactory(name="Forkert ApS")
    company.name = "Rigtig ApS"
    company.save()
    assert former_names(Company.objects.all()) == []
    assert Vocabulary().company("Forkert ApS", 1) == "forkert aps"


def test_a_need_that_is_told_of_in_the_former_name_is_of_the_one_that_stays():
    stays, goes = pair()
    merge(stays, goes, into=stays)
    assert companies_of(submitted(company_name="NÆRUM Maskinværksted", cvr=None)) == [stays]
    assert companies_of(submitted("to", company_name="Nærum Maskinværksted", cvr="13748136")) == []


def test_who_is_protected_is_so_in_the_former_name():
    stays, goes = pair(name="Smedjen på Vangebovej", advertising_protected=True)
    merge(stays, goes, into=stays)
    event = open_event(confirms_email=True)
    come(event, email="aase@example.org", organisation="Smedjen på Vangebovej")
    come(event, email="bo@example.org", organisation="En anden")
    asked = recipients(event.registrations.all(), is_advertising=True)
    assert [each.email for each in asked] == ["bo@example.org"]


# -- The history -----------------------------------------------------------------------------------------------


def test_the_history_of_all_that_changed_tells_it(staff):
    by = UserFactory(staff=True)
    stays, goes = pair()
    idea = IdeaFactory(companies=[goes])
    meeting = PanelMeetingFactory()
    kept, doubled = (AttendanceFactory(company=each, meeting=meeting) for each in (stays, goes))
    moved = AttendanceFactory(company=goes)
    key, versions = goes.pk, idea.history.count()
    merge(stays, goes, into=stays, reason="Samme telefon.", by=by)
    told = "»Nærum Maskinværksted« er lagt ind i »Nærum Maskinværksted ApS«: Samme telefon."
    for version in (
        stays.history.latest(),
        Company.history.filter(id=key).latest(),
        idea.history.latest(),
        moved.history.latest(),
        Attendance.history.filter(id=doubled.pk).latest(),
    ):
        assert (version.history_change_reason, version.history_user) == (told, by)
    assert idea.history.count() == versions + 1  # for both links
    assert [row.company_id for row in idea.history.latest().companies.all()] == [stays.pk]
    assert kept.history.count() == 1
    for page in (f"{LIST}{stays.pk}/history/", f"{LIST}{key}/history/"):
        assert "Samme telefon." in staff.get(page).text
    assert staff.get(f"{LIST}{stays.pk}/history/sammenlign/").status_code == 200


def test_a_form_that_was_open_is_told_what_changed_in_the_one_that_stays(staff):
    stays, _ = pair(town="Holte")
    stays.town = ""
    stays.save()  # later than the double, whose versions must not be taken for its own
    page = staff.get(f"{LIST}{stays.pk}/change/")
    merge(*Company.objects.order_by("pk"), into=Company.objects.get(pk=stays.pk))
    told = staff.post(f"{LIST}{stays.pk}/change/", fields_of(page) | {"trade": "Smedje"}).text
    assert "by (nu »Holte«)" in told
    assert "navn (nu" not in told


def test_the_version_of_the_double_can_be_put_back():
    stays, goes = pair(trade="Smedje")
    merge(stays, goes, into=stays)
    restore(stays, stays.history.filter(trade="Smedje").get(), by=None)
    stays.refresh_from_db()
    assert (stays.trade, stays.name) == ("Smedje", "Nærum Maskinværksted")


def test_an_idea_that_is_put_back_to_before_is_of_the_one_that_stays():
    stays, goes = pair()
    deleted = CompanyFactory()
    idea = IdeaFactory(companies=[goes, deleted])
    before = idea.history.latest()
    merge(stays, goes, into=stays)
    idea.companies.clear()
    deleted.delete()
    restore(idea, before, by=None)
    assert list(idea.companies.all()) == [stays]


def test_an_earlier_version_of_an_idea_tells_both_names(staff):
    stays, goes = pair()
    deleted = CompanyFactory(name="Lukket ApS")
    idea = IdeaFactory(companies=[goes, deleted])
    before = idea.history.latest()
    merge(stays, goes, into=stays)
    last = CompanyFactory(name="NM Holding", cvr=None)
    merge(Company.objects.get(pk=stays.pk), last, into=last)
    idea.companies.remove(deleted)
    deleted.delete()
    page = f"/admin/ideas/idea/{idea.pk}/history/"
    then = {"Nærum Maskinværksted (nu NM Holding)", "Lukket ApS (slettet)"}
    compared = {"fra": before.pk, "til": idea.history.latest().pk}
    for address, query in ((f"{page}sammenlign/", compared), (f"{page}{before.pk}/", {})):
        changes = staff.get(address, query).context["changes"]
        companies = next(change for change in changes if change["field"] == "Virksomheder")
        assert then in [set(companies[side].split(", ")) for side in ("old", "new")]
    assert "pk=" not in staff.get(page).text


# -- The page --------------------------------------------------------------------------------------------------


def asked(client, *companies, **given):
    chosen = {"action": "merge", "_selected_action": [company.pk for company in companies]}
    return client.post(LIST, chosen | given, follow=True)


def sent(client, page, **changes):
    return client.post(LIST, fields_of(page) | changes, follow=True)


def test_it_is_seen_before_it_is_done(staff):
    stays, goes = pair(trade="Smedje", website="https://naerum.example", advertising_protected=True)
    idea = IdeaFactory(companies=[goes], title="Fælles værksted")
    meeting = PanelMeetingFactory(title="Mødet om værktøj")
    for company in (stays, goes):
        AttendanceFactory(company=company, meeting=meeting)
    page = asked(staff, stays, goes)
    assert fields_of(page)["into"] == [str(stays.pk)]
    assert "uden CVR-nummer, 1 ide, 1 møde, nævnes ved navn" in page.text
    seen = sent(staff, page, reason="Samme telefon.")
    for told in (
        "Nærum Maskinværksted: <strong>lægges ind i den</strong>",
        f"Ideer, som flyttes med (1): {idea}",
        "»Hjemmeside« udfyldes med: https://naerum.example (fra »Nærum Maskinværksted«)",
        "»Reklamebeskyttet« udfyldes med: Ja (fra »Nærum Maskinværksted«)",
        f"Deltagelser, som er der i forvejen, så to bliver til én (1): {meeting}",
        "»Branche« er forskellig. Bliver stående: Maskinfabrik. Går ud: Smedje (»Nærum Maskinværksted«)",
    ):
        assert told in seen.text
    assert Company.objects.count() == 2
    done = sent(staff, seen)
    assert "1 virksomhed er lagt ind i »Nærum Maskinværksted ApS«." in done.text
    assert list(Company.objects.all()) == [stays]
    assert stays.history.latest().history_change_reason.endswith(": Samme telefon.")
    again = sent(staff, seen)  # a double click
    assert "Er de lige blevet samlet, er det gjort" in again.text
    assert list(Company.objects.all()) == [stays]


def test_another_choice_is_shown_first(staff):
    stays, goes = pair()
    seen = sent(staff, asked(staff, stays, goes), reason="Det samme.")
    other = sent(staff, seen, into=goes.pk)
    assert ANOTHER_PLAN in other.text
    assert Company.objects.count() == 2
    sent(staff, other)
    assert list(Company.objects.all()) == [goes]
    goes.refresh_from_db()
    assert goes.cvr == stays.cvr


def test_why_is_asked_for_where_one_that_goes_is_public(staff):
    stays, goes = pair()
    page = sent(staff, asked(staff, stays, goes))
    assert "»Nærum Maskinværksted« er offentlig. Skriv, hvorfor den lægges ind i en anden." in page.text
    assert "Det sker der" not in page.text
    Company.objects.filter(pk=goes.pk).update(named_since=None)
    goes.history.update(named_since=None)
    sent(staff, sent(staff, asked(staff, stays, goes)))
    assert stays.history.latest().history_change_reason.endswith("er lagt ind i »Nærum Maskinværksted ApS«")


def test_what_cannot_be_one_is_told_in_the_list(staff):
    one, other = pair(cvr="13748136")
    assert "De har hver sit CVR-nummer" in asked(staff, one, other).text
    assert "Vælg mindst to virksomheder" in asked(staff, one).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"into": "abc"},
        {"into": "99999999999999999999"},
        {"into": ""},
        {"into": ["1", "2"]},
        {"seen": "\x00"},
        {"reason": "x" * 300},
        {"reason": "010190-1234"},
        {"reason": "\x00"},
    ],
)
def test_bad_input_changes_nothing_and_breaks_nothing(staff, wrong):
    stays, goes = pair()
    page = sent(staff, sent(staff, asked(staff, stays, goes), reason="Det samme."), **wrong)
    assert page.status_code < 500
    assert Company.objects.count() == 2


def test_another_company_than_the_chosen_is_none_that_stays(staff):
    stays, goes = pair()
    page = sent(staff, asked(staff, stays, goes), into=CompanyFactory().pk, reason="Det samme.")
    assert "Vælg en af de valgte virksomheder." in page.text


@pytest.mark.parametrize("key", ["abc", "-1", "99999999999999999999", "\x00", "1,2"])
def test_chosen_keys_that_are_none_break_nothing(staff, key):
    company = CompanyFactory()
    chosen = {"action": "merge", "_selected_action": [company.pk, key]}
    assert staff.post(LIST, chosen, follow=True).status_code < 500
    assert Company.objects.get() == company


@pytest.mark.parametrize("lacking", [*RIGHTS, None])
def test_it_takes_the_rights_to_all_that_is_changed(client, lacking):
    stays, goes = pair()
    with_rights(client, "panels.view_company", *(right for right in RIGHTS if right != lacking))
    assert ('<option value="merge">' in client.get(LIST).text) == (lacking is None)
    page = asked(client, stays, goes)
    assert ("Hvilken virksomhed bliver?" in page.text) == (lacking is None)


def test_the_page_costs_the_same_however_much_is_moved(staff):
    stays, goes = pair()

    def cost() -> int:
        page = asked(staff, stays, goes)
        with CaptureQueriesContext(connection) as queries:
            sent(staff, page, reason="Det samme.")
        return len(queries)

    IdeaFactory(companies=[goes])
    AttendanceFactory(company=goes)
    cost()
    few = cost()
    for _ in range(3):
        IdeaFactory(companies=[goes])
        AttendanceFactory(company=goes)
    assert cost() <= few


def test_asking_which_one_stays_costs_the_same_however_many_are_chosen(staff):
    companies = [*pair(), *CompanyFactory.create_batch(3, cvr=None)]

    def cost(*chosen) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert "Hvilken virksomhed bliver?" in asked(staff, *chosen).text
        return len(queries)

    cost(*companies)
    assert cost(*companies) == cost(*companies[:2])


def test_which_one_stays_is_chosen_by_what_tells_them_apart(staff):
    stays, goes = pair()
    for company, ideas, meetings in ((stays, 2, 3), (goes, 1, 0)):
        for _ in range(ideas):
            IdeaFactory(companies=[company])
        AttendanceFactory.create_batch(meetings, company=company)
    page = asked(staff, stays, goes).text
    assert f"CVR {stays.cvr_grouped}, 2 ideer, 3 møder, nævnes ved navn" in page
    assert "uden CVR-nummer, 1 ide, 0 møder, nævnes ved navn" in page

"""»Meld et behov«: from a company's form to a draft of an idea or an answer, never published by itself."""

from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from erhvervspanel.foundation import erasures, persons
from erhvervspanel.foundation.models import AuditAction, AuditEntry, OutgoingMail
from ideas.actions import answer, dismiss, make_idea, submit
from ideas.models import Idea, Submission, SubmissionState
from tests.events.test_forgetting import columns_that_hold
from tests.factories import CompanyFactory, FocusAreaFactory, IdeaFactory, UserFactory
from tests.forms import fields_of

pytestmark = pytest.mark.django_db
S = SubmissionState
FORM = reverse("ideas:submission-form")
NEED = "Vi mangler ladestandere til varebiler.\n\nDet er svært at få strøm nok."


def given(**kwargs) -> dict:
    return {
        "company_name": "Åløkke Værksted A/S",
        "cvr": "13748136",
        "need": NEED,
        "proposal": "Et fælles anlæg",
        "contact_name": "Åse Øst",
        "email": "aase@example.org",
        "may_be_named": True,
        "notice_version": "1",
    } | kwargs


def submitted(token: str = "form", **kwargs) -> Submission:  # noqa: S107 (a form's number)
    return submit(given(**kwargs), form_token=token)


@pytest.fixture
def fill(client):
    """Opens the form, waits as a person does, and sends it."""

    def send(**typed):
        with time_machine.travel(timezone.now() - timedelta(minutes=1)):
            fields = fields_of(client.get(FORM))
        typed = {name: value for name, value in given(**typed).items() if name != "notice_version"}
        return client.post(FORM, fields | {k: v for k, v in typed.items() if v}, follow=True)

    return send


def test_a_need_is_received_and_nothing_is_published(client, fill):
    page = fill(cvr="DK 13 74 81 36")
    submission = Submission.objects.get()
    assert submission.reference in page.text
    assert (submission.cvr, submission.state, submission.need.replace("\r", "")) == ("13748136", S.NEW, NEED)
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.to) == ("received", "aase@example.org")
    for typed in ("ladestandere", "Åse", "Åløkke"):  # nobody has seen yet that the address is theirs
        assert typed not in mail.text + mail.html
    assert not Idea.objects.exists()
    assert not client.cookies


def test_the_same_form_twice_is_one_need(client):
    with time_machine.travel(timezone.now() - timedelta(minutes=1)):
        fields = fields_of(client.get(FORM))
    typed = fields | {"company_name": "X", "need": "Y", "email": "x@example.org"}
    for _ in range(2):
        client.post(FORM, typed)
    assert Submission.objects.count() == OutgoingMail.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"company_name": ""}, "Skriv virksomhedens navn"),
        ({"cvr": "12345678"}, "CVR-nummeret kan ikke passe"),
        ({"cvr": "hej"}, "CVR-nummeret kan ikke passe"),
        ({"need": ""}, "Skriv, hvad I har brug for"),
        ({"need": "Mit nummer er 010190-1234"}, "ligner et CPR-nummer"),
        ({"need": "x" * 4001}, "Teksten er for lang"),
        ({"email": "aase"}, "navn@eksempel.dk"),
        ({"contact_name": "Se WWW.ond.example"}, "Skriv navnet uden link"),
        ({"contact_name": "ond.dk"}, "Skriv navnet uden link"),
        ({"company_name": "ond.dk/gevinst"}, "Skriv virksomhedens navn uden link"),
        ({"website": "http://spam.example"}, "Feltet skal stå tomt"),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_is_kept(fill, typed, sentence):
    page = fill(**typed)
    assert sentence in unescape(page.text)
    assert "Et fælles anlæg" in page.text
    assert not Submission.objects.exists()


def test_one_address_cannot_be_flooded(client, fill):
    for _ in range(6):
        assert fill().status_code == 200
    page = fill(proposal="Det sjette forslag")
    assert page.status_code == 429
    assert "Det sjette forslag" in page.text
    assert Submission.objects.count() == 6


def test_staff_make_an_idea_of_it_in_the_companys_own_words():
    area, by = FocusAreaFactory(), UserFactory()
    IdeaFactory(theme=area.theme, area=area, number=7)
    company = CompanyFactory(cvr="13748136")
    submission = submitted()
    idea = make_idea(submission, area=area, by=by)
    assert (idea.number, idea.publish_at, idea.title) == (8, None, "Vi mangler ladestandere til varebiler")
    assert idea.own_words == f"{NEED}\n\nEt fælles anlæg"
    assert list(idea.companies.all()) == [company]
    assert idea.history.latest().history_user == by
    submission.refresh_from_db()
    assert (submission.state, submission.idea, submission.handled_by) == (S.IDEA, idea, by)
    assert [mail.kind for mail in OutgoingMail.objects.order_by("pk")] == ["received", "became_idea"]


@pytest.mark.parametrize(
    ("need", "title"),
    [
        ("1. Vi mangler strøm. Det haster.", "Vi mangler strøm"),
        (
            "- Vi er f.eks. en smedje, der mangler strøm!\nOg vand.",
            "Vi er f.eks. en smedje, der mangler strøm!",
        ),
        ("Hvad med strøm? Vi mangler den.", "Hvad med strøm?"),
        ("...\n\nb) Strøm til kl. 18", "Strøm til kl. 18"),
        ("...", "Behov "),
        ("2021", "Behov "),
        ("å" * 200, "å" * 90 + " …"),
    ],
)
def test_the_first_title_is_a_sentence_or_the_number(need, title):
    submission = submitted(need=need)
    idea = make_idea(submission, area=FocusAreaFactory(), by=UserFactory())
    assert idea.title == (f"Behov {submission.reference}" if title == "Behov " else title)
    idea.full_clean()


@pytest.mark.parametrize("may_be_named", [True, False])
def test_a_company_that_is_not_on_record_is_made_where_staff_say_so(client, may_be_named):
    client.force_login(UserFactory(superuser=True))
    submission = submitted(may_be_named=may_be_named)
    handle = reverse("admin:ideas_submission_handle", args=[submission.pk])
    assert "Den er ikke registreret" in client.get(handle).text
    client.post(handle, {"step": "ide", "area": FocusAreaFactory().pk, "new_company": "on"})
    company = Idea.objects.get().companies.get()
    assert (company.name, company.cvr) == ("Åløkke Værksted A/S", "13748136")
    assert company.named_since == (timezone.localdate() if may_be_named else None)
    assert company.history.get().history_change_reason == f"Af indmeldt behov {submission.reference}"


def test_of_a_company_on_record_staff_see_whether_it_may_be_named(client):
    client.force_login(UserFactory(superuser=True))
    company = CompanyFactory(cvr="13748136", unnamed=True)
    handle = reverse("admin:ideas_submission_handle", args=[submitted().pk])
    page = client.get(handle)
    assert reverse("admin:panels_company_change", args=[company.pk]) in page.text
    assert "uden samtykke til navn" in page.text
    assert "Opret virksomheden" not in page.text
    client.post(handle, {"step": "ide", "area": FocusAreaFactory().pk, "new_company": "on"})
    assert list(Idea.objects.get().companies.all()) == [company]


def test_a_company_without_a_number_is_found_by_its_very_name():
    company = CompanyFactory(name="Aaløkke Værksted A/S")
    CompanyFactory(name="Åløkke Værksted og Mere A/S")
    idea = make_idea(submitted(cvr=None), area=FocusAreaFactory(), by=UserFactory())
    assert list(idea.companies.all()) == [company]


def test_a_namesake_with_another_number_is_not_taken_for_the_company():
    CompanyFactory(name="Åløkke Værksted A/S", cvr="29189641")
    idea = make_idea(submitted(), area=FocusAreaFactory(), by=UserFactory())
    assert not idea.companies.exists()
    nameless = CompanyFactory(name="Aaløkke Værksted A/S", slug="uden-nummer", cvr=None)
    idea = make_idea(submitted("b"), area=FocusAreaFactory(), by=UserFactory())
    assert list(idea.companies.all()) == [nameless]


def test_of_several_companies_of_one_name_none_is_guessed_at():
    for number in ("29189641", None):
        CompanyFactory(name="Åløkke Værksted A/S", slug=f"af-navnet-{number}", cvr=number)
    idea = make_idea(submitted(cvr=None), area=FocusAreaFactory(), by=UserFactory())
    assert not idea.companies.exists()


def test_who_has_no_address_left_cannot_be_answered(client):
    client.force_login(UserFactory(superuser=True))
    submission = submitted(email="")
    handle = reverse("admin:ideas_submission_handle", args=[submission.pk])
    sentence = "Adressen er slettet, så der kan ikke svares."
    page = client.get(handle)
    assert sentence in page.text
    assert 'value="svar"' not in page.text
    page = client.post(handle, {"step": "svar", "text": "Ring til Erhvervshuset."})
    assert [str(message) for message in page.context["messages"]] == [sentence]
    submission.refresh_from_db()
    assert submission.state == S.NEW


def test_staff_answer_or_put_away():
    by = UserFactory()
    answered, dismissed = submitted("a"), submitted("b", email="b@example.org")
    with pytest.raises(ValidationError):
        answer(answered, text="  ", by=by)
    answer(answered, text="Ring til Erhvervshuset.", by=by)
    dismiss(dismissed, by=by)
    dismissed.refresh_from_db()
    assert dismissed.get_state_display() == "Lagt væk"
    assert "Ring til Erhvervshuset." in OutgoingMail.objects.get(kind="answered").text
    assert OutgoingMail.objects.filter(to="b@example.org").count() == 1
    with pytest.raises(ValidationError, match="allerede behandlet: besvaret"):
        make_idea(answered, area=FocusAreaFactory(), by=by)
    assert not Idea.objects.exists()


def test_through_the_admin(client):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    submission, area = submitted(), FocusAreaFactory()
    like = IdeaFactory(title="Flere ladestandere ved stationen")
    page = client.get(reverse("admin:ideas_submission_change", args=[submission.pk]))
    assert "Gør til ide, svar eller læg væk" in page.text
    assert AuditEntry.objects.get().fields == ["company_name", "cvr", "contact_name", "email"]
    handle = reverse("admin:ideas_submission_handle", args=[submission.pk])
    assert str(like) in client.get(handle).text
    assert AuditEntry.objects.filter(fields=["company_name", "cvr"]).count() == 1
    client.get(reverse("admin:ideas_submission_changelist"))
    assert AuditEntry.objects.filter(purpose="Åbnede listen over indmeldte behov", rows=1).count() == 1
    page = client.post(handle, {"step": "svar", "text": " "})
    assert "Skriv et svar" in page.text
    page = client.post(handle, {"step": "ide", "area": area.pk}, follow=True)
    assert "er oprettet som kladde" in page.text
    page = client.post(handle, {"step": "afvis"})
    assert "allerede behandlet" in page.text


def test_who_may_not_handle_is_refused(client):
    client.force_login(UserFactory(is_staff=True))
    assert client.get(reverse("admin:ideas_submission_handle", args=[submitted().pk])).status_code == 403


@pytest.mark.parametrize(("handled", "days"), [(True, 180), (False, 365)])
def test_what_names_a_person_goes_when_its_day_has_come_and_the_need_stays(handled, days):
    submission = submitted(
        contact_name="Kanariefuglen",
        email="kanariefuglen@example.org",
        company_name="Kanariefuglens Smedje",
    )
    if handled:
        answer(submission, text="Kære Kanariefuglen\n\nRing til Erhvervshuset.", by=UserFactory())
    with time_machine.travel(timezone.now() + timedelta(days=days - 1)):
        assert " 0 indmeldte behov" in persons.in_words(persons.purge())
    with time_machine.travel(timezone.now() + timedelta(days=days + 2)):
        assert persons.overdue() != []
        assert " 1 indmeldt behov" in persons.in_words(persons.purge(dry_run=True))
        assert not AuditEntry.objects.exists()
        assert " 1 indmeldt behov" in persons.in_words(persons.purge())
        assert persons.overdue() == []
    purged = AuditEntry.objects.get(purpose="Indmeldte behov")
    assert (purged.action, purged.by, purged.rows) == (AuditAction.PURGED, None, 1)
    assert columns_that_hold("Kanariefuglen") == []
    submission.refresh_from_db()
    assert submission.need == NEED


def test_a_sole_traders_name_is_erased_with_the_person(client):
    """It cannot be told from other companies' names."""
    client.force_login(UserFactory(superuser=True))
    submission = submitted(company_name="Kanariefuglens Smedje")
    persons.erase("aase@example.org")
    submission.refresh_from_db()
    assert (submission.company_name, submission.cvr, submission.need) == ("", None, NEED)
    assert columns_that_hold("Kanariefuglen") == []
    handle = reverse("admin:ideas_submission_handle", args=[submission.pk])
    page = client.get(handle)
    assert "Virksomhedens navn er slettet." in page.text
    assert "Opret virksomheden" not in page.text
    client.post(handle, {"step": "ide", "area": FocusAreaFactory().pk, "new_company": "on"})
    assert not Idea.objects.get().companies.exists()


def test_what_was_no_need_goes_altogether_when_its_day_has_come_or_its_person_is_erased():
    by = UserFactory()
    for token in "ab":
        dismiss(submitted(token, need="Kanariefuglen sælger billigt", email=f"{token}@example.org"), by=by)
    persons.erase("a@example.org")
    assert Submission.objects.get().email == "b@example.org"
    Submission.objects.update(email="", contact_name="", company_name="", cvr=None)
    with time_machine.travel(timezone.now() + timedelta(days=182)):
        assert len(persons.overdue()) == 1
        persons.purge()
        assert persons.overdue() == []
    assert columns_that_hold("Kanariefuglen") == []
    assert not Submission.objects.exists()


def test_staff_take_out_of_a_need_what_names_somebody(client):
    client.force_login(UserFactory(superuser=True))
    submission = submitted(need="Kanariefuglen i kommunen svarer ikke")
    OutgoingMail.objects.all().delete()
    answer(submission, text="Ring til os.", by=UserFactory())
    change = client.get(reverse("admin:ideas_submission_change", args=[submission.pk]))
    assert "Ret teksten" in change.text
    handle = reverse("admin:ideas_submission_handle", args=[submission.pk])
    form = fields_of(client.get(handle)) | {"step": "tekst"}
    assert form["need"] == ["Kanariefuglen i kommunen svarer ikke"]
    page = client.post(handle, form | {"need": ""})
    assert "Skriv, hvad I har brug for" in page.text
    client.post(handle, form | {"need": "Kommunen svarer ikke"})
    page = client.post(handle, form | {"need": "Kanariefuglen svarer ikke"})  # of one who opened it before
    assert "En anden har rettet teksten imens" in page.text
    assert columns_that_hold("Kanariefuglen") == []
    submission.refresh_from_db()
    assert (submission.need, submission.proposal) == ("Kommunen svarer ikke", "Et fælles anlæg")
    changed = AuditEntry.objects.get(action=AuditAction.CHANGED)
    assert (changed.fields, changed.key) == (["need"], str(submission.pk))
    client.post(handle, fields_of(page) | {"step": "tekst", "need": "Ingen svarer"})
    submission.refresh_from_db()
    assert submission.need == "Ingen svarer"


def test_staff_delete_what_was_put_away_and_nothing_else(client):
    client.force_login(UserFactory(superuser=True))
    spam, need = submitted("a", need="Kanariefuglen sælger billigt"), submitted("b")
    dismiss(spam, by=UserFactory())
    chosen = {"action": "delete_rows", "_selected_action": [spam.pk, need.pk]}
    rows = reverse("admin:ideas_submission_changelist")
    page = client.post(rows, chosen)
    assert "slettes helt, og det kan ikke fortrydes" in page.text
    assert "bliver, som det er: ny" in page.text
    assert Submission.objects.count() == 2
    page = client.post(rows, chosen | {"confirmed": "1"}, follow=True)
    assert "1 indmeldt behov er slettet." in page.text
    assert list(Submission.objects.all()) == [need]
    assert columns_that_hold("Kanariefuglen") == []
    assert AuditEntry.objects.get(action=AuditAction.ERASED).rows == 1
    assert erasures.of("ideas.submission").keys() == {spam.reference}


def test_who_may_only_see_needs_deletes_none(client):
    reader = UserFactory(staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_submission"))
    client.force_login(reader)
    spam = submitted()
    dismiss(spam, by=UserFactory())
    chosen = {"action": "delete_rows", "_selected_action": [spam.pk], "confirmed": "1"}
    client.post(reverse("admin:ideas_submission_changelist"), chosen)
    assert Submission.objects.exists()


def test_the_answer_to_a_person_who_is_erased_goes_too():
    submission = submitted()
    answer(submission, text="Kære Åse Øst\n\nRing til Erhvervshuset.", by=UserFactory())
    persons.erase("aase@example.org")
    assert columns_that_hold("Åse Øst") == []
    submission.refresh_from_db()
    assert (submission.state, submission.need) == (S.ANSWERED, NEED)
    assert submission.handled_at


@pytest.mark.parametrize("erased", [True, False])
def test_an_answer_that_was_left_when_its_person_was_forgotten_goes_at_the_next_purge(erased):
    submission = submitted()
    answer(submission, text="Kære Åse Øst\n\nRing til Erhvervshuset.", by=UserFactory())
    if erased:
        persons.erase("aase@example.org")
    Submission.objects.update(email="", contact_name="", answer="Kære Åse Øst")
    with time_machine.travel(timezone.now() + timedelta(days=1 if erased else 182)):
        assert persons.overdue() != []
        persons.purge()
        assert persons.overdue() == []
    assert columns_that_hold("Åse Øst") == []

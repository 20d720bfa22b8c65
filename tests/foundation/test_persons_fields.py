"""That the answer to somebody who asks what is kept about them leaves out no field (article 15): each is told, or it is said here why not."""

import pytest
from django.utils import timezone

from erhvervspanel.foundation import persons
from erhvervspanel.foundation.models import OutgoingMail
from erhvervspanel.foundation.persons import Mails
from erhvervspanel.portal.following import ask
from erhvervspanel.portal.models import Follow, Follower
from erhvervspanel.portal.persons import Followers
from events.models import AccessNeed, Companion, Registration, SessionChoice
from events.persons import Registrations
from ideas.models import Submission
from ideas.persons import Submissions
from tests.events.test_registering import come, open_event
from tests.factories import IdeaFactory, SessionFactory, UserFactory
from tests.ideas.test_submissions import submitted

pytestmark = pytest.mark.django_db
WHO = "kanariefuglen@example.org"
# By model and field: the name under which it is told.
TOLD = {
    Registration: {
        "reference": "Nummer",
        "name": "Navn",
        "email": "E-mail",
        "organisation": "Virksomhed eller forening",
        "places": "Pladser",
        "places_present": "Mødt op",
        "state": "Status",
        "held_until": "Pladsen holdes til",
        "queued_at": "På venteliste fra",
        "notice_version": "Privatlivsmeddelelse",
        "override_reason": "Begrundelse for plads ud over loftet",
        "created_at": "Tilmeldt",
        "reminded_at": "Mindet om at bekræfte",
        "closing_told_at": "Fik at vide, at ventelisten er lukket",
    },
    Companion: {"name": "Medfølgende"},
    SessionChoice: {"session": "Programpunkter", "queued_at": "Programpunkter"},
    AccessNeed: {"service": "Hjælp til at deltage"},
    Submission: {
        "reference": "Nummer",
        "created_at": "Modtaget",
        "company_name": "Virksomhed",
        "cvr": "CVR-nummer",
        "need": "Behovet",
        "proposal": "Forslag",
        "contact_name": "Navn",
        "email": "E-mail",
        "may_be_named": "Må nævnes ved navn",
        "notice_version": "Privatlivsmeddelelse",
        "state": "Status",
        "idea": "Ide",
        "answer": "Svar",
        "handled_at": "Behandlet",
    },
    Follower: {"reference": "Nummer", "email": "E-mail", "created_at": "Skrevet op"},
    Follow: {"asked_at": "Bedt om", "confirmed_at": "Bekræftet", "notice_version": "Privatlivsmeddelelse"},
    OutgoingMail: {
        "to": "Til",
        "subject": "Emne",
        "text": "Tekst",
        "attachments": "Vedhæftet",
        "state": "Status",
        "created_at": "Skrevet",
        "sent_at": "Sendt",
    },
}
# What is not told by a name of its own, and why.
LEFT_OUT = {
    Registration: {
        "event": "in the heading",
        "email_key": "the address again",
        "organisation_key": "the organisation again",
        "form_token": "a number of the form's own",
        "token_version": "makes the secret of the personal link",
        "token_hash": "the secret of the personal link",
    },
    Companion: {"registration": "it is told there"},
    SessionChoice: {"registration": "it is told there"},
    AccessNeed: {"registration": "it is told there"},
    Submission: {"form_token": "a number of the form's own", "handled_by": "about a member of staff"},
    Follower: {"email_key": "the address again", "token_hash": "the secret of the personal link"},
    Follow: {
        "follower": "it is told there",
        "idea": "in the heading",
        "initiative": "in the heading",
        "theme": "in the heading",
    },
    OutgoingMail: {
        "key": "names the row that it is about",
        "kind": "what the text says",
        "html": "the text again",
        "unsubscribe_url": "a personal link",
        "message_id": "a number of the mail's own",
        "attempts": "about the sending",
        "next_attempt_at": "about the sending",
        "leased_until": "about the sending",
        "last_error": "about the sending",
    },
}


@pytest.mark.parametrize("model", TOLD, ids=lambda model: model.__name__)
def test_each_field_is_told_or_left_out_for_a_reason(model):
    fields = {field.name for field in model._meta.concrete_fields if not field.primary_key}
    assert fields == TOLD[model].keys() | LEFT_OUT[model].keys()
    assert not TOLD[model].keys() & LEFT_OUT[model].keys()


def names_of(*models) -> set[str]:
    return {name for model in models for name in TOLD[model].values()}


def fields_of(holder) -> set[str]:
    [told] = holder.told_of(WHO)
    return {name for name, value in told.fields.items() if value}


def test_all_of_a_registration_is_told():
    event = open_event(capacity=9, asks_names=True)
    cafe = SessionFactory(event=event, kind="cafe")
    come(event, 2, sessions=(cafe,), companions=("Ven",), access=("live_text",), organisation="X", email=WHO)
    now = timezone.now()
    Registration.objects.update(
        places_present=1,
        held_until=now,
        queued_at=now,
        reminded_at=now,
        closing_told_at=now,
        override_reason="Holder oplæg",
    )
    wanted = names_of(Registration, Companion, SessionChoice, AccessNeed)
    assert wanted <= fields_of(Registrations())


def test_all_of_a_need_is_told():
    submission = submitted(email=WHO)
    Submission.objects.update(
        state="idea", idea=IdeaFactory(), answer="Ja", handled_at=timezone.now(), handled_by=UserFactory()
    )
    assert names_of(Submission) <= fields_of(Submissions())
    assert submission.reference in str(persons.told_of(submission.reference))


def test_all_of_one_who_follows_is_told():
    ask("idea", IdeaFactory(), email=WHO, form_token="form", notice_version="1")
    Follow.objects.update(confirmed_at=timezone.now())
    assert names_of(Follower, Follow) <= fields_of(Followers())


def test_all_of_a_mail_is_told():
    come(open_event(), email=WHO)
    OutgoingMail.objects.update(state="sent", sent_at=timezone.now())
    assert names_of(OutgoingMail) <= fields_of(Mails())

"""What is not about the event goes to nobody who is protected against advertising."""

import pytest

from erhvervspanel.foundation.models import OutgoingMail
from events.actions import send_message
from events.models import Message
from tests.events.test_registering import come, open_event
from tests.factories import CompanyFactory, UserFactory

pytestmark = pytest.mark.django_db


def sent(event, *, is_advertising: bool) -> list[str]:
    letter = Message(
        subject="Nyt", text="Kom igen.", states=["pending"], form_token="et", is_advertising=is_advertising
    )
    send_message(event, letter, by=UserFactory(staff=True))
    return sorted(OutgoingMail.objects.filter(kind__endswith="message").values_list("to", flat=True))


@pytest.fixture
def event():
    CompanyFactory(name="Åløkke Værksted A/S", advertising_protected=True)
    event = open_event(confirms_email=True)
    come(event, name="Åse", email="aase@example.org", organisation="Åløkke Værksted")
    come(event, name="Bo", email="bo@example.org", organisation="En anden ApS")
    return event


def test_an_invitation_leaves_the_protected_out(event):
    assert sent(event, is_advertising=True) == ["bo@example.org"]


def test_what_is_about_the_event_goes_to_all(event):
    assert sent(event, is_advertising=False) == ["aase@example.org", "bo@example.org"]

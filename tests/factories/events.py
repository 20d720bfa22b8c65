from datetime import timedelta

import factory
from django.utils import timezone

from erhvervspanel.foundation import danish
from events.models import (
    Event,
    EventKind,
    Material,
    Proposal,
    Registration,
    RegistrationState,
    Session,
    Speaker,
    Venue,
)
from events.models.registration import hash_of
from tests.documents import file, pdf
from tests.factories.rows import PublishableFactory, RecordFactory, links


class VenueFactory(RecordFactory):
    name = factory.Sequence(lambda n: f"Nærum Gymnasium {n + 1}")
    address = "Nærum Hovedgade 30"
    postcode = "2850"
    town = "Nærum"

    class Meta:
        model = Venue


class SpeakerFactory(RecordFactory):
    name = factory.Sequence(lambda n: f"Oplægsholder {n + 1}")
    role = "direktør"
    organisation = "Eksempel A/S"

    class Meta:
        model = Speaker


class EventFactory(PublishableFactory):
    """An event in a fortnight; `past=True` was a fortnight ago."""

    kind = EventKind.CONFERENCE
    title = factory.Sequence(lambda n: f"Arrangement {n + 1}")
    slug = factory.LazyAttribute(lambda event: danish.slugify(event.title))
    summary = "En sætning om arrangementet."
    starts_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=14))
    ends_at = factory.LazyAttribute(lambda event: event.starts_at + timedelta(hours=3))
    venue = factory.SubFactory(VenueFactory)
    initiatives = links()

    class Meta:
        model = Event

    class Params:
        past = factory.Trait(starts_at=factory.LazyFunction(lambda: timezone.now() - timedelta(days=14)))


class SessionFactory(RecordFactory):
    """A talk in the event's first half-hour; `speakers` takes a list."""

    event = factory.SubFactory(EventFactory)
    title = factory.Sequence(lambda n: f"Oplæg {n + 1}")
    starts_at = factory.LazyAttribute(lambda session: session.event.starts_at)
    ends_at = factory.LazyAttribute(lambda session: session.starts_at + timedelta(minutes=30))
    speakers = links()

    class Meta:
        model = Session


class EventMaterialFactory(RecordFactory):
    """A link to read; `uploaded=True` is a PDF."""

    event = factory.SubFactory(EventFactory)
    title = factory.Sequence(lambda n: f"Oplæg {n + 1}")
    url = factory.Sequence(lambda n: f"https://example.org/oplaeg-{n + 1}")

    class Meta:
        model = Material

    class Params:
        uploaded = factory.Trait(url="", document=factory.LazyFunction(lambda: file("oplaeg.pdf", pdf())))


class ProposalFactory(RecordFactory):
    """A proposal from an event; `ideas` and `recommendations` take lists."""

    event = factory.SubFactory(EventFactory)
    number = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence(lambda n: f"Forslag {n + 1}")
    ideas = links()
    recommendations = links()

    class Meta:
        model = Proposal


class RegistrationFactory(RecordFactory):
    """A row alone: its seats are counted nowhere, as they are with `register`."""

    event = factory.SubFactory(EventFactory)
    reference = factory.Sequence(lambda n: f"R{n:06}")
    name = factory.Sequence(lambda n: f"Borger {n + 1}")
    email = factory.Sequence(lambda n: f"borger{n + 1}@example.org")
    email_key = factory.SelfAttribute("email")
    state = RegistrationState.CONFIRMED
    form_token = factory.Sequence(lambda n: f"tilmelding-{n}")
    token_hash = factory.LazyAttribute(
        lambda registration: hash_of(Registration(reference=registration.reference).token)
    )
    notice_version = "1"

    class Meta:
        model = Registration

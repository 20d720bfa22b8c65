import factory

from erhvervspanel.foundation.models import (
    AuditAction,
    AuditEntry,
    LogIn,
    LogInOutcome,
    OutgoingMail,
    SynonymGroup,
    User,
)
from tests.factories.rows import RecordFactory


class UserFactory(factory.django.DjangoModelFactory):
    """A person without rights: `staff=True` may log in to the admin, `superuser=True` may do all there.

    No password, as hashing one is slow: tests call `client.force_login`, or give `password=` to log in for real.
    """

    username = factory.Sequence(lambda n: f"bruger{n}")
    first_name = "Bente"
    last_name = factory.Sequence(lambda n: f"Bruger {n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.org")
    password = factory.django.Password(None)

    class Meta:
        model = User
        skip_postgeneration_save = True

    class Params:
        staff = factory.Trait(is_staff=True)
        superuser = factory.Trait(is_staff=True, is_superuser=True)


class LogInFactory(RecordFactory):
    user = factory.SubFactory(UserFactory)
    outcome = LogInOutcome.IN
    network = "192.0.2.0/24"

    class Meta:
        model = LogIn


class AuditEntryFactory(RecordFactory):
    by = factory.SubFactory(UserFactory)
    action = AuditAction.SEEN
    model = "events.registration"
    key = factory.Sequence(lambda n: f"{n + 1}")
    purpose = "Vist på listen"

    class Meta:
        model = AuditEntry


class OutgoingMailFactory(RecordFactory):
    key = factory.Sequence(lambda n: f"prøve:{n}")
    kind = "confirm"
    to = factory.Sequence(lambda n: f"borger{n}@example.org")
    subject = "Bekræft din e-mail"
    text = "Bekræft din e-mail."
    message_id = factory.Sequence(lambda n: f"<{n}@example.org>")

    class Meta:
        model = OutgoingMail


class SynonymGroupFactory(RecordFactory):
    words = factory.Sequence(lambda n: ["ladestander", f"opladning {n}"])

    class Meta:
        model = SynonymGroup

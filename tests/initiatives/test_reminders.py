"""The reminder to those who own an initiative that nobody has looked over for long."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from erhvervspanel.foundation.models import OutgoingMail
from initiatives.actions import remind_owners
from initiatives.models import Initiative
from initiatives.models.initiative import STALE_AFTER
from tests.factories import InitiativeFactory, UserFactory

pytestmark = pytest.mark.django_db


def initiative(**kwargs) -> Initiative:
    old = timezone.localdate() - STALE_AFTER - timedelta(days=1)
    return InitiativeFactory(**{"status": "running", "reviewed_on": old, **kwargs})


def test_an_owner_gets_one_mail_a_week_about_all_of_them():
    karen, bo = UserFactory(first_name="Karen"), UserFactory(first_name="Bo")
    first, second = initiative(owner=karen), initiative(owner=karen, reviewed_on=None)
    initiative(owner=bo)
    assert remind_owners() == 2
    remind_owners()
    assert OutgoingMail.objects.count() == 2
    mail = OutgoingMail.objects.get(to=karen.email)
    assert mail.subject == "Se 2 initiativer efter på Erhvervspanel"
    assert first.title in mail.text
    assert second.title in mail.html
    assert f"http://testserver/admin/initiatives/initiative/{first.pk}/change/" in mail.text
    with time_machine.travel(timezone.now() + timedelta(days=7)):
        remind_owners()
    assert OutgoingMail.objects.count() == 4


@pytest.mark.parametrize(
    "given",
    [
        {"reviewed_on": timezone.localdate},
        {"status": "delivered"},
        {"status": "stopped"},
        {"draft": True},
        {"owner": None},
        {"owner": lambda: UserFactory(email="")},
        {"owner": lambda: UserFactory(is_active=False)},
    ],
)
def test_nobody_is_reminded_of(given):
    made = {name: value() if callable(value) else value for name, value in given.items()}
    initiative(**{"owner": UserFactory(), **made})
    assert remind_owners() == 0
    assert not OutgoingMail.objects.exists()

"""What came out of an event, as staff write it down."""

import pytest
from django.urls import reverse

from tests.factories import EventFactory, ProposalFactory, SessionFactory, UserFactory
from tests.forms import fields_of

pytestmark = pytest.mark.django_db


def test_a_proposal_comes_from_a_group_of_its_own_event(client):
    proposal = ProposalFactory()
    other, own = SessionFactory(event=EventFactory(), title="Affald"), SessionFactory(event=proposal.event)
    client.force_login(UserFactory(superuser=True))
    page = reverse("admin:events_proposal_change", args=[proposal.pk])
    form = fields_of(client.get(page))
    refused = client.post(page, form | {"session": other.pk, "title": "Del varebiler"})
    assert "»Affald« hører til et andet arrangement." in refused.text
    assert 'value="Del varebiler"' in refused.text
    assert client.post(page, form | {"session": own.pk}).status_code == 302
    proposal.refresh_from_db()
    assert proposal.session == own

"""The reference that an idea goes by: once the public has seen it, it stays."""

import pytest
from django.core.exceptions import ValidationError

from tests.factories import IdeaFactory

pytestmark = pytest.mark.django_db


def test_an_idea_that_has_been_public_keeps_its_number():
    idea = IdeaFactory()
    for publish_at in (idea.publish_at, None):
        idea.publish_at = publish_at
        idea.save()
        idea.number = 99
        with pytest.raises(ValidationError, match="Ideen har været offentlig som 2021-01"):
            idea.full_clean()
        idea.number = 1
        idea.full_clean()


@pytest.mark.parametrize("state", ["draft", "embargoed"])
def test_an_idea_that_nobody_has_seen_may_get_another(state):
    idea = IdeaFactory(**{state: True})
    idea.number = 99
    idea.full_clean()

"""Rows of several models written in one statement."""

import pytest
from django.db import IntegrityError, transaction

from erhvervspanel.foundation.insertion import NamedAfter, insert_with
from erhvervspanel.foundation.models import OutgoingMail
from ideas.models import Assembly, Recommendation
from tests.factories import AssemblyFactory, RecommendationFactory

pytestmark = pytest.mark.django_db


def mail(**given) -> OutgoingMail:
    return OutgoingMail(
        **{
            "kind": "prøve",
            "key": "prøve",
            "to": "aase@example.org",
            "subject": "Ligger der en %s i emnet?",
            "text": "Hej",
            "attachments": [{"name": "a.ics", "content": "100 %", "type": "text/calendar"}],
            "message_id": "<1@example.org>",
        }
        | given
    )


def test_a_row_and_those_that_belong_to_it_take_one_statement(django_assert_num_queries):
    assembly = AssemblyFactory.build(slug="anden")
    recommendations = [RecommendationFactory.build(assembly=assembly, number=number) for number in (1, 2)]
    named = mail(key=NamedAfter("forsamling:%s:anbefalet"))
    with django_assert_num_queries(1):
        insert_with(assembly, *recommendations, named)
    assert Assembly.objects.get(slug="anden") == assembly
    assert list(assembly.recommendations.order_by("number").values_list("number", flat=True)) == [1, 2]
    written = OutgoingMail.objects.get()
    assert written.key == f"forsamling:{assembly.pk}:anbefalet"
    assert (written.subject, written.attachments) == (named.subject, named.attachments)
    assert written.next_attempt_at == named.next_attempt_at


def test_a_row_that_is_written_can_be_saved_again():
    assembly = AssemblyFactory.build()
    insert_with(assembly)
    assembly.name = "Et nyt navn"
    assembly.save()
    assert Assembly.objects.get().name == "Et nyt navn"


def test_one_that_may_not_be_written_stops_them_all():
    mail().save()
    assembly = AssemblyFactory.build()
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_with(assembly, mail(message_id="<2@example.org>"))
    assert not Assembly.objects.exists()
    assert not Recommendation.objects.exists()

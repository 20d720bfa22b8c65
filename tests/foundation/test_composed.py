"""A statement that is composed once tells what one that is composed anew would."""

import gc
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.db.models import Avg, Case, FloatField, When
from django.utils import timezone

from erhvervspanel.foundation.composed import Among, Composed, Given
from erhvervspanel.foundation.publishing import PREVIEWED
from ideas.models import Idea
from tests.factories import IdeaFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def titles():
    """The titles of the public ideas among some; `made` tells how often they were composed."""

    def make():
        composed.made += 1
        return Idea.objects.published().filter(Among("pk", Given("keys"))).order_by("pk").values_list("title")

    composed = Composed(make)
    composed.made = 0
    return composed


def test_the_values_are_those_that_are_given(titles):
    first, second = IdeaFactory(title="Den første"), IdeaFactory(title="Den anden")
    assert titles(keys=[first.pk, second.pk]) == [("Den første",), ("Den anden",)]
    assert titles(keys=[second.pk]) == [("Den anden",)]
    assert titles(keys=[]) == []
    assert titles.made == 1


def test_what_is_public_is_judged_by_the_moment(titles):
    idea = IdeaFactory(publish_at=timezone.now() + timedelta(days=1))
    assert titles(keys=[idea.pk]) == []
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert titles(keys=[idea.pk]) == [(idea.title,)]


@pytest.mark.parametrize("given", [("2021", 7), ("2021",), ()])
def test_what_is_asked_for_is_given_by_place_or_by_name(given):
    """As the function is called that it decorates."""
    idea = IdeaFactory(theme__year=2021, number=7)

    @Composed
    def of_number(year, number):
        return Idea.objects.filter(theme__year=year, number=number)

    by_name = dict(list({"year": 2021, "number": 7}.items())[len(given) :])
    assert of_number(*given, **by_name) == [idea]
    assert of_number.first(*given, **by_name) == idea
    assert of_number.first(year=2021, number=8) is None


def test_what_can_have_no_rows_has_none():
    assert Composed(lambda: Idea.objects.none())() == []


def test_rows_are_what_the_query_says_with_what_they_belong_to(django_assert_num_queries):
    idea = IdeaFactory(theme__year=2021, number=7)
    found = Composed(
        lambda key: (
            Idea.objects.filter(pk=key).with_status().select_related("theme").only("number", "theme__year")
        )
    )
    for _ in range(3):
        with django_assert_num_queries(1):
            (row,) = found(idea.pk)
            assert (row.reference, row.status) == ("2021-07", "afventer")
    with django_assert_num_queries(1):
        assert row.title == idea.title


def test_what_a_row_belongs_to_is_there_where_there_is_any(django_assert_num_queries):
    mine = IdeaFactory(assignee=UserFactory())
    nobodys = IdeaFactory()
    found = Composed(lambda: Idea.objects.order_by("pk").select_related("assignee", "theme"))
    with django_assert_num_queries(1):
        assert [row.assignee for row in found()] == [mine.assignee, None]
    assert [row.pk for row in found()] == [mine.pk, nobodys.pk]


def test_a_row_is_one_that_is_stored_and_can_be_written():
    idea = IdeaFactory(title="Før")
    (row,) = Composed(lambda: Idea.objects.all())()
    row.title = "Efter"
    row.save()
    assert Idea.objects.get() == idea
    idea.refresh_from_db()
    assert idea.title == "Efter"


@pytest.mark.parametrize("other", [Idea.objects.values, partial(Idea.objects.values_list, flat=True)])
def test_rows_are_models_or_tuples(other):
    with pytest.raises(TypeError):
        Composed(lambda: other("title"))()


def test_tuples_hold_no_more_than_was_asked_for():
    with pytest.raises(TypeError):
        Composed(lambda: Idea.objects.values_list("title").distinct().order_by("number"))()


@pytest.mark.parametrize(
    ("field", "moment"), [("updated_at", timezone.now), ("submitted_on", timezone.localdate)]
)
def test_time_does_not_stand_still_in_a_statement(field, moment):
    statement = Composed(lambda: Idea.objects.filter(**{field: moment()}))
    with pytest.raises(TypeError):
        statement()


def test_what_a_column_was_worked_out_from_takes_no_memory():
    """A search is worked out from a tree of more than a hundred kB, and a process keeps many."""
    weighed = Composed(lambda: Idea.objects.values_list(Case(When(number=7, then=2), default=1)))
    weighed_rows = Composed(lambda: Idea.objects.annotate(weight=Case(When(number=7, then=2), default=1)))
    IdeaFactory(number=7)
    before = cases()
    assert weighed() == [(2,)]
    assert [row.weight for row in weighed_rows()] == [2]
    assert cases() == before


def cases() -> int:
    gc.collect()
    return sum(
        issubclass(type(each), Case) for each in gc.get_objects()
    )  # its own type: what is lazy would be made


def test_a_column_that_was_worked_out_is_what_its_field_says():
    IdeaFactory(number=7)
    mean = Avg("number", output_field=FloatField())  # which PostgreSQL tells as a decimal
    ((number,),) = Composed(lambda: Idea.objects.values("theme").annotate(mean=mean).values_list("mean"))()
    assert (number, type(number)) == (7.0, float)


def test_a_preview_shows_its_row_and_nobody_else_does(titles):
    idea = IdeaFactory(publish_at=None)
    before = PREVIEWED.set((Idea, idea.pk))
    try:
        assert titles(keys=[idea.pk]) == [(idea.title,)]
    finally:
        assert titles.model is Idea
        PREVIEWED.reset(before)
    assert titles(keys=[idea.pk]) == []
    assert titles(keys=[idea.pk]) == []

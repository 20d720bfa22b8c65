"""Statements that Django composes once: that takes it several times as long as PostgreSQL takes to answer.

For what pages ask for in the same words on every request, where only values differ. What the public may see is judged by the
present moment each time. PostgreSQL plans them once, too (foundation/prepared.py).
"""

from collections.abc import Callable
from datetime import date
from functools import cached_property
from inspect import signature

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, NotSupportedError, connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, F, Func, QuerySet
from django.utils import timezone

from erhvervspanel.foundation.prepared import Prepared, forget, on_a_whole
from erhvervspanel.foundation.publishing import MOMENT, PREVIEWED
from erhvervspanel.foundation.rows import Rows

# Statements that a process keeps of one sort, where what is asked for decides how they are put.
MOST_COMPOSED = 60


class Given(Expression):
    """A value that is not known before the statement is run.

    Args:
        name: what it is given as.
    """

    def __init__(self, name: str, output_field: models.Field | None = None):
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler, connection):
        return "%s", [self]


class Among(Func):
    """Whether `expression` is one of the values of the list that is given: `filter(Among("pk", Given("keys")))`."""

    template = "(%(expressions)s))"
    arg_joiner = " = ANY("
    output_field = models.BooleanField()

    def __init__(self, expression: str | Expression, values: Given):
        super().__init__(F(expression) if isinstance(expression, str) else expression, values)


class Composed:
    """A statement, by the QuerySet that it is of. It is called as the function is that it decorates, and gives the rows.

        @Composed
        def news_of_event(event):
            return News.objects.published().filter(events=event)

        news_of_event(event.pk)

    Args:
        make: makes the QuerySet, of which each parameter is a value to be given; a Given may stand in it besides. It may be sliced,
            and has no prefetches.
        planned_once: whether PostgreSQL may plan it once for all values, too. Not where the right plan hangs on them: how many of very
            many rows have a word.
    """

    def __init__(self, make: Callable[..., QuerySet], *, planned_once: bool = True):
        self.make = make
        self.planned_once = planned_once
        self.places = tuple(signature(make).parameters)

    def __call__(self, *given, **values) -> list:
        """What the QuerySet gives; read where its model is read."""
        values |= zip(self.places[: len(given)], given, strict=True)
        statement = self.anew() if PREVIEWED.get() else self.kept
        return statement.rows(values | {"now": timezone.now()})

    def first(self, *given, **values) -> models.Model | tuple | None:
        """The first of the rows, or None."""
        return next(iter(self(*given, **values)), None)

    @property
    def model(self) -> type[models.Model]:
        return self.kept.model

    @cached_property
    def kept(self) -> "Statement":
        """What everybody is told, whoever may see more just now."""
        before = PREVIEWED.set(None)
        try:
            return self.anew()
        finally:
            PREVIEWED.reset(before)

    def anew(self) -> "Statement":
        return Statement(lambda: self.make(*map(Given, self.places)), planned_once=self.planned_once)


def seldom(make: Callable[..., QuerySet]) -> Composed:
    """A statement of pages that few ask for at a time. PostgreSQL plans it each time: a plan that it keeps takes half a megabyte of
    each connection."""
    return Composed(make, planned_once=False)


class Statement:
    """What `make` was composed to.

    Raises TypeError where a day or a moment stands in it, which the next who ask would get as well.
    """

    def __init__(self, make: Callable[[], QuerySet], *, planned_once: bool):
        self.planned_once = planned_once
        before = MOMENT.set(Given("now", models.DateTimeField()))
        try:
            queryset = make()
            self.model = queryset.model
            compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
            sql, parameters = compiler.as_sql()
            if any(isinstance(each, date) for each in parameters):
                raise TypeError(
                    "A day or a moment would stand still. Give it, or ask for publishing.present()."
                )
            self.read_as = Rows(queryset, compiler)
        except EmptyResultSet:
            self.prepared = None
        else:
            self.prepared = Prepared(sql, parameters, Given)
        finally:
            MOMENT.reset(before)

    def rows(self, values: dict) -> list:
        if self.prepared is None:
            return []
        connection = connections[router.db_for_read(self.model)]
        return on_a_whole(connection, lambda: self.told(connection, values))

    def told(self, connection: BaseDatabaseWrapper, values: dict) -> list:
        if not self.planned_once:
            return self.read(connection, self.prepared.plain(values))
        try:
            return self.read(connection, self.prepared.call(connection, values))
        except NotSupportedError:  # a migration has changed a column since the statement was planned
            if connection.in_atomic_block:
                raise
            forget(connection)
            return self.read(connection, self.prepared.plain(values))

    def read(self, connection: BaseDatabaseWrapper, call: tuple[str, list]) -> list:
        with connection.cursor() as cursor:
            cursor.execute(*call)
            rows = cursor.fetchall()
        return self.read_as(rows, connection)

"""Statements that Django composes once: that takes it several times as long as PostgreSQL takes to answer.

For what is asked for on every request in the same words, where only values differ. What the public may see is judged by the
present moment each time.
"""

from collections.abc import Callable
from functools import cached_property

from django.db import connections, models, router
from django.db.models import Expression, F, Func, QuerySet
from django.utils import timezone

from erhvervspanel.foundation.publishing import MOMENT, PREVIEWED


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


class KeyAmong(Func):
    """Whether a row's key is among those that are given: `filter(KeyAmong(Given("keys")))`."""

    template = "(%(expressions)s))"
    arg_joiner = " = ANY("
    output_field = models.BooleanField()

    def __init__(self, keys: Given):
        super().__init__(F("pk"), keys)


class Composed:
    """A statement, by the QuerySet of tuples (`values_list`) that it is of.

    Args:
        make: makes the QuerySet, with a Given wherever a value is.
    """

    def __init__(self, make: Callable[[], QuerySet]):
        self.make = make

    def rows(self, **values) -> list[tuple]:
        """The rows, with `values` for each Given; read where its model is read."""
        model, sql, parameters = self.anew() if PREVIEWED.get() else self.kept
        values["now"] = timezone.now()
        with connections[router.db_for_read(model)].cursor() as cursor:
            cursor.execute(
                sql, [values[each.name] if isinstance(each, Given) else each for each in parameters]
            )
            return cursor.fetchall()

    @cached_property
    def kept(self) -> tuple[type[models.Model], str, tuple]:
        return self.anew()

    def anew(self) -> tuple[type[models.Model], str, tuple]:
        """The model, the statement, and its parameters, some of them Given."""
        before = MOMENT.set(Given("now", models.DateTimeField()))
        try:
            rows = self.make()
            sql, parameters = rows.query.sql_with_params()
        finally:
            MOMENT.reset(before)
        return rows.model, sql, parameters

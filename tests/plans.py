"""How PostgreSQL runs a statement: tests tell by it what is read, and need no clock."""

from collections.abc import Iterator, Sequence

from django.db import connection


def plan_of(sql: str, parameters: Sequence) -> dict:
    """The plan of a statement that is run now, as PostgreSQL tells it in JSON."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF, SUMMARY OFF) {sql}", parameters)
        [[plan]] = cursor.fetchone()
    return plan["Plan"]


def steps(plan: dict) -> Iterator[dict]:
    """The steps of a plan, each before those that it takes its rows from."""
    yield plan
    for part in plan.get("Plans", ()):
        yield from steps(part)


def rows_read(plan: dict, table: str) -> int:
    """Rows of `table` that the plan has looked at, those included that it left out."""
    return sum(
        step["Actual Loops"]
        * sum(
            step.get(kind, 0)
            for kind in ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
        )
        for step in steps(plan)
        if step.get("Relation Name") == table
    )

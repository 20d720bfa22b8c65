"""Which migrations can run while the release before them still serves."""

from importlib import import_module

import pytest
from django.contrib.postgres import operations as postgres
from django.db import migrations, models
from django.db.migrations.state import ProjectState

from dev import migrations as check

A_TEXT = models.CharField(max_length=20)
INDEX = models.Index(fields=["title"], name="by_title")
POSITIVE = models.CheckConstraint(condition=models.Q(number__gt=0), name="positive")
TABLE = migrations.CreateModel(
    "Thing",
    [
        ("id", models.BigAutoField(primary_key=True)),
        ("title", models.CharField(max_length=20)),
        ("note", models.CharField(max_length=20, null=True)),
        ("number", models.IntegerField(db_default=1)),
        ("owner", models.ForeignKey("app.Thing", models.CASCADE, null=True)),
    ],
)
SAFE = [
    migrations.CreateModel("Other", [("id", models.BigAutoField(primary_key=True))]),
    migrations.AddField("thing", "more", models.CharField(max_length=20, null=True)),
    migrations.AddField("thing", "more", models.CharField(max_length=20, db_default="")),
    migrations.AddField("thing", "others", models.ManyToManyField("app.thing")),
    migrations.AlterField("thing", "title", models.CharField("titel", max_length=20, help_text="Kort")),
    migrations.AlterField("thing", "title", models.CharField(max_length=50)),
    migrations.AlterField("thing", "title", models.TextField()),
    migrations.AlterField("thing", "title", models.CharField(max_length=20, null=True)),
    migrations.AlterField(
        "thing", "owner", models.ForeignKey("app.thing", models.CASCADE, null=True, db_index=False)
    ),
    migrations.RemoveIndex("thing", "by_title"),
    postgres.AddIndexConcurrently("thing", INDEX),
    postgres.AddConstraintNotValid("thing", POSITIVE),
    migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("thing", "note")]),
]
UNSAFE = [
    (migrations.AddField("thing", "more", A_TEXT), "kan ikke oprette rækker"),
    (migrations.AddField("thing", "more", models.CharField(max_length=20, default="")), "kan ikke oprette rækker"),
    (migrations.AddField("thing", "more", models.CharField(max_length=20, null=True, unique=True)), "entydigt indeks"),
    (
        migrations.AddField(
            "thing",
            "more",
            models.GeneratedField(expression=models.F("number"), output_field=models.IntegerField(), db_persist=True),
        ),
        "skrevet om",
    ),
    (migrations.AlterField("thing", "note", A_TEXT), "kan skrive null"),
    (migrations.AlterField("thing", "number", models.BigIntegerField(db_default=1)), "type ændres"),
    (migrations.AlterField("thing", "number", models.IntegerField()), "sætter en værdi"),
    (migrations.AlterField("thing", "title", models.CharField(max_length=10)), "type ændres"),
    (migrations.AlterField("thing", "title", models.CharField(max_length=20, db_index=True)), "indekset bliver bygget"),
    (migrations.AlterField("thing", "title", models.CharField(max_length=20, db_column="name")), "et andet navn"),
    (migrations.AlterField("thing", "owner", models.ForeignKey("app.Other", models.CASCADE, null=True)), "type ændres"),
    (migrations.AddIndex("thing", INDEX), "AddIndexConcurrently"),
    (migrations.AddConstraint("thing", POSITIVE), "AddConstraintNotValid"),
    (migrations.AlterUniqueTogether("thing", {("title", "number")}), "kan ikke ses"),
    (migrations.RunSQL("SELECT 1"), "kan ikke ses"),
    (migrations.RunPython(migrations.RunPython.noop), "kan ikke ses"),
    (migrations.SeparateDatabaseAndState(database_operations=[migrations.RunSQL("SELECT 1")]), "kan ikke ses"),
]  # fmt: skip
TAKING = [
    migrations.RemoveField("thing", "note"),
    migrations.RenameField("thing", "note", "remark"),
    migrations.RenameModel("Thing", "Matter"),
    migrations.DeleteModel("Thing"),
    migrations.AlterModelTable("thing", "matter"),
]


def judged(*operations, **marks: str) -> list[str]:
    migration = type("Migration", (migrations.Migration,), {"operations": list(operations), **marks})
    state = ProjectState()
    TABLE.state_forwards("app", state)
    return list(check.judge(migration("0002_next", "app"), state, "0.10.0"))


@pytest.mark.parametrize("operation", SAFE, ids=lambda each: each.describe())
def test_what_old_code_does_not_notice_passes(operation):
    assert judged(operation) == []


@pytest.mark.parametrize(
    ("operation", "reason"), UNSAFE, ids=lambda each: each if isinstance(each, str) else each.describe()
)
def test_what_locks_out_old_code_is_refused_until_somebody_has_reviewed_it(operation, reason):
    [complaint] = judged(operation)
    assert reason in complaint
    assert judged(operation, reviewed="Tabellen har højst ti rækker.") == []
    assert judged(operation, unused_since="0.9.0") == [complaint]


@pytest.mark.parametrize("operation", TAKING, ids=lambda each: each.describe())
def test_what_takes_something_away_waits_for_a_release_that_does_without(operation):
    [complaint] = judged(operation)
    assert "den skal være ældre end 0.10.0" in complaint
    assert judged(operation, unused_since="0.10.0") == [complaint]
    assert judged(operation, reviewed="Det går nok.") == [complaint]
    assert judged(operation, unused_since="0.9.0") == []


def test_a_table_that_is_new_may_have_anything():
    fresh = migrations.CreateModel("Fresh", [("id", models.BigAutoField(primary_key=True))])
    assert (
        judged(fresh, migrations.AddField("fresh", "title", A_TEXT), migrations.AddIndex("fresh", INDEX))
        == []
    )


def test_the_migrations_of_the_portal_pass():
    assert list(check.complaints()) == []


def test_those_that_make_a_new_database_would_not_all_pass(monkeypatch):
    """So that the test above is one that can fail."""
    triggers = import_module("erhvervspanel.portal.migrations.0002_content_version")
    monkeypatch.setattr(triggers.Migration, "replaces", [])
    assert any(
        complaint.startswith("portal/migrations/0002_content_version.py: ")
        for complaint in check.complaints()
    )

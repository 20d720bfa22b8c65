"""`python -m dev.migrations`: whether new migrations can run while the release before them still serves.

What old code reads or writes must be there until no old code is left (docs/operations.md, »Migrations while the portal serves«).
Only operations are looked at, without a database. Unlike the rest of `dev`, it needs Django.
"""

import sys
import tomllib
from collections.abc import Iterator

import django
from django.contrib.postgres import operations as postgres
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from dev.console import ROOT, say

OURS = ("foundation", "panels", "ideas", "initiatives", "events", "portal")

# What old code does not notice. Those with a lock hold it for a moment, and `migrate` waits for it in small portions.
HARMLESS = (
    migrations.CreateModel,
    migrations.AlterModelOptions,
    migrations.AlterModelManagers,
    migrations.AlterModelTableComment,
    migrations.AlterConstraint,
    migrations.RemoveConstraint,
    migrations.RemoveIndex,
    migrations.RenameIndex,
    postgres.AddIndexConcurrently,
    postgres.RemoveIndexConcurrently,
    postgres.AddConstraintNotValid,
    postgres.ValidateConstraint,
    postgres.CreateExtension,
)
# What takes something away that old code asks for.
TAKES_AWAY = (
    migrations.RemoveField,
    migrations.RenameField,
    migrations.DeleteModel,
    migrations.RenameModel,
    migrations.AlterModelTable,
)


def main() -> int:
    django.setup()
    found = list(complaints())
    for complaint in found:
        say(complaint)
    return len(found) and 1


def complaints() -> Iterator[str]:
    """A Danish sentence for each operation of our migrations that old code cannot live with.

    A migration that stands for earlier ones only makes a new database, which nobody is using.
    """
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    loader = MigrationLoader(None)
    for (app, name), migration in sorted(loader.disk_migrations.items()):
        if app in OURS and not migration.replaces:
            before = loader.project_state((app, name), at_end=False)
            for complaint in judge(migration, before, version):
                yield f"{app}/migrations/{name}.py: {complaint}"


def judge(migration: migrations.Migration, state: ProjectState, version: str) -> Iterator[str]:
    """What is wrong with `migration`, which meets `state`, for code of which `version` comes next."""
    made = set()
    for operation in in_the_database(migration.operations):
        if isinstance(operation, migrations.CreateModel):
            made.add(operation.name_lower)
        if getattr(operation, "model_name", "").lower() not in made:
            yield from trouble(operation, migration, state, version)
        operation.state_forwards(migration.app_label, state)


def in_the_database(operations: list[Operation]) -> Iterator[Operation]:
    for operation in operations:
        if isinstance(operation, migrations.SeparateDatabaseAndState):
            yield from in_the_database(operation.database_operations)
        else:
            yield operation


def trouble(operation: Operation, migration, state: ProjectState, version: str) -> Iterator[str]:
    what = operation.describe()
    if isinstance(operation, TAKES_AWAY):
        since = getattr(migration, "unused_since", "")
        if not since or numbers(since) >= numbers(version):
            yield (
                f"»{what}« tager noget, som den forrige udgivelse bruger. Lad først koden holde op med at bruge det, og skriv i "
                f'en senere udgivelse unused_since = "<udgivelsen>" i migreringen; den skal være ældre end {version}.'
            )
    elif (reason := objection(operation, migration.app_label, state)) and not getattr(
        migration, "reviewed", ""
    ):
        yield f'»{what}«: {reason} Er det set efter og i orden, så skriv hvorfor som reviewed = "…" i migreringen.'


def numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal())


def objection(operation: Operation, app: str, state: ProjectState) -> str:
    """Why `operation` is no good for a table that is in use, or ""."""
    if isinstance(operation, migrations.AddField):
        return objection_to_new(operation.field)
    if isinstance(operation, migrations.AlterField):
        old = state.models[app, operation.model_name_lower].fields[operation.name]
        return objection_to_altered(old, operation.field)
    if isinstance(operation, HARMLESS):
        return ""
    if isinstance(operation, migrations.AddIndex):
        return "Tabellen kan ikke skrives i, så længe indekset bliver bygget. Brug AddIndexConcurrently i en migrering for sig."
    if isinstance(operation, migrations.AddConstraint):
        return "Tabellen er låst, så længe rækkerne bliver efterset. Brug AddConstraintNotValid, og ValidateConstraint bagefter."
    return "Det kan ikke ses, om det kan ske, mens portalen kører."


def objection_to_new(field: models.Field) -> str:
    if field.many_to_many:
        return ""
    if getattr(field, "generated", False):
        return "Hele tabellen bliver skrevet om, mens den er låst."
    if not field.null and not field.has_db_default():
        return (
            "Den forrige udgivelse kan ikke oprette rækker. Giv feltet db_default, eller lad det være null."
        )
    if field.unique:
        return "Tabellen er låst, så længe et entydigt indeks bliver bygget. Tilføj feltet uden unique først."
    return ""


def objection_to_altered(old: models.Field, new: models.Field) -> str:
    if any(getattr(old, name) != getattr(new, name) for name in ("db_column", "many_to_many", "is_relation")):
        return "Kolonnen får et andet navn eller indhold, end den forrige udgivelse kender."
    if old.null and not new.null:
        return (
            "Den forrige udgivelse kan skrive null, og tabellen er låst, så længe rækkerne bliver efterset."
        )
    if old.has_db_default() and not new.has_db_default():
        return "Den forrige udgivelse kan regne med, at databasen sætter en værdi."
    if (new.unique and not old.unique) or (new.db_index and not old.db_index):
        return "Tabellen kan ikke skrives i, så længe indekset bliver bygget. Brug AddIndexConcurrently i en migrering for sig."
    return (
        "" if widens(old, new) else "Kolonnens type ændres: Tabellen kan blive skrevet om, mens den er låst."
    )


def widens(old: models.Field, new: models.Field) -> bool:
    """Whether every value of `old` is one of `new`, stored in the same way."""
    if old.is_relation:
        return str(old.remote_field.model).lower() == str(new.remote_field.model).lower()
    types = [field.db_type(connection) for field in (old, new)]
    if types[0] == types[1]:
        return True
    texts = all(kind and kind.startswith(("varchar", "text")) for kind in types)
    return texts and (new.max_length is None or new.max_length >= (old.max_length or new.max_length + 1))


if __name__ == "__main__":
    sys.exit(main())

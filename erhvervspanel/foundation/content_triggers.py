"""The database's part of the content version (`content_version`): triggers that tell it of every change of content.

What a table's trigger does is to note, once in a transaction, that there is something to tell. The note is a row whose own
trigger waits until the transaction ends, when all other checks are done, and only then draws the token anew. So the row that
all writers share is the last that any of them locks, and for no longer than it takes to commit: nobody can deadlock over it.

A new table of content needs a migration with `RunSQL(*watched(…))`; one with moments that pages wait for, a new
`content_moments` besides. `tests/foundation/test_content_version.py` names what is missing. PostgreSQL will not change the type
of a column that a trigger names, and takes the trigger away with the column: such a migration ends with `watched` again.
"""

SCHEMA = (
    "CREATE TABLE content_version ("
    " single boolean PRIMARY KEY DEFAULT true CHECK (single),"
    " token uuid NOT NULL DEFAULT gen_random_uuid(),"
    " moments timestamptz[] NOT NULL DEFAULT '{}')",
    "CREATE UNLOGGED TABLE content_change (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY)",
    "INSERT INTO content_version DEFAULT VALUES",
    # The setting lasts for the transaction, and is unset again where a savepoint is rolled back.
    """
    CREATE FUNCTION content_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF current_setting('erhvervspanel.content_changed', true) = 'yes' THEN
        RETURN NULL;
      END IF;
      PERFORM set_config('erhvervspanel.content_changed', 'yes', true);
      INSERT INTO public.content_change DEFAULT VALUES;
      RETURN NULL;
    END $$""",
    # Foreign keys are checked at the end as well, and take locks. Taking the note away is a second round, after all of them.
    """
    CREATE FUNCTION content_change_told() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'INSERT' THEN
        DELETE FROM public.content_change WHERE id = NEW.id;
      ELSE
        PERFORM set_config('erhvervspanel.content_changed', '', true);
        PERFORM public.renew_content_version();
      END IF;
      RETURN NULL;
    END $$""",
    # The lock is a statement of its own, so that the next one sees what was committed while it waited.
    """
    CREATE FUNCTION renew_content_version() RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM FROM public.content_version FOR UPDATE;
      UPDATE public.content_version SET token = gen_random_uuid(), moments = public.content_moments();
    END $$""",
    "CREATE CONSTRAINT TRIGGER content_change_told AFTER INSERT OR DELETE ON content_change"
    " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION content_change_told()",
)
NO_SCHEMA = (
    "DROP TABLE content_change, content_version",
    "DROP FUNCTION content_changed, content_change_told, renew_content_version",
)


def content_moments(columns: dict[str, tuple[str, ...]]) -> tuple[str, str]:
    """SQL that makes and unmakes the function that lists the coming moments, those of the last day included.

    An hour is enough for clocks that do not agree; a day costs no more.

    Args:
        columns: for each table the columns with moments after which a page shows something else. One by itself should have
            an index.
    """
    moments = " UNION ".join(
        f"SELECT moment FROM public.{table}, unnest(ARRAY[{', '.join(names)}]) moment"  # noqa: S608 (names from a migration)
        f" WHERE moment > now() - interval '1 day'"
        if len(names) > 1
        else f"SELECT {names[0]} FROM public.{table} WHERE {names[0]} > now() - interval '1 day'"  # noqa: S608 (the same)
        for table, names in columns.items()
    )
    function = (
        "CREATE OR REPLACE FUNCTION content_moments() RETURNS timestamptz[] LANGUAGE plpgsql AS $$ "
        f"BEGIN RETURN ARRAY({moments} ORDER BY 1); END $$"
    )
    return function, "DROP FUNCTION content_moments"


def watched(
    table: str, *, columns: tuple[str, ...] = (), also: dict[str, str] | None = None
) -> tuple[str, str]:
    """SQL that makes and unmakes the triggers of one table of content.

    Args:
        columns: those whose UPDATE is a change; all of them where none is named. A statement that sets only others costs
            nothing.
        also: further columns, each with the SQL condition on OLD and NEW under which its UPDATE is a change.
    """
    of = f" OF {', '.join(columns)}" if columns else ""
    triggers = {
        "content_changed": f"AFTER INSERT OR DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT",
        "content_updated": f"AFTER UPDATE{of} ON {table} FOR EACH STATEMENT",
    }
    for name, condition in (also or {}).items():
        triggers[f"content_updated_{name}"] = (
            f"AFTER UPDATE OF {name} ON {table} FOR EACH ROW WHEN ({condition})"
        )
    return (
        ";\n".join(
            f"CREATE OR REPLACE TRIGGER {n} {when} EXECUTE FUNCTION content_changed()"
            for n, when in triggers.items()
        ),
        ";\n".join(f"DROP TRIGGER IF EXISTS {name} ON {table}" for name in triggers),
    )

"""Putting a dump in place of all that is in the database, in one transaction: all of it or nothing."""

import contextlib
from collections.abc import Iterable
from subprocess import DEVNULL, PIPE, Popen, TimeoutExpired

from django.db import connection

from erhvervspanel.foundation.backups.problems import BackupProblem
from erhvervspanel.foundation.backups.programs import Programs, where
from erhvervspanel.foundation.backups.snapshot import tables

PATIENCE = "60s"  # for others to let go of the database
# What is in the schema goes, and not the schema: its owner and rights would have to be made anew. Extensions stay, with what
# is theirs. All commands are written before the first is carried out, as one drop takes others with it.
CLEARING = """
DO $clearing$
DECLARE
  command text;
  commands text[];
BEGIN
  WITH mine AS (SELECT oid FROM pg_namespace WHERE nspname = current_schema()),
  extensions AS (SELECT classid, objid FROM pg_depend WHERE deptype = 'e'),
  things AS (
    SELECT CASE relkind WHEN 'S' THEN 2 ELSE 1 END AS turn, format('DROP %s IF EXISTS %I.%I CASCADE', CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
      WHEN 'f' THEN 'FOREIGN TABLE' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, current_schema(), relname) AS thing
    FROM pg_class WHERE relnamespace = (SELECT oid FROM mine) AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
      AND ('pg_class'::regclass, oid) NOT IN (SELECT classid, objid FROM extensions)
    UNION ALL
    SELECT 3, format('DROP ROUTINE IF EXISTS %s CASCADE', oid::regprocedure)
    FROM pg_proc WHERE pronamespace = (SELECT oid FROM mine)
      AND ('pg_proc'::regclass, oid) NOT IN (SELECT classid, objid FROM extensions)
    UNION ALL
    SELECT 4, format('DROP TYPE IF EXISTS %I.%I CASCADE', current_schema(), typname)
    FROM pg_type WHERE typnamespace = (SELECT oid FROM mine) AND typtype IN ('e', 'd', 'r')
      AND ('pg_type'::regclass, oid) NOT IN (SELECT classid, objid FROM extensions)
  )
  SELECT array_agg(thing ORDER BY turn) INTO commands FROM things;
  FOREACH command IN ARRAY coalesce(commands, '{}') LOOP
    EXECUTE command;
  END LOOP;
END
$clearing$;
"""


def is_empty() -> bool:
    """Whether the database has no table of anybody's."""
    return not tables()


def has(table: str) -> bool:
    return any(plain == table for _, plain in tables())


def replace(dump: Iterable[bytes], *, by: Programs, last: str) -> None:
    """Puts what is in `dump` in place of all tables, functions and types, with the statements `last` at the end.

    Whatever goes wrong, and whoever is killed, the database is as it was: nothing is committed before `pg_restore` has read
    the dump to its end and the server has done all that it says. All belongs to the role that does it.

    Raises:
        BackupProblem: with what stopped it.
    """
    connection.close()
    arguments = ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--file=-", f"--dbname={where()}")
    try:
        with by.run("psql", *arguments, stdin=PIPE, stdout=DEVNULL) as server:
            say(
                server,
                f"BEGIN;\nSET LOCAL lock_timeout = '{PATIENCE}';\nSET LOCAL client_min_messages = warning;\n",
            )
            say(server, CLEARING)
            read_into(server, dump, by)
            say(server, f"RESET search_path;\n{last}\nCOMMIT;\n")
            server.stdin.close()
    except BackupProblem as problem:
        if "lock timeout" in str(problem):
            sentence = "Databasen er i brug. Stop portalen og alle workere, og prøv igen. Intet er ændret."
            raise BackupProblem(sentence) from problem
        raise


def say(server: Popen, statements: str) -> None:
    server.stdin.write(statements.encode())
    server.stdin.flush()


def read_into(server: Popen, dump: Iterable[bytes], by: Programs) -> None:
    """Has `pg_restore` write the statements that `dump` holds straight into `psql`."""
    options = ("--file=-", "--no-owner", "--no-privileges", "--no-comments")
    try:
        with by.run("pg_restore", *options, stdin=PIPE, stdout=server.stdin) as reader:
            for block in dump:
                reader.stdin.write(block)
            reader.stdin.close()
    except BackupProblem as problem:
        with contextlib.suppress(TimeoutExpired):
            server.wait(timeout=1)
        if server.returncode:  # it went first, and knows why
            raise BrokenPipeError from problem
        raise

#!/usr/bin/env python
"""Django's command-line entry point."""

import os
import sys

from django.core.management import execute_from_command_line
from django.db import OperationalError, ProgrammingError

from erhvervspanel.environment import told_plainly

NO_TABLE = "42P01"  # undefined_table

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "erhvervspanel.settings")
    with told_plainly():
        try:
            execute_from_command_line(sys.argv)
        except (OperationalError, ProgrammingError) as error:
            code = getattr(error.__cause__, "pgcode", None)
            if code not in (None, NO_TABLE):
                raise
            why = (
                "har ingen tabeller. Kør »manage.py migrate«"
                if code
                else "svarer ikke. Kontrollér DATABASE_URL"
            )
            sys.exit(f"Databasen {why}. {error}")

#!/usr/bin/env python
"""Django's command-line entry point."""

import os
import sys

from django.core.management import execute_from_command_line

from erhvervspanel.environment import told_plainly

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "erhvervspanel.settings")
    with told_plainly():
        execute_from_command_line(sys.argv)

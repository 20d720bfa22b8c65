"""The portal with its static files where they stand: to collect them takes longer than all the tests here."""

import pytest  # noqa: F401 (the settings know tests by it)

from erhvervspanel.wsgi import application

__all__ = ["application"]

"""A pytest plugin: what a test has committed is deleted when it ends.

Django would empty all tables by TRUNCATE, which makes a new file for each of them and for each of its indexes, and would then make
content types and permissions anew: half a second for the few rows that a test leaves.
"""

from django.db import connections, transaction
from django.test import TransactionTestCase

KEPT = {"django_content_type", "auth_permission"}  # made with the database, and by no test


def pytest_configure():
    TransactionTestCase._fixture_teardown = empty


def empty(case: TransactionTestCase) -> None:
    for alias in case._databases_names(include_mirrors=False):
        tables = {
            *connections[alias].introspection.django_table_names(only_existing=True, include_views=False)
        }
        with transaction.atomic(alias), connections[alias].cursor() as cursor:
            # In any order: foreign keys are looked at when the transaction ends.
            cursor.execute(";".join(f'DELETE FROM "{table}"' for table in sorted(tables - KEPT)))  # noqa: S608 (Django's own names)

from importlib import import_module

from django.apps import AppConfig


class FoundationConfig(AppConfig):
    name = "erhvervspanel.foundation"
    label = "foundation"
    verbose_name = "Grundlag"

    def ready(self):
        import_module("erhvervspanel.foundation.accounts.checks")
        import_module("erhvervspanel.foundation.checks")

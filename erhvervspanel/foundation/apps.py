from importlib import import_module
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings

from erhvervspanel.foundation import converters
from erhvervspanel.foundation.monitoring import logs, sentry


class FoundationConfig(AppConfig):
    name = "erhvervspanel.foundation"
    label = "foundation"
    verbose_name = "Grundlag"

    def ready(self):
        import_module("erhvervspanel.foundation.accounts.checks")
        import_module("erhvervspanel.foundation.checks")
        import_module("erhvervspanel.foundation.cluster")
        import_module("erhvervspanel.foundation.isolation")
        converters.register()
        import_module("erhvervspanel.foundation.desk.truth_icon").take_over()
        logs.take_over()
        if settings.SENTRY_DSN:
            sentry.start(settings.SENTRY_DSN, environment=urlsplit(settings.SITE_URL).hostname)

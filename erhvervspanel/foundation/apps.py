from django.apps import AppConfig


class FoundationConfig(AppConfig):
    name = "erhvervspanel.foundation"
    label = "foundation"
    verbose_name = "Grundlag"

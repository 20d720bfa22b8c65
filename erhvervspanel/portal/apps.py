from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "erhvervspanel.portal"
    label = "portal"
    verbose_name = "Portal"

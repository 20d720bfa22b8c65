from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "erhvervspanel.portal"
    label = "portal"
    verbose_name = "Portal"
    mail_kinds = {
        "follow": "Bekræft at følge",
        "digest": "Nyt om det, man følger",
    }

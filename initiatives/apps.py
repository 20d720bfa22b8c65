from django.apps import AppConfig


class InitiativesConfig(AppConfig):
    name = "initiatives"
    verbose_name = "Initiativer"
    mail_kinds = {"stale": "Initiativ skal ses efter"}

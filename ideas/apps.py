from django.apps import AppConfig


class IdeasConfig(AppConfig):
    name = "ideas"
    verbose_name = "Idekatalog"
    mail_kinds = {
        "received": "Behov er modtaget",
        "answered": "Behov er besvaret",
        "became_idea": "Behov er blevet til en ide",
        "idea_answered": "Ideen bag et behov er besvaret",
    }

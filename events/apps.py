from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "events"
    verbose_name = "Arrangementer"
    mail_kinds = {
        "confirm": "Bekræft tilmeldingen",
        "confirm_soon": "Bekræft snart",
        "confirmed": "Du er tilmeldt",
        "waiting": "På venteliste",
        "queue_closed": "Ventelisten er lukket",
        "offer": "Tilbud om en plads",
        "promoted": "Fik en plads",
        "got_session": "Fik en plads i en café",
        "changed": "Tilmeldingen er ændret",
        "cancelled": "Afmeldt",
        "lapsed": "Ikke bekræftet i tide",
        "link": "Link til tilmeldingen",
        "reminder": "Påmindelse",
        "message": "Besked fra kommunen",
        "moved": "Arrangementet er flyttet",
        "sessions_moved": "Et programpunkt er flyttet",
        "event_cancelled": "Arrangementet er aflyst",
        "event_restored": "Arrangementet holdes alligevel",
    }

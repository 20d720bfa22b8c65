from django.urls import path

from events.views import pages, personal, sign_up

app_name = "events"
urlpatterns = [
    path("arrangementer/", pages.event_list, name="event-list"),
    path("arrangementer.ics", pages.calendar, name="calendar"),
    path("arrangementer/<slug:slug>/", pages.event, name="event"),
    path("arrangementer/<slug:slug>/kalender.ics", pages.event_calendar, name="event-calendar"),
    path("arrangementer/<slug:slug>/tilmelding/", sign_up.sign_up, name="sign-up"),
    path("arrangementer/<slug:slug>/tilmelding/modtaget/", sign_up.signed_up, name="signed-up"),
    path("materiale/arrangement-<int:key>/<str:name>", pages.material, name="material"),
    path("tilmelding/find/", sign_up.find, name="registration-find"),
    path("tilmelding/find/sendt/", sign_up.find_sent, name="registration-sent"),
    path("tilmelding/slettet/", personal.registration_erased, name="registration-erased"),
    path("tilmelding/<str:token>/", personal.registration, name="registration"),
    path("tilmelding/<str:token>/ret/", personal.registration_change, name="registration-change"),
    path("tilmelding/<str:token>/oplysninger/", personal.registration_data, name="registration-data"),
]

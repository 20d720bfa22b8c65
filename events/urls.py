from django.urls import path

from events import views

app_name = "events"
urlpatterns = [
    path("arrangementer/", views.event_list, name="event-list"),
    path("arrangementer.ics", views.calendar, name="calendar"),
    path("arrangementer/<slug:slug>/", views.event, name="event"),
    path("arrangementer/<slug:slug>/kalender.ics", views.event_calendar, name="event-calendar"),
    path("arrangementer/<slug:slug>/tilmelding/", views.sign_up, name="sign-up"),
    path("arrangementer/<slug:slug>/tilmelding/modtaget/", views.signed_up, name="signed-up"),
    path("tilmelding/<str:token>/", views.registration, name="registration"),
]

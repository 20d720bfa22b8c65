from django.urls import path

from ideas import views

app_name = "ideas"
urlpatterns = [
    path("ideer/", views.idea_list, name="idea-list"),
    path("ideer/udskriv/", views.idea_print, name="idea-print"),
    path("ideer/huskeliste/", views.short_list, name="short-list"),
    path("ideer/<reference:reference>/", views.idea, name="idea"),
    path("ideer/<reference:reference>/<str:slug>/", views.idea),
    path("ideer/<reference:reference>-<str:slug>/", views.idea),
    path("anbefalinger/", views.recommendation_list, name="recommendation-list"),
    path("anbefalinger/<slug:assembly>-<int:number>/", views.recommendation, name="recommendation"),
    path("synergi/", views.synergy, name="synergy"),
    path("tilbud/", views.service_list, name="service-list"),
    path("meld-et-behov/", views.submission_form, name="submission-form"),
    path("meld-et-behov/modtaget/", views.submission_received, name="submission-received"),
]

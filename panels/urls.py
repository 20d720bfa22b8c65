from django.urls import path

from panels import views

app_name = "panels"
urlpatterns = [
    path("temaer/", views.theme_list, name="theme-list"),
    path("temaer/<year:year>/", views.theme, name="theme"),
    path("moeder/", views.meeting_list, name="meeting-list"),
    path("moeder/<year:year>-<int:number>/", views.meeting, name="meeting"),
    path("materiale/moede-<int:key>/<str:name>", views.material, name="material"),
    path("virksomheder/", views.company_list, name="company-list"),
    path("virksomheder/<slug:slug>/", views.company, name="company"),
    path("beslutninger/<slug:slug>/", views.decision, name="decision"),
]

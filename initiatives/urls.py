from django.urls import path

from initiatives import views

app_name = "initiatives"
urlpatterns = [
    path("temaer/<year:year>/svar/", views.theme_answers, name="theme-answers"),
    path("initiativer/", views.initiative_list, name="initiative-list"),
    path("initiativer/<slug:slug>/", views.initiative, name="initiative"),
]

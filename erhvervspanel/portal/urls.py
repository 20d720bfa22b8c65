from django.urls import path

from erhvervspanel.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("soeg/", views.search, name="search"),
    path("nyheder/", views.news_list, name="news-list"),
    path("nyheder/<slug:slug>/", views.news, name="news"),
    path("nyt.atom", views.feed, name="feed"),
    path("foelg/ide/<reference:key>/", views.follow, {"name": "idea"}, name="follow-idea"),
    path("foelg/initiativ/<slug:key>/", views.follow, {"name": "initiative"}, name="follow-initiative"),
    path("foelg/tema/<year:key>/", views.follow, {"name": "theme"}, name="follow-theme"),
    path("foelg/sendt/", views.follow_sent, name="follow-sent"),
    path("foelger/<str:token>/", views.following, name="following"),
    path("tal/", views.numbers, name="numbers"),
    path("tal/<slug:table>.csv", views.numbers_table, name="numbers-table"),
    path("data/", views.data, name="data"),
    path("data/catalog.jsonld", views.data_catalogue, name="data-catalogue"),
    path("data/<slug:dataset>.csv", views.data_file, {"ending": "csv"}, name="data-csv"),
    path("data/<slug:dataset>.json", views.data_file, {"ending": "json"}, name="data-json"),
    path("om/", views.about, name="about"),
    path("tilgaengelighed/", views.accessibility, name="accessibility"),
    path("was", views.was, name="was"),
    path("was/", views.was),
    path("privatliv/", views.privacy, name="privacy"),
    path("cookies/", views.cookies, name="cookies"),
    path("forhaandsvisning/<str:token>/", views.preview, name="preview"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path(".well-known/security.txt", views.security_txt, name="security-txt"),
    path("livez", views.livez, name="livez"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.metrics, name="metrics"),
]

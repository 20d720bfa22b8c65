"""The readable end of an address, made from a title."""

import pytest
from django.urls import reverse

from erhvervspanel.portal.models import News
from panels.models import FocusArea
from tests.factories import FocusAreaFactory, NewsFactory, UserFactory
from tests.forms import fields_of

pytestmark = pytest.mark.django_db
ADD = reverse("admin:portal_news_add")


def test_a_title_that_gives_no_address_is_asked_for_one(client):
    client.force_login(UserFactory(superuser=True))
    form = fields_of(client.get(ADD)) | {
        "title": ["Зустріч підприємців"],
        "summary": ["Kort"],
        "text": ["Langt"],
    }
    refused = client.post(ADD, form)
    assert refused.context["adminform"].form.errors["slug"] == [
        "Der kan ikke laves en adresse af teksten. Skriv en med bogstaver fra a til z, tal og bindestreger."
    ]
    client.post(ADD, form | {"slug": ["zustrich"]})
    assert News.objects.get().slug == "zustrich"


def test_the_same_title_twice_gives_two_addresses(client):
    client.force_login(UserFactory(superuser=True))
    form = fields_of(client.get(ADD)) | {
        "title": ["Nyt fra udvalget"],
        "summary": ["Kort"],
        "text": ["Langt"],
    }
    for _ in range(2):
        client.post(ADD, form)
    assert sorted(News.objects.values_list("slug", flat=True)) == ["nyt-fra-udvalget", "nyt-fra-udvalget-2"]


def test_an_address_that_is_taken_is_told_so_and_a_missing_title_once(client):
    client.force_login(UserFactory(superuser=True))
    NewsFactory(slug="nyt")
    form = fields_of(client.get(ADD)) | {
        "title": [""],
        "slug": ["nyt"],
        "summary": ["Kort"],
        "text": ["Langt"],
    }
    errors = client.post(ADD, form).context["adminform"].form.errors
    assert errors["slug"] == ["»Adresse« er brugt i forvejen. Skriv noget andet."]
    errors = client.post(ADD, form | {"slug": [""]}).context["adminform"].form.errors
    assert set(errors) == {"title"}


def test_a_focus_area_gets_its_address_from_its_name():
    area = FocusAreaFactory(name="Grøn transport", slug="groen-transport")
    same = FocusArea(theme=area.theme, name="Grøn Transport!", position=2)
    same.full_clean()
    same.save()
    assert same.slug == "groen-transport-2"


def of_focus_areas(client, url: str, names: list[str]) -> dict[str, list[str]]:
    """The form at `url` of a theme, with a new focus area for each of `names`, its address left empty."""
    form = fields_of(client.get(url))
    first = int(form["focus_areas-TOTAL_FORMS"][0])
    form["focus_areas-TOTAL_FORMS"] = [str(first + len(names))]
    for number, name in enumerate(names, first):
        empty = {
            key.replace("__prefix__", str(number)): value
            for key, value in form.items()
            if key.startswith("focus_areas-__")
        }
        form |= empty | {f"focus_areas-{number}-name": [name], f"focus_areas-{number}-slug": [""]}
    return form


def test_the_focus_areas_of_a_new_theme_get_their_addresses_from_their_names(client):
    client.force_login(UserFactory(superuser=True))
    url = reverse("admin:panels_theme_add")
    names = ["Grøn transport", "Grøn Transport!", "Digitalisering"]
    theme = {"year": ["2031"], "year_decided": ["2030"], "title": ["Tema"], "deciding_body": ["Udvalget"]}
    page = client.post(url, of_focus_areas(client, url, names) | theme)
    assert page.status_code == 302
    slugs = FocusArea.objects.order_by("pk").values_list("slug", flat=True)
    assert list(slugs) == ["groen-transport", "groen-transport-2", "digitalisering"]
    url = reverse("admin:panels_theme_change", args=[FocusArea.objects.first().theme_id])
    assert client.post(url, of_focus_areas(client, url, ["Grøn-transport"])).status_code == 302
    assert FocusArea.objects.latest("pk").slug == "groen-transport-3"
    page = client.post(url, of_focus_areas(client, url, ["Зустріч"]))
    assert "Der kan ikke laves en adresse af teksten." in page.text
    same = of_focus_areas(client, url, ["Ny", "Nyere"]) | {
        "focus_areas-4-slug": ["ny"],
        "focus_areas-5-slug": ["ny"],
    }
    assert "To rækker har samme adresse. Ret den ene." in client.post(url, same).text

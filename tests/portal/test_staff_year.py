"""A new theme year, made by staff in the admin alone."""

import pytest
from django.urls import reverse

from ideas.models import Idea
from panels.models import Theme
from tests.factories import ThemeFactory, UserFactory

pytestmark = pytest.mark.django_db


def blank(page) -> dict:
    """What an admin form sends when nothing is filled in."""
    admin_form = page.context["adminform"].form
    fields = {field.html_name: field.value() for field in admin_form if field.value()}
    for formset in page.context["inline_admin_formsets"]:
        fields |= {field.html_name: field.value() or 0 for field in formset.formset.management_form}
    return fields


def save(client, model: str, **given) -> None:
    url = reverse(f"admin:{model}_add")
    page = client.get(url)
    response = client.post(
        url, {name: value for name, value in (blank(page) | given).items() if value is not None}
    )
    assert response.status_code == 302, response.context["errors"]


def test_a_second_year_is_made_and_stands_beside_the_first(client):
    first = ThemeFactory(year=2021, title="Grøn omstilling")
    client.force_login(UserFactory(staff=True, superuser=True))
    now = {"publish_at_0": "2022-01-01", "publish_at_1": "08:00"}
    save(
        client, "panels_theme", year=2022, year_decided=2021, title="Arbejdskraft", deciding_body="Erhvervsudvalget",
        **{"focus_areas-TOTAL_FORMS": 1, "focus_areas-0-name": "Oplæring", "focus_areas-0-slug": "oplaering",
           "focus_areas-0-position": 1}, **now,
    )  # fmt: skip
    theme = Theme.objects.get(year=2022)
    area = theme.focus_areas.get()
    save(
        client, "panels_panelmeeting", theme=theme.pk, number=1, title="Hvem mangler I?",
        starts_at_0="2022-03-09", starts_at_1="08:00", ends_at_0="2022-03-09", ends_at_1="10:00", **now,
    )  # fmt: skip
    save(
        client, "ideas_idea", theme=theme.pk, number=1, title="Del en lærling", need="Der mangler lærlinge.", area=area.pk,
        meetings=[theme.meetings.get().pk], **now,
    )  # fmt: skip
    assert Idea.objects.published().get().reference == "2022-01"
    client.logout()
    page = client.get(theme.get_absolute_url()).text
    assert "Oplæring" in page
    assert first.get_absolute_url() in page
    assert theme.get_absolute_url() in client.get(first.get_absolute_url()).text
    assert "Del en lærling" in client.get("/ideer/?tema=2022").text
    assert "Del en lærling" in client.get("/temaer/2022/svar/").text

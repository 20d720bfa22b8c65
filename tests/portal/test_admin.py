"""The admin, page by page: every model is there, every page opens, and no list costs more when it grows."""

import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ideas.models import Idea
from tests.chains import chain
from tests.factories import BY_MODEL, UserFactory

OURS = ("panels", "ideas", "initiatives", "events", "portal", "foundation")
# Edited within the page of another record, or written by the portal alone.
INLINE = {
    "AccessNeed",
    "AttemptCount",
    "AttemptSalt",
    "Check",
    "Companion",
    "DueRun",
    "Erasure",
    "Follow",
    "Follower",
    "IdeaUpload",
    "LinkCheck",
    "Message",
    "Note",
    "RegistrationChange",
    "SearchWord",
    "SessionChoice",
    "WorkerBeat",
}
MODELS = [
    model
    for label in OURS
    for model in apps.get_app_config(label).get_models()
    if not model.__name__.startswith("Historical") and not model._meta.auto_created
]
REGISTERED = [model for model in MODELS if admin.site.is_registered(model)]

pytestmark = pytest.mark.django_db


def address(model, page, *arguments):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=arguments)


@pytest.fixture
def staff(client):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


def test_every_model_can_be_edited():
    assert {model.__name__ for model in MODELS} - {model.__name__ for model in REGISTERED} == INLINE


def test_the_cards_of_narrow_screens_come_last_of_the_style_sheets(staff):
    """They are to win over the tables of Django and of ours where neither is the more particular."""
    sheets = re.findall(
        r'<link rel="stylesheet" href="/static/([^"]+)"', staff.get(address(Idea, "changelist")).text
    )
    assert sheets[-2:] == ["css/admin.css", "css/admin-cards.css"]


def test_the_start_page_names_the_portal(staff):
    assert "Erhvervspanel" in staff.get(reverse("admin:index")).text


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model.__name__)
def test_every_page_of_a_model_opens(staff, model):
    chain(3)
    thing = BY_MODEL[model]()
    assert staff.get(address(model, "changelist")).status_code == 200
    assert staff.get(address(model, "changelist"), {"q": "ide"}).status_code == 200
    assert staff.get(address(model, "add")).status_code in (200, 403)
    assert staff.get(address(model, "change", thing.pk)).status_code == 200


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model.__name__)
def test_a_list_costs_the_same_however_long(staff, model):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            staff.get(address(model, "changelist"))
        return len(queries)

    chain(2), chain(2)  # two of each: a filter with one value is not shown
    BY_MODEL[model].create_batch(2)
    cost()
    few = cost()
    chain(3)
    BY_MODEL[model].create_batch(3)
    assert cost() <= few

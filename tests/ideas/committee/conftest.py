"""A committee at work: a member of staff, a decision, and what the table sends."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.urls import reverse
from html5lib import parse

from tests.factories import AnswerFactory, DecisionFactory, IdeaFactory, ThemeFactory, UserFactory


@pytest.fixture
def decision():
    """A draft decision with three ideas on its agenda, not answered yet."""
    decision, theme = DecisionFactory(draft=True), ThemeFactory()
    for _ in range(3):
        AnswerFactory(idea=IdeaFactory(theme=theme), decision=decision, open=True, office="")
    return decision


@pytest.fixture
def answers(decision):
    """The decision's answers in the order of the table."""
    return list(decision.answers.order_by("idea__number"))


@pytest.fixture
def staff(client):
    client.force_login(UserFactory(superuser=True, first_name="Karen", last_name="Holm"))
    return client


def page_of(decision, name: str = "answers") -> str:
    return reverse(f"admin:panels_decision_{name}", args=[decision.pk])


def sent_by(page) -> dict[str, str]:
    """What a browser sends from the form of `page` with most fields, when nothing is touched."""
    forms = parse(page.text, namespaceHTMLElements=False).iter("form")
    return max((fields_of(form) for form in forms), key=len)


def fields_of(form) -> dict[str, str]:
    fields = {}
    for field in form.iter():
        name = field.get("name")
        if not name or field.get("type") in ("submit", "file") or field.tag == "button":
            continue
        if field.tag == "select":
            options = list(field.iter("option"))
            chosen = [each for each in options if "selected" in each.attrib] or options[:1]
            fields[name] = chosen[0].get("value")
        elif field.tag == "textarea":
            # A line end right after the tag is not part of the text (HTML, »the textarea element«).
            fields[name] = "".join(field.itertext()).removeprefix("\n").replace("\n", "\r\n")
        else:
            fields[name] = field.get("value", "")
    return fields


def told(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def with_rights(client, *rights: str):
    """Logs in a member of staff with just these rights, such as `ideas.change_answer`."""
    user = UserFactory(staff=True)
    for right in rights:
        app, codename = right.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    client.force_login(user)
    return client

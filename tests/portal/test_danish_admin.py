"""No English is left on the pages that staff use, ours or the libraries'."""

import re

import html5lib
import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from tests.chains import chain
from tests.events.test_registering import come, open_event
from tests.factories import BY_MODEL, EventFactory, UserFactory

pytestmark = pytest.mark.django_db

# Words that are English and not Danish too, as »to«, »for«, »by«, »over« and »mail« are.
ENGLISH = frozenset(
    [
        "the",
        "and",
        "this",
        "that",
        "these",
        "with",
        "from",
        "your",
        "you",
        "please",
        "delete",
        "save",
        "change",
        "changed",
        "select",
        "selected",
        "search",
        "view",
        "history",
        "password",
        "username",
        "required",
        "field",
        "fields",
        "add",
        "added",
        "another",
        "remove",
        "close",
        "edit",
        "show",
        "hide",
        "home",
        "welcome",
        "yes",
        "true",
        "false",
        "none",
        "unknown",
        "time",
        "today",
        "now",
        "error",
        "errors",
        "below",
        "above",
        "correct",
        "choose",
        "choice",
        "choices",
        "currently",
        "clear",
        "filter-by",
        "cancel",
        "continue",
        "editing",
        "successfully",
        "are",
        "was",
        "were",
        "have",
        "has",
        "can",
        "cannot",
        "must",
        "should",
        "which",
        "when",
        "where",
        "what",
        "who",
        "why",
        "how",
        "not",
        "available",
        "recent",
        "actions",
        "site",
        "administration",
        "user",
        "users",
        "group",
        "groups",
        "permissions",
        "date",
        "hour",
        "midnight",
        "noon",
        "tomorrow",
        "yesterday",
        "log-out",
        "sign",
        "login",
        "logout",
        "reset",
        "upload",
        "file",
        "default",
        "empty",
        "value",
        "values",
        "object",
        "objects",
        "item",
        "items",
        "row",
        "rows",
        "action",
        "run",
        "go",
        "skip",
        "main",
        "content",
        "breadcrumbs",
        "toggle",
        "theme",
        "light",
        "dark",
        "auto",
        "navigation",
        "sorting",
        "counts",
        "result",
        "results",
        "total",
        "page",
        "pages",
        "next",
        "previous",
        "first",
        "last",
    ]
)
# What is the same word in Danish, or a name.
ALSO_DANISH = {"log", "start", "test", "filter", "auto", "total", "data", "navigation", "have", "login"}
SAID = ("title", "aria-label", "placeholder", "alt")
SILENT = {"script", "style", "code", "svg"}


def words_of(page) -> set[str]:
    """The words that a person reads or hears on `page`, in lower case; letters among the digits of a sum are none."""
    root = html5lib.parse(page.text, treebuilder="etree", namespaceHTMLElements=False)
    return {
        word for text in texts(root) for word in re.findall(r"\b[a-zæøå]+(?:-[a-zæøå]+)*\b", text.lower())
    }


def texts(element):
    """What is read or heard of an element. What somebody typed in a field is left out."""
    if not isinstance(element.tag, str) or element.tag in SILENT:
        return
    is_button = element.tag == "input" and element.get("type") in ("submit", "button")
    is_typed = element.tag == "textarea" or (element.tag == "input" and not is_button)
    said = [element.get(name) for name in SAID]
    yield from filter(
        None, [*said, element.get("value") if is_button else "", "" if is_typed else element.text]
    )
    for child in element:
        yield from texts(child)
        yield child.tail or ""


def english_on(page) -> set[str]:
    return (words_of(page) & ENGLISH) - ALSO_DANISH


@pytest.fixture
def staff(client):
    client.force_login(UserFactory(superuser=True, first_name="Karen", last_name="Holm"))
    return client


def pages_of(model) -> list[str]:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    row = model._default_manager.first()
    return [
        reverse(f"{name}_changelist"),
        f"{reverse(f'{name}_changelist')}?q=findesikke",
        reverse(f"{name}_add"),
        *(reverse(f"{name}_{page}", args=[row.pk]) for page in ("change", "delete", "history")),
    ]


def test_the_words_are_found(staff):
    """The control: Django's own page in English would be caught."""
    page = type("Page", (), {"text": "<h1>Select idea to change</h1><input type=submit value='Save'>"})
    assert english_on(page) == {"select", "change", "save"}


def test_no_english_is_left_on_the_pages_of_any_model(staff):
    chain(3)
    Group.objects.create(name="Prøve")
    for factory in BY_MODEL.values():
        factory()
    found = {}
    for model in admin.site._registry:
        for page in pages_of(model):
            words = english_on(staff.get(page))
            if words:
                found[page] = words
    assert found == {}


def test_no_english_is_left_where_something_is_wrong(staff):
    chain(1)
    found = {}
    for model in admin.site._registry:
        page = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")
        answer = staff.post(page, {})
        if answer.status_code == 200 and (words := english_on(answer)):
            found[page] = words
    assert found == {}


def test_no_english_is_left_on_pages_of_our_own(staff):
    rows = chain(2)
    event = open_event()
    come(event)
    keys = {"event": event.pk, "decision": rows.decision.pk, "idea": rows.ideas[0].pk}
    pages = [
        "/admin/", "/admin/password_change/", "/admin/ideas/idea/hent/", "/admin/ideas/idea/tag-ud/", "/konto/totrin/",
        "/konto/totrin/noegler/", "/admin/foundation/auditentry/person/", "/admin/findes-ikke/",
        *(f"/admin/events/event/{keys['event']}/{name}/" for name in ("tilmeldinger", "skriv-op", "besked", "doer", "hent", "navneskilte", "doerliste", "hjaelp")),
        *(f"/admin/panels/decision/{keys['decision']}/{name}/" for name in ("svar", "notat", "offentliggoer", "journal", "svar/regneark")),
        f"/admin/ideas/idea/{keys['idea']}/history/sammenlign/",
    ]  # fmt: skip
    found = {page: words for page in pages if (words := english_on(staff.get(page, follow=True)))}
    assert found == {}


def test_no_english_is_left_on_the_log_in(client):
    found = {
        page: words
        for page in (
            "/konto/log-ind/",
            "/konto/log-ud/",
            "/konto/lukket/",
            "/konto/oidc/afbrudt/",
            "/konto/oidc/fejl/",
        )
        if (words := english_on(client.get(page, follow=True)))
    }
    assert found == {}
    assert english_on(client.post("/konto/log-ind/", {})) == set()


def test_no_english_is_left_on_what_actions_ask(staff):
    rows = chain(2)
    found = {}
    for name in (
        "publish_rows",
        "unpublish_rows",
        "assign_ideas",
        "check_ideas",
        "note_ideas",
        "put_on_agenda",
        "merge",
        "split",
        "undo",
        "delete_selected",
    ):
        answer = staff.post(
            "/admin/ideas/idea/", {"action": name, "_selected_action": [rows.ideas[0].pk]}, follow=True
        )
        if words := english_on(answer):
            found[name] = words
    assert found == {}


def test_a_filter_is_headed_by_what_it_is_by_and_says_whether_something_has_happened(staff):
    EventFactory.create_batch(2)
    called_off = EventFactory(cancelled_at=timezone.now())
    page = staff.get(reverse("admin:events_event_changelist"))
    heads = re.findall(r"<summary>\s*(.*?)\s*</summary>", page.text)
    assert {"Art", "Aflyst", "Eksempel"} <= set(heads)
    offered = dict(re.findall(r'<a href="\?cancelled_at__isempty=(\d)">(.*?)</a>', page.text))
    assert offered == {"0": "Ja (1)", "1": "Nej (2)"}
    found = staff.get(f"{reverse('admin:events_event_changelist')}?cancelled_at__isempty=0")
    assert list(found.context["cl"].result_list) == [called_off]


def test_an_apps_page_is_headed_by_its_name_and_its_table_by_what_stands_there(staff):
    page = staff.get(reverse("admin:app_list", args=["ideas"]))
    assert page.context["title"] == "Idekatalog"
    assert "administration" not in page.text.lower()
    assert re.findall(r'<th scope="col">(.*?)</th>', page.text) == ["Liste", "Tilføj", "Ret eller vis"]

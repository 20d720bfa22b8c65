"""Nothing that anybody types becomes part of a page's markup: every text of every model, on every public page, in the back office,
in mails, and in Markdown (XSS)."""

import re

import html5lib
import pytest
from django.apps import apps
from django.contrib import admin
from django.db import models
from django.db.models import Value
from django.db.models.functions import Cast, Concat, Left
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from erhvervspanel.foundation.markdown import ALLOWED_TAGS, SET_ATTRIBUTES, render
from erhvervspanel.foundation.models import MailState, OutgoingMail
from erhvervspanel.foundation.previews import preview_url
from erhvervspanel.portal.following import ask
from erhvervspanel.portal.following.digest import Part, send
from erhvervspanel.portal.following.whats_new import Line, Window
from erhvervspanel.portal.models import Follow
from erhvervspanel.settings import BASE_DIR
from events import emails
from events.models import Message, Registration, RegistrationState
from ideas.actions.submissions import tell
from ideas.models import Idea, Submission
from initiatives.emails import stale
from initiatives.models import Initiative
from tests.chains import chain
from tests.events.test_mails import KINDS
from tests.events.test_registering import come, open_event
from tests.factories import SessionFactory, UserFactory
from tests.ideas.test_submissions import submitted

MARK = "xsskanarie"
# One text that would break out of an element, an attribute with either quotation mark, a script, a comment and a style.
PAYLOAD = f"\"'><{MARK} {MARK}=1><script>{MARK}</script><!--<img src=x onerror={MARK}>"
SHORT = f"<{MARK}>"
CURATED = ("panels", "ideas", "initiatives", "events", "portal")
# What has a form of its own, which the database or a choice of words holds.
KEPT = (models.SlugField, models.URLField, models.EmailField)


def is_text(field) -> bool:
    plain = isinstance(field, models.CharField | models.TextField) and not isinstance(field, KEPT)
    return plain and not (field.choices or field.unique or field.generated or field.primary_key)


def poison() -> list[str]:
    """Fills every free text of every row with the payload, and returns which fields that were."""
    filled = []
    for model in apps.get_models():
        if model._meta.app_label not in CURATED:
            continue
        for field in filter(is_text, model._meta.fields):
            if field.name.endswith(("_key", "_hash", "_code", "_digest", "_version")) or field.name in (
                "cvr",
                "postcode",
                "form_token",
            ):
                continue
            text = PAYLOAD if not field.max_length or field.max_length > len(PAYLOAD) + 8 else SHORT
            whole = Concat(Value(text), Cast("pk", models.TextField()))  # no two alike, where none may be
            model._base_manager.update(**{field.name: Left(whole, field.max_length or 1000)})
            filled.append(f"{model._meta.label}.{field.name}")
    return filled


def foreign(html: str) -> list[str]:
    """The elements and attributes that came of a payload."""
    root = html5lib.parse(html, treebuilder="etree", namespaceHTMLElements=False)
    found = []
    for element in root.iter():
        names = [str(element.tag), *map(str, element.attrib)]
        found += [name for name in names if MARK in name or name.startswith("on")]
        if (
            element.tag == "script"
            and MARK in "".join(element.itertext())
            and element.get("type") not in ("application/json", "application/ld+json")
        ):
            found.append("script")
        if str(element.tag) == "img" and element.get("src") == "x":
            found.append("img")
    return found


@pytest.fixture
def poisoned(db):
    """A chain, a registration and a need, with the payload in every text there is."""
    rows = chain(2)
    event = open_event(capacity=9)
    cafe = SessionFactory(event=event, kind="cafe", capacity=9)
    registration, need = (
        come(event, name=PAYLOAD[:100], organisation=PAYLOAD[:100], sessions=(cafe,)),
        submitted(need=PAYLOAD, company_name=PAYLOAD[:90]),
    )
    rows.filled = poison()
    rows.registration, rows.event, rows.need = registration, event, need
    return rows


def pages(rows) -> list[str]:
    things = [rows.theme, rows.decision, *rows.ideas, *rows.meetings, *rows.companies, *rows.recommendations]
    things += [*rows.initiatives, *rows.events, *rows.news, rows.event]
    lists = [
        "portal:home", "portal:news-list", "portal:numbers", "panels:theme-list", "panels:meeting-list", "panels:company-list",
        "ideas:idea-list", "ideas:recommendation-list", "ideas:synergy", "ideas:service-list", "initiatives:initiative-list",
        "events:event-list", "ideas:submission-form", "portal:feed", "portal:sitemap",
    ]  # fmt: skip
    own = rows.registration.get_absolute_url()
    return [
        *(thing.get_absolute_url() for thing in things),
        *map(reverse, lists),
        f"{reverse('portal:search')}?q={MARK}",
        f"{reverse('ideas:idea-list')}?q={MARK}&tema=%22%3E%3C{MARK}%3E&sortering=%3C{MARK}%3E",
        f"{reverse('portal:search')}?q=%22%27%3E%3C{MARK}+{MARK}%3D1%3E",
        f"{reverse('panels:company-list')}?q=%22%3E%3C{MARK}%3E",
        reverse("initiatives:theme-answers", args=[rows.theme.year]) + f"?omraade=%3C{MARK}%3E",
        own, f"{own}ret/", f"{own}oplysninger/", preview_url(rows.ideas[0]),
    ]  # fmt: skip


def test_every_text_of_every_model_is_text_on_every_public_page(poisoned, client):
    assert len(poisoned.filled) > 100
    shown = 0
    for path in pages(poisoned):
        page = client.get(path, follow=True)
        assert page.status_code == 200, path
        assert foreign(page.text) == [], path
        shown += MARK in page.text
    assert shown > 30


def test_and_in_the_back_office(poisoned, client):
    client.force_login(UserFactory(superuser=True, first_name=PAYLOAD[:100], last_name=SHORT))
    seen = 0
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        row = model._base_manager.first()
        addresses = [reverse(f"{name}_changelist") + f"?q=%22%3E%3C{MARK}%3E"]
        if row is not None and model._meta.label not in ("foundation.User", "auth.Group"):
            addresses += [
                reverse(f"{name}_{page}", args=[row.pk])
                for page in ("change", "history")[: 2 if model is Idea else 1]
            ]
        for path in addresses:
            page = client.get(path)
            assert page.status_code in (200, 302, 403), path
            assert foreign(page.text) == [], path
            seen += MARK in page.text
    event, decision = poisoned.event, poisoned.decision
    office = [
        reverse(f"admin:events_event_{page}", args=[event.pk])
        for page in ("tilmeldinger", "doerliste", "besked", "navneskilte", "hjaelp")
    ]
    office += [
        reverse(f"admin:panels_decision_{page}", args=[decision.pk])
        for page in ("answers", "memo", "publish", "journal")
    ]
    office += [
        f"{reverse('admin:events_event_doer', args=[event.pk])}?q={MARK}",
        reverse("admin:index"),
        reverse("admin:ideas_submission_handle", args=[poisoned.need.pk]),
    ]
    for path in office:
        page = client.get(path)
        assert page.status_code == 200, path
        assert foreign(page.text) == [], path
        seen += MARK in page.text
    assert seen > 60


def write_every_mail(rows) -> None:
    """One mail of each kind, about what is poisoned already."""
    registration = Registration.objects.filter(pk=rows.registration.pk)
    for state, write in KINDS.values():
        registration.update(state=state, held_until=rows.event.starts_at, queued_at=rows.event.created_at)
        write(registration.get())
        # The next piece of news would take back one that has not gone.
        OutgoingMail.objects.update(state=MailState.SENT, sent_at=timezone.now())
    registration.update(state=RegistrationState.CONFIRMED)
    letter = Message(pk=2, subject=PAYLOAD, text=PAYLOAD)
    emails.message([registration.get()], letter)
    need, idea = Submission.objects.get(pk=rows.need.pk), Idea.objects.get(pk=rows.ideas[0].pk)
    need.idea = idea
    for kind in ("received", "became_idea", "answered"):
        tell(kind, need, PAYLOAD)
    tell("idea_answered", need, PAYLOAD, answer=idea.answers.get())
    owner = UserFactory(first_name=PAYLOAD[:100])
    stale(owner, list(Initiative.objects.all()))
    ask("idea", idea, email="aase@example.org", form_token="form", notice_version="1")
    follow = Follow.objects.get()
    send(follow.follower, [Part(follow, [Line(PAYLOAD, "/")])], Window(timezone.now(), timezone.now()))


def test_every_kind_of_mail_shows_it_as_text(poisoned):
    OutgoingMail.objects.all().delete()  # written before
    write_every_mail(poisoned)
    sent = OutgoingMail.objects.all()
    texts = (path for path in (BASE_DIR / "templates").glob("*/emails/*.txt.jinja") if path.name[0] != "_")
    assert {mail.kind for mail in sent} == {path.name.split(".")[0] for path in texts}
    assert len({mail.kind for mail in sent if MARK in mail.text and MARK in mail.html}) > 15
    for mail in sent:
        assert foreign(mail.html) == [], mail.kind
        assert "\n" not in mail.subject


@pytest.mark.parametrize(
    "source",
    [
        "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](java\tscript:alert(1))", "[x](&#106;avascript:alert(1))",
        "[x](<javascript:alert(1)>)", "<javascript:alert(1)>", "[x](data:text/html;base64,AA)", "[x](vbscript:x)",
        "[x][1]\n\n[1]: javascript:alert(1)", "![x](javascript:alert(1))", "![x](x\" onerror=\"alert(1))", "[x](http://a\" onclick=\"b)",
        "[x](//ond.example)\n[x](file:///etc/passwd)", "<svg/onload=alert(1)>", "<a href=\"javascript:x\">", "**<b onclick=x>**",
        "> > > <script>x</script>", "`<script>`", "```\"><script>\nx\n```", "| a |\n|-|\n| <img src=x onerror=y> |", "<!-- --><script>",
        "<http://a.dk/<script>>", "&lt;script&gt;x", "[a](https://x 'title\"><script>')", "# <iframe>", "1. <style>*{}</style>",
    ],
)  # fmt: skip
def test_markdown_makes_no_script(source):
    assert_harmless(render(source))


def assert_harmless(html: str) -> None:
    root = html5lib.parseFragment(html, treebuilder="etree", namespaceHTMLElements=False)
    for element in list(root.iter())[1:]:
        assert element.tag in ALLOWED_TAGS
        ours = SET_ATTRIBUTES.get(element.tag, {})
        assert {key: element.get(key) for key in ours} == ours
        assert set(element.attrib) - set(ours) <= {"href", "rel", "start", "title"}
        address = re.sub(r"[\x00-\x20]", "", element.get("href", "https:"))
        scheme = re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", address)
        assert scheme is None or scheme[0].lower() in ("http:", "https:", "mailto:", "tel:")


PIECES = ["[", "](", ")", "<", ">", "javascript:", "data:", '"', "'", "onerror=", "script", "!", "`", "*", "_", "\n", "#", "|", "-", "\\", "&#x6a;", "http://", " ", "a"]  # fmt: skip


@settings(max_examples=150, deadline=None, database=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_nor_do_pieces_of_it_however_they_are_put_together(source):
    assert_harmless(render(source))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "  javascript:alert(1)", "vbscript:x"]
)
def test_no_form_takes_an_address_that_is_a_script(address):
    urls = [field for model in apps.get_models() for field in model._meta.fields if isinstance(field, models.URLField) and model._meta.app_label in CURATED]  # fmt: skip
    assert len(urls) > 5
    for field in urls:
        with pytest.raises(Exception, match=r"gyldig|Indtast|URL"):
            field.formfield(assume_scheme="https").clean(address)

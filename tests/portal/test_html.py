"""The markup of every public page in every state, without a browser: ids, references, headings, landmarks."""

import itertools
import re

import html5lib
import pytest
from django.contrib.staticfiles import finders
from django.db import transaction
from django.urls import reverse
from PIL import Image

from erhvervspanel.foundation import throttle
from events.forms import FindForm
from events.models import Registration, RegistrationState
from tests.error_urls import ERRORS, error_at
from tests.factories import EventFactory, UserFactory
from tests.states import SENT_EMPTY, STATES

pytestmark = pytest.mark.django_db

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
REFERENCES = ("for", "aria-describedby", "aria-labelledby", "aria-controls")


@pytest.fixture(params=STATES)
def document(request, client):
    response = client.get(STATES[request.param]())
    assert response.status_code in {200, 404, 410, 503}
    return parsed(response)


def parsed(response):
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    root = parser.parse(response.text)
    assert [error for error in parser.errors if error[1] != "non-void-element-with-trailing-solidus"] == []
    return root


def test_markup(document):
    assert_well_formed(document)


def test_links_into_other_pages_lead_to_what_is_there(document, client):
    asked = {}
    for element in document.iter("a"):
        address, _, part = (element.get("href") or "").partition("#")
        if not part or not address.startswith("/"):
            continue
        if address not in asked:
            asked[address] = {each.get("id") for each in parsed(client.get(address)).iter()}
        assert part in asked[address], element.get("href")


def test_the_personal_page_is_looked_at_however_a_registration_stands():
    seen = set()
    for name, address in STATES.items():
        if name.startswith("registration, "):
            with transaction.atomic():
                address()
                seen |= set(Registration.objects.values_list("state", flat=True))
                transaction.set_rollback(True)
    assert seen == set(RegistrationState)


def test_a_page_that_is_shared_has_a_picture(client):
    page = client.get(reverse("portal:about")).text
    address = re.search(r'property="og:image" content="http://testserver/static/(.*?)"', page)[1]
    with Image.open(finders.find(address)) as picture:
        assert (picture.format, picture.size) == ("PNG", (1200, 630))


@pytest.mark.parametrize("state", ["catalogue, filtered", "answers, of an area"])
def test_a_state_that_is_filtered_is_filtered_by_what_there_is(client, state):
    page = client.get(STATES[state]())
    assert "Vi kender ikke" not in page.text
    assert "Vi kender ikke" in client.get(page.request["PATH_INFO"], {"omraade": "findes-ikke"}).text


def test_markup_of_what_is_refused(client, settings):
    """The pages that only a POST leads to."""
    settings.LARGEST_PUBLIC_FORM = 10
    too_large = client.post(reverse("events:registration-find"), {"email": "aase@example.org"})
    assert too_large.status_code == 413
    assert_well_formed(parsed(too_large))
    limit = throttle.Limit(0, throttle.ADDRESS.window, throttle.ADDRESS.sentence)
    with pytest.raises(throttle.TooMany) as many:
        throttle.count("prøve", ("aase@example.org", limit))
    request = client.get(reverse("events:registration-find")).wsgi_request
    form = FindForm({"email": "aase@example.org"})
    too_many = throttle.refused(request, "events/registration_find.html", {"form": form}, many.value)
    assert too_many.status_code == 429
    assert_well_formed(parsed(too_many))


@pytest.mark.parametrize("state", SENT_EMPTY)
def test_markup_of_a_form_with_errors(client, state):
    address = SENT_EMPTY[state]()
    response = client.post(address, {})
    assert "<title>Fejl: " in response.text
    assert "<title>Fejl: " not in client.get(address).text
    assert "Ret det, der mangler eller er forkert" in response.text
    assert_well_formed(parsed(response))


@pytest.mark.parametrize("error", ERRORS)
def test_markup_of_an_error(client, settings, error):
    settings.ROOT_URLCONF = "tests.error_urls"
    client.raise_request_exception = False
    EventFactory()
    response = client.get(error_at(error))
    assert response.status_code == ERRORS[error][0]
    assert_well_formed(parsed(response))


def assert_well_formed(document) -> None:
    ids = [element.get("id") for element in document.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    for element in document.iter():
        for name in REFERENCES:
            assert set((element.get(name) or "").split()) <= set(ids), (element.tag, name)
        href = element.get("href") or ""
        if re.fullmatch(r"#[^/]+", href) and element.tag == "a":
            assert href[1:] in ids
    assert document.get("lang") == "da"
    assert [len(list(document.iter(tag))) for tag in ("main", "h1", "title")] == [1, 1, 1]
    assert headings_rise_by_one(document)
    assert every_field_has_a_label(document)
    assert not [element.tag for element in document.iter() if element.get("style")]
    links = [element.get("href") for element in document.iter("a")]
    assert {"/was", "/tilgaengelighed/", "/privatliv/", "/cookies/"} <= set(links)


def test_the_back_office_leads_to_the_accessibility_statement_too(client):
    for address in ("account_login", "admin:index", "mfa_index"):
        page = parsed(client.get(reverse(address)))
        footer = next(each for each in page.iter("footer") if each.get("id") == "footer")
        assert [link.get("href") for link in footer.iter("a")] == ["/was"], address
        client.force_login(UserFactory(superuser=True))


def headings_rise_by_one(document) -> bool:
    levels = [int(element.tag[1]) for element in document.iter() if element.tag in HEADINGS]
    return levels[0] == 1 and all(after <= before + 1 for before, after in itertools.pairwise(levels))


def every_field_has_a_label(document) -> bool:
    labelled = {label.get("for") for label in document.iter("label")}
    fields = [field for tag in ("input", "select", "textarea") for field in document.iter(tag)]
    return all(field.get("type") == "hidden" or field.get("id") in labelled for field in fields)

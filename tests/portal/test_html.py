"""The markup of every public page in every state, without a browser: ids, references, headings, landmarks."""

import itertools
import re

import html5lib
import pytest

from tests.states import STATES

pytestmark = pytest.mark.django_db

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
REFERENCES = ("for", "aria-describedby", "aria-labelledby", "aria-controls")


@pytest.fixture(params=STATES)
def document(request, client):
    response = client.get(STATES[request.param]())
    assert response.status_code in {200, 404}
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    root = parser.parse(response.text)
    assert [error for error in parser.errors if error[1] != "non-void-element-with-trailing-solidus"] == []
    return root


def test_markup(document):
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


def headings_rise_by_one(document) -> bool:
    levels = [int(element.tag[1]) for element in document.iter() if element.tag in HEADINGS]
    return levels[0] == 1 and all(after <= before + 1 for before, after in itertools.pairwise(levels))


def every_field_has_a_label(document) -> bool:
    labelled = {label.get("for") for label in document.iter("label")}
    fields = [field for tag in ("input", "select", "textarea") for field in document.iter(tag)]
    return all(field.get("type") == "hidden" or field.get("id") in labelled for field in fields)

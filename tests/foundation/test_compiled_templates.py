"""The templates that Jinja2 compiles: what is typed is text, and what is missing is a mistake."""

import pytest
from django.template import engines
from django.utils.safestring import mark_safe
from jinja2 import Environment, StrictUndefined, UndefinedError
from markupsafe import Markup

from erhvervspanel.foundation.compiled_templates import environment
from erhvervspanel.foundation.facets.faceted_list import Option
from erhvervspanel.foundation.outbox import composed
from ideas.models import Idea, Status, Submission
from panels.models import FocusArea, Theme

TYPED = "<script>alert(1)</script> & »æøå« \"'"
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt; &amp; »æøå« &#34;&#39;"


def rendered(source: str, **values) -> str:
    return engines["django"].from_string("{% load components %}" + source).render(values)


def idea(**values) -> Idea:
    idea = Idea(theme=Theme(year=2021), number=7, area=FocusArea(name=TYPED), **values)
    idea.status = Status.AWAITING
    return idea


def cards(*ideas: Idea) -> str:
    return rendered(
        '{% compiled "ideas/_idea_cards.jinja" ideas=ideas layout="card-list" level=2 %}', ideas=ideas
    )


def test_what_is_typed_is_text():
    html = cards(idea(title=TYPED, summary=TYPED))
    assert "<script>" not in html
    assert html.count(ESCAPED) == 3


def test_what_the_page_itself_is_made_of_is_not():
    html = cards(idea(title="Solceller"))
    assert html.startswith('<ol class="card-list">')
    assert '<a class="card__link" href="/ideer/2021-07/">Solceller</a></h2>' in html


def test_what_was_searched_for_is_marked_with_or_without_further_words():
    source = '{% compiled "ideas/_idea_cards.jinja" ideas=ideas layout="" level=2 query="varme" also=also %}'
    assert "<mark>Varme</mark> og sol" in rendered(
        source.replace(" also=also", ""), ideas=[idea(title="Varme og sol")]
    )
    html = rendered(source, ideas=[idea(title="Varme og sol")], also=frozenset({"sol"}))
    assert "<mark>Varme</mark> og <mark>sol</mark>" in html


def test_a_value_that_is_missing_is_a_mistake():
    with pytest.raises(UndefinedError):
        rendered('{% compiled "ideas/_idea_cards.jinja" ideas=ideas %}', ideas=[idea(title="Solceller")])


def test_choices_are_text_as_well():
    option = Option(TYPED, TYPED, 0, chosen=True)
    facet = {"name": "behov", "label": TYPED, "options": [option], "chosen_count": 1, "open": False}
    html = rendered(
        '{% compiled "components/filters.jinja" action="/" facets=facets query=typed hidden=hidden noun="ideer" counts_examples=1 %}',
        facets=[facet], typed=TYPED, hidden=[("sortering", TYPED)],
    )  # fmt: skip
    assert "<script>" not in html
    assert html.count(ESCAPED) == 8
    assert '<svg class="icon "' in html


def test_a_mails_plain_text_is_as_it_was_typed_and_its_html_is_text():
    submission = Submission(contact_name=TYPED, company_name=TYPED, answer=TYPED)
    mail = composed(
        "ideas/emails/answered", to="a@example.org", subject="Svar", context={"submission": submission}
    )
    assert mail.text.count(TYPED) == 3
    assert "<script>" not in mail.html
    assert mail.html.count("&lt;script&gt;") == 3


class Named(str):
    """Text of a class of its own."""


class Lines(list):
    """What tells its own HTML."""

    def __html__(self) -> str:
        return f"<p>{len(self)}</p>"


@pytest.mark.parametrize(
    "value",
    [TYPED, Named(TYPED), "", "'", 0, -1200, 1.5, None, True, [TYPED], Status.LATER, mark_safe("<b>"), Markup("<b>"), Lines([TYPED])],
)  # fmt: skip
@pytest.mark.parametrize(
    "source",
    [
        "a{{ value }}b",
        "{{ value }}{{ value }}",
        "{% set kept %}{{ value }}{% endset %}{{ kept }}",
        "{% macro put() %}{{ value }}{% endmacro %}{{ put() }}",
        "{% filter upper %}{{ value }}{% endfilter %}",
        "{{ value ~ '<i>' }}",
        "{% autoescape false %}{{ value }}{% endautoescape %}",
    ],
)
def test_values_are_written_as_jinja2_itself_writes_them(source, value):
    own = Environment(undefined=StrictUndefined, autoescape=True)
    assert environment().from_string(source).render(value=value) == own.from_string(source).render(
        value=value
    )

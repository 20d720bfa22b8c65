"""Text in templates: Markdown, Danish dates and numbers."""

import re

from django import template
from django.utils.html import escape, urlize
from django.utils.safestring import SafeString, mark_safe

from erhvervspanel.foundation import markdown, notation, search

register = template.Library()

# What may stand around an address and is no part of it.
OPENING, CLOSING = "([»\"'", ")]«\"'.,:;!?"
MOST_SHOWN = 34  # letters of a web address: a line of the card beside a record; in print all of it follows
# A word that may be one; any other costs urlize as much.
MAYBE_ADDRESS = re.compile(r"(?<!\S)\S*[.@:]\S*")


@register.filter(name="markdown")
def render_markdown(text: str, under: int = 2) -> SafeString:
    """Staff's Markdown as safe HTML, below a heading of the page's own of the level `under`."""
    return markdown.render(text or "", under)


@register.filter
def linked(text: str) -> SafeString:
    """Text with its web and mail addresses as links, long web addresses cut where they are read.

    Django's `urlize` loses the full stop or comma after a bracket that closes behind an address, so it gets the words without what
    stands around them.
    """
    parts, end, text = [], 0, text or ""
    for found in MAYBE_ADDRESS.finditer(text):
        parts += [escape(text[end : found.start()]), linked_word(found[0])]
        end = found.end()
    return mark_safe("".join([*parts, escape(text[end:])]))  # noqa: S308 (each part is escaped)


def linked_word(whole: str) -> str:
    word = whole.lstrip(OPENING)
    before, word = whole.removesuffix(word), word.rstrip(CLOSING)
    after = whole[len(before) + len(word) :]
    while after.startswith(")") and word.count("(") > word.count(")"):  # a bracket of the address's own
        word, after = f"{word})", after[1:]
    shown = None if "@" in word else MOST_SHOWN
    return f"{escape(before)}{urlize(word, shown, nofollow=True, autoescape=True)}{escape(after)}"


@register.filter
def highlight(text: str, query: str, also: frozenset[str] = frozenset()) -> SafeString:
    """A title, with the words that answer to what was searched for in <mark>, and those that are `also` its answers."""
    return search.highlight(text, query, also)


@register.filter
def number(value) -> str:
    """A number as Danes write it, without idle decimals: 1234.50 → »1.234,5«."""
    return "" if value is None else notation.number(value)


@register.filter
def size(value) -> str:
    """A number of bytes: »240 kB«."""
    return "" if value is None else notation.size(value)


@register.filter
def moment(value) -> str:
    """A local day and time: »mandag den 27. september 2021 kl. 17.00«."""
    return "" if value is None else notation.moment(value)


@register.filter
def day(value) -> str:
    """A day: »27. september 2021«."""
    return "" if value is None else notation.day(value)


@register.filter
def iso_day(value) -> str:
    """A local day as machines read it: »2021-09-27«."""
    return f"{notation.local(value):%Y-%m-%d}"


@register.filter
def span(value) -> str:
    """From when to when something goes on: »mandag den 27. september 2021 kl. 17.00-19.00«."""
    return notation.span(value)


@register.filter
def hours(value, whole) -> str:
    """When a part of something goes on: »17.00-19.00«, with its day where the whole has several."""
    return notation.hours(value, whole)


@register.filter
def day_of_month(value) -> int:
    """The local day's number, for a date drawn large."""
    return notation.local(value).day


@register.filter
def short_month(value) -> str:
    """The local month, for a date drawn large: »sep.«."""
    return notation.short_month(value)

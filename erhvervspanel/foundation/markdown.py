"""Staff's Markdown, as safe HTML."""

from collections.abc import Iterable
from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

ALLOWED_TAGS = {
    "p", "br", "strong", "em", "ul", "ol", "li", "a", "blockquote", "code", "hr",
    "h3", "h4", "h5", "h6", "div", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
# A wide table is scrolled by itself, by the keyboard too. The tables' regions are the only <div> there is.
SET_ATTRIBUTES = {
    "div": {"class": "table-region", "role": "region", "tabindex": "0", "aria-label": "Tabel"},
    "table": {"class": "table"},
}
DEEPEST = 6

# What stands below a field that is written in it.
FORMATTING = "Kan formateres: **fed**, *kursiv*, [tekst](link), og »- « først på en linje giver et punkt."

REMEMBERED = 128  # texts: those of the pages that are being read

parser = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")
parser.add_render_rule("table_open", lambda *_: "<div><table>\n")
parser.add_render_rule("table_close", lambda *_: "</table></div>\n")


@lru_cache(maxsize=REMEMBERED)
def render(text: str, under: int = 2) -> SafeString:
    """`text` as HTML: raw HTML is shown as typed, and only the tags of the allow-list come through.

    Args:
        under: the level of the page's own heading that the text stands under.
    """
    tokens = parser.parse(text)
    fit_headings(tokens, under)
    html = parser.renderer.render(tokens, parser.options, {})
    clean = nh3.clean(
        html,
        tags=ALLOWED_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        set_tag_attribute_values=SET_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener",
    )
    return mark_safe(clean)  # noqa: S308 (nh3 has just cleaned it)


def fit_headings(tokens: Iterable[Token], under: int) -> None:
    """Gives each heading the level right below the one that it stands under, whichever levels staff chose."""
    above: list[str] = []
    for token in tokens:
        if token.type == "heading_open":
            above = [*(tag for tag in above if tag < token.tag), token.tag]
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(under + len(above), DEEPEST)}"

"""What the components need beyond Django's own tags."""

import json
from functools import cache

from django import template
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from erhvervspanel.foundation.links import static

register = template.Library()

# What could end an element, as JSON writes it too.
AS_JSON = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"}
ICONS = "vendor/dkfds/11.2.0/icons.svg"


@register.simple_tag
def icon(name: str, css_class: str = "") -> SafeString:
    """The icon `name` from the sprite, as decoration: what it says must also stand in text."""
    return drawn(static(ICONS), name, css_class)


@cache
def drawn(sprite: str, name: str, css_class: str) -> SafeString:
    """The icon; the names and classes stand in templates, so that there are few."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        css_class,
        sprite,
        name,
    )


@register.simple_tag
def compiled(name: str, **values) -> SafeString:
    """The template `name`, one of those that Jinja2 compiles, with `values`."""
    return SafeString(get_template(name, using="compiled").render(values))


@register.simple_tag
def data_block(data: dict) -> SafeString:
    """`data` as JSON-LD in the page. No browser runs it, so that the content policy has nothing to say of it (HTML, »prepare the script
    element«), and nothing in it ends the element."""
    content = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(AS_JSON)
    return SafeString(f'<script type="application/ld+json">{content}</script>')


@register.tag
def capture(parser, token):
    """`{% capture page_title %}…{% endcapture %}`: what stands between, trimmed, as a variable for the whole page.

    A block can be written only once; with this its text can stand in several places.
    """
    _, name = token.split_contents()
    nodes = parser.parse(("endcapture",))
    parser.delete_first_token()
    return CaptureNode(name, nodes)


class CaptureNode(template.Node):
    def __init__(self, name: str, nodelist: template.NodeList):
        self.name = name
        self.nodelist = nodelist

    def render(self, context) -> str:
        context.dicts[0][self.name] = SafeString(self.nodelist.render(context).strip())
        return ""


def elided(page) -> list:
    """The page numbers to offer around `page`, with »…« for what is left out."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))

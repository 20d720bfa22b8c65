"""Tables of the admin."""

from collections.abc import Iterable, Iterator

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

register = template.Library()


@register.filter
def labelled(cells: Iterable[SafeString], headers: list[dict]) -> Iterator[SafeString]:
    """The cells of a list's row as Django writes them, each with its column's heading as `data-label`: where the rows are cards, no
    heading stands above them. Boxes to tick have a name of their own."""
    for cell, header in zip(cells, headers, strict=True):
        yield (
            cell if "action-checkbox-column" in header.get("class_attrib", "") else told(cell, header["text"])
        )


def told(cell: SafeString, heading: str) -> SafeString:
    """`cell` with `heading` in its first tag, which holds nothing but names of classes before that."""
    tag, end, rest = cell.partition(">")
    label = format_html(' data-label="{}"', capfirst(heading))
    return mark_safe(tag + label + end + rest)  # noqa: S308 (Django's own cell)

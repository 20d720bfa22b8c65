"""Templates that Jinja2 compiles to Python, for what stands on a page many times over, for the frame, which stands on every page, and
for mails, which are written while a crowd signs up.

A catalogue has 40 cards and 66 choices: Django's templates look up and render each of their thousand values by interpreting, which took
longer than all else that the page is made of. The syntax is almost Django's; `{% compiled %}` of `components` shows one.
"""

from django.template.defaultfilters import linebreaks_filter, pluralize
from jinja2 import Environment, StrictUndefined

from erhvervspanel.foundation.links import link, static
from erhvervspanel.foundation.pages import page_address
from erhvervspanel.foundation.templatetags import text
from erhvervspanel.foundation.templatetags.components import elided, icon


def environment(**options) -> Environment:
    """What these templates know beside their own values: paths, icons, and our filters. A value that is missing is an error."""
    made = Environment(**options | {"undefined": StrictUndefined, "autoescape": is_html})  # noqa: S701 (it is no less)
    made.globals |= {"icon": icon, "link": link, "page_address": page_address, "static": static}
    made.filters |= text.register.filters | {
        "elided": elided,
        "linebreaks": linebreaks_filter,
        "pluralize": pluralize,
    }
    return made


def is_html(name: str | None) -> bool:
    """Whether what is put in by the template `name` is text that has to be escaped: in all but a mail's plain text."""
    return not (name or "").endswith(".txt.jinja")

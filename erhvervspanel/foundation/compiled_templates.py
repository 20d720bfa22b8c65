"""Templates that Jinja2 compiles to Python, for the few parts that stand on a page many times over.

A catalogue has 40 cards and 66 choices: Django's templates look up and render each of their thousand values by interpreting, which took
longer than all else that the page is made of. The syntax is almost Django's; `{% compiled %}` of `components` shows one.
"""

from jinja2 import Environment, StrictUndefined

from erhvervspanel.foundation.templatetags.components import icon


def environment(**options) -> Environment:
    """What these templates know: their own values, and icons. A value that is missing is an error."""
    made = Environment(**options | {"undefined": StrictUndefined})  # noqa: S701 (Django's backend says so)
    made.globals["icon"] = icon
    return made

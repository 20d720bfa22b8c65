"""Templates that Jinja2 compiles to Python, for what stands on a page many times over, for the frame, which stands on every page, and
for mails, which are written while a crowd signs up.

A catalogue has 40 cards and 66 choices: Django's templates look up and render each of their thousand values by interpreting, which took
longer than all else that the page is made of. The syntax is almost Django's; `{% compiled %}` of `components` shows one.
"""

from django.template.defaultfilters import linebreaks_filter, pluralize
from jinja2 import Environment, StrictUndefined
from jinja2.compiler import CodeGenerator
from markupsafe import _escape_inner, escape

from erhvervspanel.foundation.links import link, static
from erhvervspanel.foundation.pages import page_address
from erhvervspanel.foundation.templatetags import text
from erhvervspanel.foundation.templatetags.components import elided, icon


class Writer(CodeGenerator):
    """Writes what is put in as text, by `escaped`. Jinja2's own `escape` makes a Markup of each of a page's seven hundred values first,
    in Python, and joins them to one text at once: a tenth of the catalogue's time in the process.
    """

    def _output_child_pre(self, node, frame, finalize) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write(f"environment.escaped({finalize.src or ''}")


def escaped(value: object) -> str:
    """`value` as HTML: what is safe already as it is, and all else as text."""
    if type(value) is str:
        return _escape_inner(value)
    return str(value) if type(value) is int else escape(value)


class CompilingEnvironment(Environment):
    code_generator_class = Writer
    escaped = staticmethod(escaped)


def environment(**options) -> Environment:
    """What these templates know beside their own values: paths, icons, and our filters. A value that is missing is an error."""
    made = CompilingEnvironment(**options | {"undefined": StrictUndefined, "autoescape": is_html})
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

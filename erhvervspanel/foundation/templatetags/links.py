"""Django's own `{% url %}`, with paths that are worked out once. It is built in: no template loads it."""

from django import template
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as parsed
from django.urls import NoReverseMatch
from django.utils.html import conditional_escape

from erhvervspanel.foundation.links import link

register = template.Library()


@register.tag
def url(parser, token):
    node = parsed(parser, token)
    return LinkNode(node.view_name, node.args, node.kwargs, node.asvar)


class LinkNode(URLNode):
    def render(self, context) -> str:
        args = [arg.resolve(context) for arg in self.args]
        kwargs = {name: value.resolve(context) for name, value in self.kwargs.items()}
        try:
            path = link(self.view_name.resolve(context), *args, current_app=current_app(context), **kwargs)
        except NoReverseMatch:
            if self.asvar is None:
                raise
            path = ""
        if self.asvar:
            context[self.asvar] = path
            return ""
        return conditional_escape(path) if context.autoescape else path


def current_app(context) -> str | None:
    """Which instance of an application the page is of, as Django's own tag has it."""
    request = getattr(context, "request", None)
    if hasattr(request, "current_app"):
        return request.current_app
    match = getattr(request, "resolver_match", None)
    return match and match.namespace

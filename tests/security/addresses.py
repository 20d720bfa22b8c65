"""Every address of the portal, from the URLconf itself: what is added there is tried by itself."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.contrib.admindocs.utils import (
    replace_metacharacters,
    replace_named_groups,
    replace_unnamed_groups,
)
from django.urls import URLResolver, get_resolver
from django.urls.resolvers import RegexPattern

ARGUMENT = re.compile(r"<(\w+)>")


@dataclass(frozen=True)
class Address:
    """One pattern of the URLconf.

    Attributes:
        route: with the kind of each argument in its place: »temaer/<int>/svar/«.
        view: what answers.
    """

    route: str
    view: Callable

    def path(self, arguments: Iterable[str]) -> str:
        """The path with `arguments` in their places."""
        left = iter(arguments)
        return "/" + ARGUMENT.sub(lambda _found: next(left), self.route)

    @property
    def is_public(self) -> bool:
        return not self.route.startswith("admin/")

    @property
    def needs_no_cookie(self) -> bool:
        """Whether Django's own guard against foreign forms is off."""
        return getattr(self.view, "csrf_exempt", False)


def every_address() -> list[Address]:
    return list(walk(get_resolver().url_patterns, ""))


def walk(patterns, before: str) -> Iterator[Address]:
    for pattern in patterns:
        route = before + readable(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns, route)
        else:
            yield Address(route, pattern.callback)


def readable(pattern) -> str:
    """A pattern with the kinds of its arguments. One that is a regular expression takes texts."""
    if isinstance(pattern, RegexPattern):
        route = replace_unnamed_groups(replace_named_groups(str(pattern)))
        return re.sub(r"<\w+>", "<str>", replace_metacharacters(route))
    return re.sub(r"<(?:(\w+):)?\w+>", lambda found: f"<{found[1] or 'str'}>", str(pattern))

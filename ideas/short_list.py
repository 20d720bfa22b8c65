"""A list of ideas that somebody gathers, kept in the address alone: it can be sent, printed and bookmarked, and nothing is stored of whose it
is, on the server or in the browser."""

from collections.abc import Iterable
from functools import cached_property
from urllib.parse import quote

from django.conf import settings
from django.http import QueryDict

from erhvervspanel.foundation import notation
from erhvervspanel.foundation.composed import Among, seldom
from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.references import numbered, year_and_number
from ideas.models import Idea

PARAMETER = "huskeliste"
SEPARATOR = "."
MOST = 40  # ideas: an address of that length is still sent whole by mail


class ShortList:
    """The list that an address has.

    Args:
        parameters: the request's GET parameters.

    Attributes:
        references: what it has, `2021-07`, in the order in which they were put there; no more than MOST.
        misread: what the address has and is no idea's reference.
        is_cut: whether the address has more than MOST.
    """

    def __init__(self, parameters: QueryDict):
        self.parameters = parameters
        given = list(filter(None, parameters.get(PARAMETER, "").split(SEPARATOR)))
        read = {each: year_and_number(each) for each in given}
        self.misread = [each for each, known in read.items() if known is None]
        references = dict.fromkeys(numbered(*known) for known in read.values() if known)
        self.references = tuple(references)[:MOST]
        self.is_cut = len(references) > MOST

    def __bool__(self) -> bool:
        """Whether somebody is gathering one, be it empty still."""
        return PARAMETER in self.parameters

    def __len__(self) -> int:
        return len(self.references)

    def __contains__(self, reference: str) -> bool:
        return reference in self.references

    @property
    def value(self) -> str:
        """The list as an address has it."""
        return SEPARATOR.join(self.references)

    @property
    def query(self) -> str:
        """What carries the list along to another page; nothing where nobody gathers one."""
        return f"?{PARAMETER}={self.value}" if self else ""

    @property
    def address(self) -> str:
        """The list's own page."""
        return f"{link('ideas:short-list')}?{PARAMETER}={self.value}"

    @property
    def catalogue(self) -> str:
        """The catalogue, where more ideas can be put on the list."""
        return f"{link('ideas:idea-list')}?{PARAMETER}={self.value}"

    @property
    def begun(self) -> str:
        """The same page, where ideas can be put on a list."""
        return self.same_page(self.references)

    @property
    def ended(self) -> str:
        """The same page without a list."""
        query = self.parameters.copy()
        query.pop(PARAMETER, None)
        return f"?{query.urlencode()}"

    def toggled(self, reference: str) -> str:
        """The same page, with `reference` put on the list, or taken off it where it is there."""
        others = [each for each in self.references if each != reference]
        return self.same_page(others if reference in self else [*others, reference])

    def same_page(self, references: Iterable[str]) -> str:
        query = self.parameters.copy()
        query[PARAMETER] = SEPARATOR.join(references)
        return f"?{query.urlencode()}"

    def with_also(self, reference: str) -> str:
        """The list's page, with `reference` on it as well where there is room for it."""
        separator = SEPARATOR if self.references else ""
        return self.address if reference in self or self.is_full else f"{self.address}{separator}{reference}"

    @property
    def is_full(self) -> bool:
        return len(self) >= MOST

    @cached_property
    def ideas(self) -> list[Idea]:
        """Those of the list that the public may see, in its order. One query."""
        if not self.references:
            return []
        years, numbers = zip(*map(year_and_number, self.references), strict=True)
        found = {idea.reference: idea for idea in ideas_among(sorted(set(years)), sorted(set(numbers)))}
        return [found[each] for each in self.references if each in found]

    def leave_out_unknown(self) -> str:
        """Takes off the list what is none of our ideas, and gives what to tell of that; "" where there is none. One query."""
        found = {idea.reference for idea in self.ideas}
        unknown = [*self.misread, *(each for each in self.references if each not in found)]
        self.references = tuple(each for each in self.references if each in found)
        named = ", ".join(f"»{each[:40]}«" for each in unknown[:5])
        return f"Vi kender ikke {named} og har set bort fra det. Find ideerne i kataloget." if unknown else ""

    @property
    def cut_sentence(self) -> str:
        """What to tell of a list that `is_cut`."""
        return f"En huskeliste har plads til {MOST} ideer. Her er de første {MOST}; del resten ud på en liste til."

    @property
    def mail(self) -> str:
        """The address that opens a mail to send the list by."""
        subject = f"Huskeliste med {notation.counted(len(self), 'ide', 'ideer')} fra Erhvervspanel"
        body = f"Se ideerne her:\r\n{settings.SITE_URL}{self.address}\r\n"
        return f"mailto:?subject={quote(subject)}&body={quote(body)}"


@seldom
def ideas_among(years, numbers):
    """The ideas of some years with some numbers: those of a list, and few besides."""
    return (
        Idea.objects.published()
        .filter(Among("theme__year", years), Among("number", numbers))
        .for_list()
        .order_by()
    )

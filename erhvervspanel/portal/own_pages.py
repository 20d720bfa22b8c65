"""The portal's own pages as search finds them. They are no rows, so that their words are looked through here, and cost no query."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from erhvervspanel.foundation import danish
from erhvervspanel.foundation.search import (
    EXACT,
    EXACT_TITLE,
    INSIDE,
    INSIDE_TITLE,
    PREFIX,
    PREFIX_TITLE,
    Term,
)


@dataclass(frozen=True)
class OwnPage:
    """A page that is always there.

    Attributes:
        name: of its address.
        text: what a hit tells of it.
        words: what else people may call it.
    """

    name: str
    title: str
    text: str
    words: str = ""

    @cached_property
    def searched(self) -> tuple[list[str], list[str], str]:
        """Its folded words: of the title, all others, and both together as a text."""
        title, others = danish.words(self.title), danish.words(f"{self.text} {self.words}")
        return title, others, " ".join([*title, *others])

    def rank(self, term: Term) -> int:
        """What it has of `term`, at its best, as the database ranks rows; 0 for nothing."""
        kinds: tuple[tuple[Callable[[str], bool], int, int], ...] = (
            (term.word.__eq__, EXACT_TITLE, EXACT),
            (lambda word: word.startswith(term.roots), PREFIX_TITLE, PREFIX),
            (term.is_in, INSIDE_TITLE, INSIDE),
        )
        title, text, all_words = self.searched
        if not any(
            root in all_words for root in term.roots
        ):  # most pages have none, and are looked at on every search
            return 0
        for answers, in_title, in_text in kinds:
            if any(map(answers, title)):
                return in_title
            if any(map(answers, text)):
                return in_text
        return 0

    def has(self, terms: Sequence[Term]) -> int:
        """Which of `terms` it has: a number with a bit for each, as rows tell it to `fewer_words`."""
        return sum(bool(self.rank(term)) << place for place, term in enumerate(terms))


PAGES = (
    OwnPage("panels:theme-list", "Temaer", "Hvert års tema, og hvad der kom ud af det.", "strategi"),
    OwnPage("panels:meeting-list", "Panelmøder", "Dagsorden og referat fra møderne med virksomhederne."),
    OwnPage("panels:company-list", "Virksomheder", "De virksomheder, der har sagt ja til at blive nævnt."),
    OwnPage("ideas:idea-list", "Idekataloget", "Alle ideer, og hvad der blev af dem.", "forslag"),
    OwnPage(
        "ideas:submission-form", "Meld et behov", "Fortæl, hvad din virksomhed mangler.", "indmelding ønske"
    ),
    OwnPage(
        "ideas:recommendation-list",
        "Borgernes anbefalinger",
        "Anbefalingerne fra borgersamlingen, og hvad kommunen svarer.",
    ),
    OwnPage("ideas:synergy", "Synergi", "Hvor anbefalinger og ideer mødes.", "overlap"),
    OwnPage(
        "ideas:service-list", "Tilbud til virksomheder", "Vejvisere til dem, der kan hjælpe.", "rådgivning"
    ),
    OwnPage("initiatives:initiative-list", "Initiativer", "Det, kommunen gør ved ideerne.", "indsatser"),
    OwnPage("events:event-list", "Arrangementer", "Konferencer, møder og netværk.", "kalender tilmelding"),
    OwnPage("events:registration-find", "Find min tilmelding", "Ret den, eller meld fra.", "afmelding afbud"),
    OwnPage("portal:news-list", "Nyheder", "Kort nyt om ideer, initiativer og arrangementer."),
    OwnPage("portal:numbers", "Programmet i tal", "Alle tal, år for år.", "statistik nøgletal virkning"),
    OwnPage(
        "portal:data", "Åbne data", "Filer, som alle må bruge.", "datasæt download hent csv json api licens"
    ),
    OwnPage("portal:about", "Om Erhvervspanel", "Hvad portalen er, og hvem der står bag.", "kontakt kommune"),
    OwnPage(
        "portal:accessibility",
        "Tilgængelighed",
        "Få fat i os, hvis noget er svært at bruge.",
        "tilgængelighedserklæring WCAG handicap",
    ),
    OwnPage(
        "portal:privacy",
        "Privatliv",
        "Hvilke oplysninger vi behandler, og hvilke rettigheder du har.",
        "persondata personoplysninger databeskyttelse privatlivspolitik GDPR samtykke",
    ),
    OwnPage("portal:cookies", "Cookies", "Portalen sætter ingen, når du læser den.", "samtykke"),
)

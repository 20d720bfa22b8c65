"""Who took part in a meeting, written as a list of companies: who is on record, who is new, and what has to be chosen."""

import hashlib
from dataclasses import dataclass, field

from panels.models import Company, PanelMeeting
from panels.vocabulary import Choice, Vocabulary


@dataclass
class Plan:
    """What a list would do to a meeting.

    Attributes:
        coming: companies on record that are going to be noted.
        noted: those that are noted already.
        created: names of companies that are going to be made.
        problems: a sentence for each wrong line.
    """

    vocabulary: Vocabulary
    coming: list[Company] = field(default_factory=list)
    noted: list[Company] = field(default_factory=list)
    created: list[str] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def does_something(self) -> bool:
        return bool(self.coming or self.created or self.choices)

    @property
    def digest(self) -> str:
        """Tells one plan from another."""
        told = ([company.pk for company in self.coming], self.created, self.choices)
        return hashlib.sha256(repr(told).encode()).hexdigest()


def planned(text: str, meeting: PanelMeeting, vocabulary: Vocabulary | None = None) -> Plan:
    """What `text`, with the name or the CVR number of a company on each line, would do to `meeting`. Nothing is written.

    Args:
        vocabulary: what the names stand for, where that is settled.
    """
    plan = Plan(vocabulary or Vocabulary())
    keys = set()
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            if line.strip():
                keys.add(company_in(line.strip(), number, plan.vocabulary))
        except ValueError as error:
            plan.problems.append(f"Linje {number}: {error}")
    there = set(meeting.attendances.values_list("company", flat=True))
    for company in Company.objects.filter(pk__in=[key for key in keys if isinstance(key, int)]):
        (plan.noted if company.pk in there else plan.coming).append(company)
    plan.choices = plan.vocabulary.companies.choices()
    plan.created = plan.vocabulary.companies.new_but_for({choice.key for choice in plan.choices})
    return plan


def company_in(line: str, number: int, vocabulary: Vocabulary) -> int | str:
    """The key of the company that stands in a line, or its name where it is asked for. Raises ValueError, with a sentence."""
    longest = Company._meta.get_field("name").max_length
    if "\t" in line or "|" in line:
        raise ValueError("Der står mere end én ting. Skriv kun virksomhedens navn eller CVR-nummer.")
    if len(line) > longest:
        raise ValueError(f"Linjen er {len(line)} tegn. Et navn har højst {longest}.")
    return vocabulary.company(" ".join(line.split()), number)

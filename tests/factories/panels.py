from datetime import date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import factory
from stdnum.dk import cvr

from erhvervspanel.foundation import danish
from panels.models import (
    Attendance,
    Company,
    Decision,
    FocusArea,
    Material,
    Need,
    PanelMeeting,
    SizeBand,
    Theme,
)
from tests.documents import file, pdf
from tests.factories.rows import PublishableFactory, RecordFactory, following, next_number

VALID_CVR = (number for number in map(str, count(10_000_000)) if cvr.is_valid(number))


class DecisionFactory(PublishableFactory):
    committee = "Erhvervsudvalget"
    decided_on = date(2021, 6, 16)
    agenda_item = factory.Sequence(lambda n: f"{n + 1}")
    title = factory.Sequence(lambda n: f"Beslutning {n + 1}")
    slug = factory.LazyAttribute(lambda decision: danish.slugify(decision.title))
    text = "Udvalget godkendte indstillingen."

    class Meta:
        model = Decision


class ThemeFactory(PublishableFactory):
    """The first theme of a test is 2021, the next 2022 and so on."""

    year = factory.LazyFunction(lambda: following(Theme.objects, "year", first=2021))
    year_decided = factory.LazyAttribute(lambda theme: theme.year - 1)
    title = factory.LazyAttribute(lambda theme: f"Tema for {theme.year}")
    summary = "Tre sætninger om temaet."
    deciding_body = "Erhvervsudvalget"

    class Meta:
        model = Theme


class FocusAreaFactory(RecordFactory):
    theme = factory.SubFactory(ThemeFactory)
    position = next_number("theme", "focus_areas", "position")
    name = factory.LazyAttribute(lambda area: f"Område {area.position}")
    slug = factory.LazyAttribute(lambda area: danish.slugify(area.name))

    class Meta:
        model = FocusArea


class NeedFactory(RecordFactory):
    name = factory.Sequence(lambda n: f"Behov {n + 1}")
    slug = factory.LazyAttribute(lambda need: danish.slugify(need.name))

    class Meta:
        model = Need


class CompanyFactory(RecordFactory):
    """A company that has said yes to being named; `unnamed=True` has not."""

    name = factory.Sequence(lambda n: f"Virksomhed {n + 1}")
    slug = factory.LazyAttribute(lambda company: danish.slugify(company.name))
    cvr = factory.LazyFunction(lambda: next(VALID_CVR))
    trade = "Maskinfabrik"
    size_band = SizeBand.FROM_10
    town = "Nærum"
    named_since = date(2021, 3, 1)

    class Meta:
        model = Company

    class Params:
        unnamed = factory.Trait(named_since=None)


class PanelMeetingFactory(PublishableFactory):
    theme = factory.SubFactory(ThemeFactory)
    number = next_number("theme", "meetings")
    title = factory.LazyAttribute(lambda meeting: f"Panelmøde {meeting.number}")
    starts_at = datetime(2021, 4, 14, 8, tzinfo=ZoneInfo("Europe/Copenhagen"))
    ends_at = factory.LazyAttribute(lambda meeting: meeting.starts_at + timedelta(hours=2))
    is_online = True

    class Meta:
        model = PanelMeeting


class AttendanceFactory(RecordFactory):
    meeting = factory.SubFactory(PanelMeetingFactory)
    company = factory.SubFactory(CompanyFactory)

    class Meta:
        model = Attendance


class MaterialFactory(RecordFactory):
    """A link to read; `uploaded=True` is a PDF."""

    meeting = factory.SubFactory(PanelMeetingFactory)
    title = factory.Sequence(lambda n: f"Oplæg {n + 1}")
    url = factory.Sequence(lambda n: f"https://example.org/oplaeg-{n + 1}")

    class Meta:
        model = Material

    class Params:
        uploaded = factory.Trait(url="", document=factory.LazyFunction(lambda: file("oplaeg.pdf", pdf())))

import re
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from erhvervspanel.portal.programme import ProgrammeError, load_programme
from events.models import Event, Session
from ideas.actions import merge_ideas
from ideas.models import Answer, Assembly, Idea, Overlap
from initiatives.models import Initiative, Reading
from panels import merging
from panels.actions import merge_companies
from panels.models import Attendance, Company, Decision, FocusArea, Need, PanelMeeting, Theme
from tests.documents import file, pdf
from tests.factories import CompanyFactory, IdeaFactory, NeedFactory, RecommendationFactory, UserFactory

DANISH = ZoneInfo("Europe/Copenhagen")

THEME = """
[theme]
year = 2021
year_decided = 2020
title = "Grøn omstilling"
deciding_body = "Erhvervsudvalget"
"""
PROGRAMME = f"""
[defaults]
is_example = true
publish_at = 2021-09-01T08:00:00
{THEME}
[[areas]]
slug = "groen-vejledning"
name = "Grøn vejledning"

[[areas]]
slug = "groen-videndeling"
name = "Grøn videndeling"

[[needs]]
slug = "energi"
name = "Energi"

[[companies]]
name = "Eksempel Maskinfabrik"
cvr = "10000009"
meetings = [1]

[[meetings]]
number = 1
title = "Hvad mangler I?"
starts_at = 2021-03-10T08:00:00
ends_at = 2021-03-10T10:00:00

[[decisions]]
slug = "behandling"
committee = "Erhvervsudvalget"
decided_on = 2021-06-16
title = "Behandling"

[[ideas]]
number = 1
title = "Brug varmen to gange"
area = "groen-vejledning"
goals = [7, 13]
meetings = [1]
companies = ["Eksempel Maskinfabrik"]
needs = ["energi"]
related = [2]

[[ideas.answers]]
decision = "behandling"
outcome = "merged"
merged_into = 2
reason = "De to ideer handler om det samme."

[[ideas]]
number = 2
title = "Del varmen"
area = "groen-vejledning"
related = []

[[initiatives]]
number = 1
slug = "varme"
title = "Varme"
summary = "Varmen bruges."
ideas = [1, 2]
decision = "behandling"

[[initiatives.indicators]]
name = "Varme"
unit = "MWh"
readings = [{{ read_on = 2022-01-01, value = 2.5, source = "Måler" }}]

[[venues]]
name = "Salen"
address = "Vejen 1"
postcode = "2850"
town = "Nærum"

[[speakers]]
name = "Ordstyrer"

[[events]]
kind = "network"
slug = "moede"
title = "Møde"
summary = "Et møde."
starts_at = 2021-09-27T17:00:00
ends_at = 2021-09-27T20:00:00
venue = "Salen"
initiatives = ["varme"]

[[events.sessions]]
title = "Velkomst"
is_example = false
starts_at = 2021-09-27T17:00:00
ends_at = 2021-09-27T17:10:00
speakers = ["Ordstyrer"]
"""


def outcomes(loaded) -> dict:
    return {model.__name__: dict(counts) for model, counts in loaded.items() if counts}


def test_load_programme_creates_what_the_file_holds(load):
    assert outcomes(load(PROGRAMME)) == {
        "Need": {"new": 1},
        "Decision": {"new": 1},
        "Theme": {"new": 1},
        "FocusArea": {"new": 2},
        "PanelMeeting": {"new": 1},
        "Company": {"new": 1},
        "Attendance": {"new": 1},
        "Idea": {"new": 2},
        "Answer": {"new": 1},
        "Initiative": {"new": 1},
        "Indicator": {"new": 1},
        "Reading": {"new": 1},
        "Venue": {"new": 1},
        "Speaker": {"new": 1},
        "Event": {"new": 1},
        "Session": {"new": 1},
    }


def test_load_programme_links_what_it_creates(load):
    load(PROGRAMME)
    first, second = Idea.objects.order_by("number")
    answer = Answer.objects.get()
    initiative = Initiative.objects.get()
    session = Session.objects.get()
    assert first.theme == Theme.objects.get(year=2021)
    assert first.area == FocusArea.objects.get(slug="groen-vejledning")
    assert first.goals == [7, 13]
    assert list(first.meetings.all()) == list(PanelMeeting.objects.all())
    assert list(first.companies.all()) == list(Company.objects.all())
    assert list(first.needs.all()) == list(Need.objects.all())
    assert (answer.idea, answer.merged_into, answer.decision) == (
        first,
        second,
        Decision.objects.get(),
    )
    assert list(initiative.ideas.order_by("number")) == [first, second]
    assert Reading.objects.get().value == Decimal("2.5")
    assert list(session.event.initiatives.all()) == [initiative]
    assert [speaker.name for speaker in session.speakers.all()] == ["Ordstyrer"]
    assert Attendance.objects.get().company.cvr == "10000009"


MATERIAL = PROGRAMME.replace(
    "ends_at = 2021-03-10T10:00:00", 'ends_at = 2021-03-10T10:00:00\nmaterials = [{ title = "Oplæg", url = "https://example.org/1" }]'
).replace("[[events.sessions]]", '[[events.materials]]\ntitle = "Film"\nurl = "https://example.org/2"\n\n[[events.sessions]]')  # fmt: skip


def test_material_is_loaded_as_links_of_meetings_and_events(load):
    load(MATERIAL)
    meeting, event = PanelMeeting.objects.get(), Event.objects.get()
    assert [(row.title, row.url) for row in meeting.materials.all()] == [("Oplæg", "https://example.org/1")]
    assert [(row.title, row.url) for row in event.materials.all()] == [("Film", "https://example.org/2")]
    assert {name for counts in outcomes(load(MATERIAL)).values() for name in counts} == {"unchanged"}


def test_a_document_is_not_written_in_a_file_and_not_overwritten_by_one(load):
    with pytest.raises(ProgrammeError, match="»document« kendes ikke"):
        load(MATERIAL.replace('url = "https://example.org/1"', 'document = "materiale/a.pdf"'))
    load(MATERIAL)
    material = PanelMeeting.objects.get().materials.get()
    material.url, material.document = "", file("a.pdf", pdf())
    material.save()
    with pytest.raises(ProgrammeError) as error:
        load(MATERIAL)
    assert str(error.value) == (
        "meetings »1«, materials »Oplæg«: Et materiale er enten et link eller et dokument. Udfyld det ene og ikke det andet."
    )
    material.refresh_from_db()
    assert material.document.shown_name == "a.pdf"


def test_areas_keep_the_order_of_the_file(load):
    load(PROGRAMME)
    assert list(FocusArea.objects.order_by("position").values_list("position", "slug")) == [
        (1, "groen-vejledning"),
        (2, "groen-videndeling"),
    ]


def test_a_second_load_writes_nothing(load):
    load(PROGRAMME)
    with CaptureQueriesContext(connection) as queries:
        loaded = load(PROGRAMME)
    written = [query["sql"] for query in queries if re.match("INSERT|UPDATE|DELETE", query["sql"])]
    assert written == []
    assert {name for counts in outcomes(loaded).values() for name in counts} == {"unchanged"}


def test_a_load_is_at_most_two_entries_in_the_history(load):
    load(PROGRAMME)
    first, second = Idea.objects.order_by("number")
    assert [entry.history_type for entry in first.history.all()] == ["~", "+"]
    # The first idea is answered as merged into the second, which gets its links in one more entry.
    assert [entry.history_type for entry in second.history.all()] == ["~", "+"]
    linked = first.history.first()
    assert [getattr(linked, name).count() for name in ("meetings", "companies", "needs", "related")] == [
        1
    ] * 4


def test_only_what_differs_is_updated(load):
    load(PROGRAMME)
    user = UserFactory()
    loaded = load(PROGRAMME.replace("Del varmen", "Del varmen med naboen"), by=user)
    changed = {name for name, counts in outcomes(loaded).items() if "changed" in counts}
    idea = Idea.objects.get(number=2)
    newest = idea.history.first()
    assert changed == {"Idea"}
    assert loaded[Idea] == {"changed": 1, "unchanged": 1}
    assert idea.title == "Del varmen med naboen"
    assert (newest.history_type, newest.history_user) == ("~", user)
    assert newest.history_change_reason == "Programfilen 2021.toml"


def test_links_become_those_of_the_file(load):
    load(PROGRAMME)
    loaded = load(PROGRAMME.replace("ideas = [1, 2]", "ideas = [2]"))
    initiative = Initiative.objects.get()
    assert [idea.number for idea in initiative.ideas.all()] == [2]
    assert loaded[Initiative] == {"changed": 1}
    assert initiative.history.count() == 3


def test_what_the_file_leaves_out_is_left_alone(load):
    load(PROGRAMME)
    Idea.objects.filter(number=2).update(summary="Skrevet i administrationen.")
    idea = Idea.objects.get(number=2)
    idea.needs.set([NeedFactory()])
    other = IdeaFactory(theme=idea.theme, number=3)
    loaded = load(PROGRAMME)
    idea.refresh_from_db()
    assert idea.summary == "Skrevet i administrationen."
    assert idea.needs.count() == 1
    assert Idea.objects.filter(pk=other.pk).exists()
    assert loaded[Idea] == {"unchanged": 2}


def test_a_link_written_at_one_end_stays_when_the_other_end_has_a_list(load):
    load(PROGRAMME)
    second = Idea.objects.get(number=2)
    assert [idea.number for idea in second.related.all()] == [1]


def test_what_a_record_leaves_out_comes_from_its_parent_and_then_from_the_defaults(load):
    load(
        f"""
        [defaults]
        is_example = true
        publish_at = 2021-09-01
        {THEME}
        [[assemblies]]
        slug = "borgersamling"
        name = "Borgersamlingen"
        is_example = false
        [[assemblies.recommendations]]
        number = 1
        title = "Energi"
        feedbacks = [{{ round = 1, given_on = 2021-11-24, text = "Er begyndt.", is_example = true }}]
        """
    )
    assembly = Assembly.objects.get()
    recommendation = assembly.recommendations.get()
    assert Theme.objects.get().is_example is True
    assert (assembly.is_example, recommendation.is_example) == (False, False)
    assert recommendation.feedbacks.get().is_example is True
    assert recommendation.publish_at == datetime(2021, 9, 1, tzinfo=DANISH)


def test_times_are_danish(load):
    load(PROGRAMME)
    assert PanelMeeting.objects.get().starts_at == datetime(2021, 3, 10, 8, tzinfo=DANISH)


def test_an_empty_text_empties_a_field(load):
    load(PROGRAMME)
    load(PROGRAMME.replace('cvr = "10000009"', 'cvr = ""'))
    assert Company.objects.get().cvr is None


def test_another_year_uses_what_is_there(load):
    load(PROGRAMME)
    RecommendationFactory(assembly__slug="borgersamling", number=3)
    loaded = load(
        """
        [theme]
        year = 2022
        year_decided = 2021
        title = "Arbejdskraft"
        deciding_body = "Erhvervsudvalget"
        decision = "behandling"

        [[areas]]
        slug = "groen-vejledning"
        name = "Oplæring"

        [[companies]]
        name = "Eksempel Maskinfabrik"
        meetings = [1]

        [[meetings]]
        number = 1
        title = "Hvem mangler I?"
        starts_at = 2022-03-09T08:00:00
        ends_at = 2022-03-09T10:00:00

        [[ideas]]
        number = 1
        title = "Del en lærling"
        area = "groen-vejledning"
        meetings = [1]
        needs = ["energi"]
        related = ["2021-01"]
        overlaps = [{ recommendation = "borgersamling-3", reason = "Begge vil have flere med." }]
        """
    )
    idea = Idea.objects.get(theme__year=2022)
    assert loaded[Company] == {"unchanged": 1}
    assert loaded[Attendance] == {"new": 1}
    assert (idea.area.theme, idea.meetings.get().theme) == (idea.theme, idea.theme)
    assert idea.related.get() == Idea.objects.get(theme__year=2021, number=1)
    assert Overlap.objects.get().recommendation.number == 3


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        (
            "title =",
            "titel =",
            "theme »2021«: »titel« kendes ikke. Kendt er: is_example, provenance, ",
        ),
        ("[[needs]]", "[[behov]]", "2021.toml: »behov« kendes ikke. Kendt er: defaults, needs, "),
        (
            "is_example = true",
            "is_exampel = true",
            "defaults: »is_exampel« kendes ikke. Kendt er: publish_at, ",
        ),
        (
            'slug = "varme"',
            "",
            "initiatives »nr. 1«, feltet »slug«: Mangler. Det er det felt, posten kendes på.",
        ),
        (
            "number = 2",
            "number = 1",
            "ideas »1«, feltet »number«: Den samme står to gange i filen.",
        ),
        (
            '"groen-vejledning"\ngoals',
            '"blaa"\ngoals',
            "ideas »1«, feltet »area«: »blaa« findes ikke blandt fokusområder.",
        ),
        ("related = [2]", "related = 2", "ideas »1«, feltet »related«: Her skal stå en liste."),
        (
            "related = [2]",
            "related = [7]",
            "ideas »1«, feltet »related«: »7« findes ikke blandt ideer.",
        ),
        (
            "related = [2]",
            'related = ["x-y"]',
            "ideas »1«, feltet »related«: Værdien kan ikke bruges her.",
        ),
        ("goals = [7, 13]", "goals = 7", "ideas »1«, feltet »goals«: Her skal stå en liste."),
        ("goals = [7, 13]", "goals = [18]", "ideas »1«: Feltet »goals«: "),
        (
            'unit = "MWh"',
            'unit = ["MWh"]',
            "initiatives »varme«, indicators »Varme«, feltet »unit«: Her skal stå én værdi.",
        ),
        ('unit = "MWh"', "", "initiatives »varme«, indicators »Varme«: Feltet »unit«: "),
        (
            "starts_at = 2021-03-10T08:00:00",
            'starts_at = "2021-03-10"',
            "meetings »1«, feltet »starts_at«: Her skal stå en dato med klokkeslæt, uden anførselstegn.",
        ),
        (
            "ends_at = 2021-03-10T10:00:00",
            "ends_at = 2021-03-10T07:00:00",
            "meetings »1«: Mødet skal slutte, efter at det er begyndt.",
        ),
        (
            'cvr = "10000009"',
            'cvr = "10000008"',
            "companies »Eksempel Maskinfabrik«: Feltet »cvr«: CVR-nummeret er ikke gyldigt. ",
        ),
        (
            "merged_into = 2\n",
            "",
            "ideas »1«, answers »behandling«: Vælg den anden ide, som ideen er lagt sammen med.",
        ),
        ("[theme]", "[theme", "er ikke gyldig TOML: "),
    ],
)
def test_a_mistake_is_named_and_nothing_is_written(load, right, wrong, message):
    with pytest.raises(ProgrammeError) as refusal:
        load(PROGRAMME.replace(right, wrong, 1))
    assert message in str(refusal.value)
    assert not Theme.objects.exists()
    assert not Need.objects.exists()


def test_what_belongs_to_a_theme_needs_one(load):
    with pytest.raises(ProgrammeError, match=re.escape("»areas« hører til et tema. Skriv også [theme].")):
        load('[[areas]]\nslug = "a"\nname = "A"')


def test_a_missing_file_is_named(db, tmp_path):
    with pytest.raises(ProgrammeError, match=r"ingen\.toml kan ikke læses\. Den findes ikke\."):
        load_programme(tmp_path / "ingen.toml")


def test_a_file_of_another_encoding_is_told_of_in_danish(db, tmp_path):
    file = tmp_path / "fra-windows.toml"
    file.write_bytes('title = "Grøn omstilling"'.encode("cp1252"))
    with pytest.raises(ProgrammeError, match=r"fra-windows\.toml er ikke UTF-8\. Gem den som UTF-8"):
        load_programme(file)


def test_the_example_in_the_documentation_loads(load):
    guide = Path(settings.BASE_DIR / "docs" / "programme-format.md").read_text(encoding="utf-8")
    NeedFactory(slug="arbejdskraft")
    earlier = IdeaFactory(theme__year=2021, number=27)
    load(re.search("```toml\n(.*?)```", guide, re.DOTALL)[1])
    assert Idea.objects.get(theme__year=2022).related.get() == earlier


def test_the_command_says_what_it_did(db, tmp_path, capsys):
    path = tmp_path / "2021.toml"
    path.write_text(PROGRAMME, encoding="utf-8")
    call_command("load_programme", path)
    assert capsys.readouterr().out.splitlines()[:3] == [
        "1 behov: oprettet",
        "1 beslutning: oprettet",
        "1 tema: oprettet",
    ]
    call_command("load_programme", path)
    assert "2 ideer: 0 nye, 0 ændrede, 2 uændrede" in capsys.readouterr().out


def test_the_command_fails_with_the_mistake(db, tmp_path):
    path = tmp_path / "2021.toml"
    path.write_text(PROGRAMME.replace("title =", "titel =", 1), encoding="utf-8")
    with pytest.raises(CommandError, match=re.escape("Intet er indlæst. theme »2021«: »titel« kendes ikke.")):
        call_command("load_programme", path)


def test_what_a_merged_idea_gave_is_kept_where_the_other_end_holds_it(load):
    """The file's initiative names the first idea, which staff merge into the second: both have it, when the file is loaded again."""
    later = PROGRAMME.replace('outcome = "merged"\nmerged_into = 2\n', 'outcome = "later"\n')
    programme = later.replace("ideas = [1, 2]", "ideas = [1]")
    load(programme)
    initiative, (first, second) = Initiative.objects.get(), Idea.objects.order_by("number")
    assert list(initiative.ideas.all()) == [first]
    merge_ideas([first], into=second, by=None, reason="Det samme.")
    load(programme)
    assert set(initiative.ideas.all()) == {first, second}


@pytest.mark.parametrize("content", ["", "# Kun en bemærkning.\n"])
def test_an_empty_file_is_told_as_such(db, tmp_path, content):
    path = tmp_path / "tom.toml"
    path.write_text(content)
    with pytest.raises(CommandError, match=r"Intet er indlæst\. .*tom\.toml: filen er tom\."):
        call_command("load_programme", path)


# -- Companies that were merged --------------------------------------------------------------------------------

STAYS = "Eksempel Maskinfabrik ApS"
BOTH = PROGRAMME.replace(
    'meetings = [1]\n\n[[meetings]]',
    f'town = "Holte"\nmeetings = [1]\n\n[[companies]]\nname = "{STAYS}"\ntown = "Nærum"\nmeetings = [1]\n\n[[meetings]]',
).replace('cvr = "10000009"\n', "")  # fmt: skip


def merged(into: Company) -> Company:
    """The file's company, which is merged into `into`."""
    companies = [Company.objects.get(name="Eksempel Maskinfabrik"), into]
    merge_companies(companies, into=into, reason="", seen=merging.planned(companies, into).digest, by=None)
    return Company.objects.get(pk=into.pk)


def writes(load, text: str) -> list[str]:
    """What loading `text` writes."""
    with CaptureQueriesContext(connection) as queries:
        load(text)
    return [query["sql"] for query in queries if re.match("INSERT|UPDATE|DELETE", query["sql"])]


def test_a_company_that_was_merged_is_the_one_that_stays(load):
    load(PROGRAMME)
    stays = merged(CompanyFactory(name=STAYS, cvr=None, town="Nærum"))
    assert (
        writes(
            load, PROGRAMME.replace("meetings = [1]\n\n[[meet", 'town = "Holte"\nmeetings = [1]\n\n[[meet')
        )
        == []
    )
    assert list(Company.objects.all()) == [stays]
    assert list(Idea.objects.get(number=1).companies.all()) == [stays]


def test_what_the_file_says_by_the_present_name_counts(load):
    load(BOTH)
    stays = merged(Company.objects.get(name=STAYS))
    assert writes(load, BOTH) == []
    load(BOTH.replace('"Nærum"\nmeetings', '"Vedbæk"\nmeetings'))
    stays.refresh_from_db()
    assert stays.town == "Vedbæk"
    assert list(Company.objects.all()) == [stays]
    assert Attendance.objects.get().company == stays


def test_another_year_adds_a_meeting_to_the_one_that_stays(load):
    load(PROGRAMME)
    stays = merged(CompanyFactory(name=STAYS, cvr=None))
    later = f"""
    {THEME.replace("2021", "2022").replace("2020", "2021")}
    [[companies]]
    name = "EKSEMPEL Maskinfabrik"
    meetings = [1]

    [[meetings]]
    number = 1
    title = "Hvem mangler I?"
    starts_at = 2022-03-09T08:00:00
    ends_at = 2022-03-09T10:00:00

    [[areas]]
    slug = "oplaering"
    name = "Oplæring"

    [[ideas]]
    number = 1
    title = "Del en lærling"
    area = "oplaering"
    companies = ["Eksempel Maskinfabrik"]
    """
    later = later.replace("    ", "")
    assert outcomes(load(later))["Company"] == {"unchanged": 1}
    assert writes(load, later) == []
    assert list(Company.objects.all()) == [stays]
    assert stays.attendances.count() == 2
    assert list(Idea.objects.get(theme__year=2022).companies.all()) == [stays]


def test_a_company_with_another_number_is_another(load):
    load(PROGRAMME)
    stays = merged(CompanyFactory(name=STAYS, cvr=None))
    assert stays.cvr == "10000009"
    load(PROGRAMME.replace("10000009", "13748136"))
    assert Company.objects.get(cvr="13748136").name == "Eksempel Maskinfabrik"
    assert Company.objects.count() == 2


def test_a_former_name_that_stands_twice_is_refused_and_renames_nobody(load):
    load(PROGRAMME)
    merged(CompanyFactory(name=STAYS, cvr=None, town="Nærum"))
    twice = PROGRAMME.replace(
        "\n[[meetings]]", '\n[[companies]]\nname = "Eksempel Maskinfabrik"\ntown = "Holte"\n\n[[meetings]]', 1
    )
    with pytest.raises(ProgrammeError, match="Den samme står to gange i filen"):
        load(twice)
    assert list(Company.objects.values_list("name", "town")) == [(STAYS, "Nærum")]


def test_a_number_that_a_third_has_is_not_passed_over(load):
    load(PROGRAMME)
    stays = merged(CompanyFactory(name=STAYS, cvr=None))
    Company.objects.filter(pk=stays.pk).update(cvr=None)
    CompanyFactory(name="En tredje", cvr="10000009")
    with pytest.raises(ProgrammeError, match="CVR-nummer"):
        load(PROGRAMME)


def test_a_name_that_two_go_by_is_nobodys(load):
    load(PROGRAMME)
    merged(CompanyFactory(name=STAYS, cvr=None))
    load(PROGRAMME.replace("10000009", "13748136"))
    Company.objects.filter(name=STAYS).update(cvr=None)
    merged(CompanyFactory(name="En anden", cvr=None))
    Company.objects.update(cvr=None)
    load(PROGRAMME)
    assert Company.objects.filter(name="Eksempel Maskinfabrik").count() == 1

"""Importing ideas: what a file may look like, what it does, and what is refused."""

import gc
import io
import tracemalloc
from contextlib import closing
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from erhvervspanel.foundation.spreadsheets import write_csv
from erhvervspanel.foundation.spreadsheets.new_workbook import write_xlsx
from ideas.actions.import_ideas import CHANGED_MEANWHILE, import_ideas
from ideas.exchange import plan, planned, rows_of
from ideas.exchange.columns import COLUMNS
from ideas.models import Idea
from panels.models import Company, Need
from panels.vocabulary import Refused
from tests.factories import AnswerFactory, CompanyFactory, IdeaFactory, NeedFactory, UserFactory
from tests.ideas.exchange.conftest import HEADER, csv, row

pytestmark = pytest.mark.django_db


def refused(file, year) -> list[str]:
    """What is wrong with `file`, which is then not imported at all."""
    before = Idea.objects.count(), Idea.history.count(), Company.objects.count()
    with pytest.raises(Refused) as caught:
        import_ideas(file, year.theme, by=None)
    assert (Idea.objects.count(), Idea.history.count(), Company.objects.count()) == before
    return caught.value.plan.problems


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_row_becomes_a_draft_with_all_it_says(year, encoding, separator):
    karen = UserFactory()
    plan = import_ideas(csv(row(), separator=separator, encoding=encoding), year.theme, by=karen)
    idea = Idea.objects.get()
    assert dict(plan.counts) == {"new": 1}
    assert (idea.reference, idea.title, idea.area) == ("2021-07", "Ladestandere ved stationen", year.area)
    assert idea.proposal == "Vi mangler strøm.\nOgså om natten."
    assert list(idea.needs.all()) == [year.need]
    assert list(idea.companies.all()) == [year.company]
    assert set(idea.meetings.all()) == set(year.meetings)
    assert (idea.goals, idea.publish_at) == ([7, 11], None)
    version = idea.history.get()
    assert (version.history_user, version.history_change_reason) == (karen, "Hentet ind fra regneark")
    assert [linked.company for linked in version.companies.all()] == [year.company]


def test_the_same_file_twice_changes_nothing_the_second_time(year):
    import_ideas(csv(row()), year.theme, by=None)
    idea = Idea.objects.get()
    plan = import_ideas(csv(row()), year.theme, by=None)
    assert dict(plan.counts) == {"unchanged": 1}
    assert Idea.objects.get().updated_at == idea.updated_at
    assert idea.history.count() == 1


def test_what_an_idea_came_in_as_stays_beside_it_as_the_companies_own_words(year):
    import_ideas(csv(row()), year.theme, by=None)
    import_ideas(csv(row(beskrivelse="Der skal være strøm.")), year.theme, by=None)
    idea = Idea.objects.get()
    assert (idea.proposal, idea.own_words) == ("Der skal være strøm.", "Vi mangler strøm.\nOgså om natten.")
    assert idea.history.earliest().own_words == idea.own_words


def test_what_differs_is_changed_and_told(year):
    import_ideas(csv(row()), year.theme, by=None)
    file = csv(row(titel="En ny titel", moede="1", verdensmaal="7"))
    plan = planned(file, year.theme)
    assert plan.lines[0].changes == [
        ("titel", "Ladestandere ved stationen → En ny titel"),
        ("verdensmål", "7, 11 → 7"),
        ("møde", f"uden {year.meetings[1]}"),
    ]
    import_ideas(file, year.theme, by=None)
    idea = Idea.objects.get()
    assert idea.title == "En ny titel"
    assert list(idea.meetings.all()) == [year.meetings[0]]
    assert idea.history.count() == 2


def test_a_column_that_is_left_out_leaves_its_field_alone(year):
    import_ideas(csv(row()), year.theme, by=None)
    import_ideas(csv(("7", "En ny titel"), header=("nummer", "titel")), year.theme, by=None)
    idea = Idea.objects.get()
    assert (idea.title, idea.proposal, idea.goals) == (
        "En ny titel",
        "Vi mangler strøm.\nOgså om natten.",
        [7, 11],
    )
    assert list(idea.companies.all()) == [year.company]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"nummer": "syv"}, "nummer: »syv« er ikke et nummer. Skriv det som 7 eller 2021-07."),
        ({"nummer": ""}, "nummer: Nummeret mangler. Det næste i temaet er 2."),
        ({"nummer": "2022-07"}, "nummer: »2022-07« hører til et andet år end temaet fra 2021."),
        ({"titel": ""}, "titel: Titlen mangler."),
        ({"titel": "x" * 161}, f"titel: »{'x' * 40} …« er 161 tegn. Der må højst være 160."),
        ({"omraade": "Grøn transprot"}, "fokusområde: »Grøn transprot« er ikke et af temaets fokusområder. Mente du »Grøn transport«? De er Grøn transport."),
        ({"moede": "3"}, "møde: Temaet har intet møde nummer 3. Møderne er 1, 2."),
        ({"moede": "første"}, "møde: »første« er ikke et tal. Skriv tal med | imellem."),
        ({"virksomheder": "13748137"}, "virksomheder: »13748137« er ikke et gyldigt CVR-nummer. Ret det, eller skriv navnet."),
        ({"virksomheder": "29189641"}, "virksomheder: Der er ingen virksomhed med CVR-nummer 29189641. Skriv navnet, eller opret virksomheden først."),
        ({"status": "Gennemført"}, "status: Ideen står som »Afventer behandling«. Status følger af udvalgets svar; lad cellen stå tom, og ret svaret."),
        ({"status": "vedtaget"}, "status: »vedtaget« kendes ikke. Lad cellen stå tom: status følger af udvalgets svar."),
        ({"verdensmaal": "18"}, "verdensmål: »18« har et tal, som ikke er et verdensmål. De går fra 1 til 17."),
        ({"verdensmaal": "7,1"}, "verdensmål: »7,1« kan være et kommatal. Skriv tallene med | imellem, for eksempel 7|10."),
        ({"moede": "1,2"}, "møde: »1,2« kan være et kommatal. Skriv tallene med | imellem, for eksempel 7|10."),
        ({"behov": "b" * 81}, f"behov: »{'b' * 40} …« er 81 tegn. Et navn har højst 80. Mangler der en |?"),
        ({"beskrivelse": "bip\x07"}, "beskrivelse: Teksten har tegn, som ikke kan læses. Skriv den igen."),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_named_with_what_to_do(year, changes, sentence):
    assert refused(csv(row(nummer="1"), row(**changes)), year) == [f"Række 3, {sentence}"]


def test_rows_without_a_number_are_told_together(year):
    file = csv(row(nummer=""), row(nummer="4"), row(nummer=""))
    assert refused(file, year) == ["Række 2 og 4, nummer: Nummeret mangler. Det næste i temaet er 5."]
    [sentence] = refused(csv(*[row(nummer="")] * 30), year)
    assert sentence.startswith("Række 2, 3, 4")
    assert "21 og 10 til, nummer: Nummeret mangler." in sentence


def test_a_wrong_row_is_counted_and_not_among_those_that_come_in(year):
    found = planned(csv(row(nummer=""), row(nummer="4", titel=""), row(nummer="5")), year.theme)
    assert dict(found.counts) == {"wrong": 2, "new": 1}
    assert [line.number for line in found.lines] == [5]


def test_a_title_that_stands_twice_in_the_file_is_warned_of(year):
    found = planned(csv(row(nummer="4"), row(nummer="5", titel="LADESTANDERE ved stationen")), year.theme)
    assert found.warnings == ["Række 3, titel: »LADESTANDERE ved stationen« står også i række 2."]
    assert found.problems == []


def test_a_number_that_excel_made_of_two_is_refused(year):
    """»7,10« typed in a Danish Excel is the number 7.1."""
    with closing(write_xlsx(COLUMNS, [[*row()[:-1], 7.1]])) as file:
        [problem] = refused(file, year)
    assert problem.startswith("Række 2, verdensmål: »7,1« kan være et kommatal.")


@pytest.mark.parametrize("written", ["7|10", "7 | 10", "7, 10", "7;10"])
def test_several_numbers_are_read_however_they_are_set_apart(year, written):
    import_ideas(csv(row(verdensmaal=written)), year.theme, by=None)
    assert Idea.objects.get().goals == [7, 10]


def test_every_wrong_row_is_named(year):
    assert [
        sentence[:8] for sentence in refused(csv(row(titel=""), row(), row(nummer="8", moede="9")), year)
    ] == [
        "Række 2,",
        "Række 3,",
        "Række 4,",
    ]


def test_a_title_above_the_header_is_passed_over_and_else_the_row_that_was_read_is_told(year):
    titled = (("Panelmøde 3", *[""] * 8), HEADER, row())
    assert planned(csv(*titled[1:], header=titled[0]), year.theme).counts["new"] == 1
    plan = planned(csv(row(), header=titled[0]), year.theme)
    assert "Filen mangler kolonnen »nummer«. Række 1 er læst som overskrifter." in plan.problems
    odd = csv(("Nr.", *HEADER[1:]), row(), header=titled[0])
    assert refused(odd, year) == [
        "Filen mangler kolonnen »nummer«. Række 2 er læst som overskrifter.",
        f"Kolonnen »nr.« kendes ikke. Kolonnerne er {', '.join(COLUMNS)}.",
    ]


def test_an_unknown_column_is_named_with_what_was_meant(year):
    assert refused(csv(("7", "T", "x"), header=("nummer", "titel", "virksomhed")), year) == [
        f"Kolonnen »virksomhed« kendes ikke. Mente du »virksomheder«? Kolonnerne er {', '.join(COLUMNS)}."
    ]
    assert refused(csv(("T",), header=("titel",)), year) == [
        "Filen mangler kolonnen »nummer«. Række 1 er læst som overskrifter."
    ]
    assert refused(csv(), year) == ["Filen har ingen rækker under overskrifterne."]
    assert refused(csv(("7", "T"), header=("nummer", "titel")), year) == [
        "Række 2, fokusområde: Kolonnen mangler, og en ny ide skal have et fokusområde."
    ]


def test_a_number_that_stands_twice_is_refused(year):
    assert refused(csv(row(), row(nummer="2021-07")), year) == [
        "Række 3, nummer: »2021-07« står der flere gange i filen. Behold én af rækkerne."
    ]


def test_a_company_is_found_by_name_however_it_is_spelt_and_by_cvr(year):
    import_ideas(
        csv(row(virksomheder="aaloekke værksted a/s"), row(nummer="8", virksomheder="DK 13 74 81 36")),
        year.theme,
        by=None,
    )
    assert Company.objects.get() == year.company
    assert year.company.ideas.count() == 2


def test_new_names_are_made_and_a_new_company_has_not_agreed_to_be_named(year):
    plan = import_ideas(
        csv(row(virksomheder="Helt Nyt Firma ApS", behov="Kolde drikke")), year.theme, by=None
    )
    made = Company.objects.get(name="Helt Nyt Firma ApS")
    assert made.named_since is None
    assert made.history.get().history_change_reason == "Hentet ind fra regneark"
    assert Need.objects.filter(name="Kolde drikke").exists()
    assert plan.created == {"virksomheder": ["Helt Nyt Firma ApS"], "behov": ["Kolde drikke"]}


def test_new_names_without_a_latin_letter_get_addresses_too(year):
    import_ideas(csv(row(virksomheder="Зустріч | Київ")), year.theme, by=None)
    assert set(Company.objects.exclude(pk=year.company.pk).values_list("slug", flat=True)) == {
        "virksomhed",
        "virksomhed-2",
    }


def test_a_name_much_like_another_has_to_be_chosen(year):
    file = csv(row(virksomheder="Ålykke Værksted"))
    with pytest.raises(Refused) as caught:
        import_ideas(file, year.theme, by=None)
    choice = caught.value.plan.choices[0]
    assert (choice.kind, choice.name) == ("virksomhed", "Ålykke Værksted")
    assert [candidate.value for candidate in choice.candidates] == [str(year.company.pk)]
    import_ideas(file, year.theme, by=None, answers={choice.key: str(year.company.pk)})
    assert list(Idea.objects.get().companies.all()) == [year.company]


def test_a_name_much_like_another_may_be_new_all_the_same(year):
    file = csv(row(behov="Ladestander"))
    choice = planned(file, year.theme).choices[0]
    plan = import_ideas(file, year.theme, by=None, answers={choice.key: "ny"})
    assert Need.objects.count() == 2
    assert plan.created == {"behov": ["Ladestander"]}
    again = planned(file, year.theme)
    assert (again.choices, again.counts["unchanged"]) == ([], 1)


def test_new_names_much_like_each_other_are_asked_about(year):
    rows = [("1", "Nordbyg ApS"), ("2", "Nordbyg A/S"), ("3", "Nord Byg ApS"), ("4", "Helt Andet ApS")]
    file = csv(*(row(nummer=number, titel=number, virksomheder=name) for number, name in rows))
    plan = planned(file, year.theme)
    assert plan.created == {"virksomheder": ["Nordbyg ApS", "Helt Andet ApS"]}
    first, second = plan.choices
    assert [(each.name, each.line) for each in first.candidates] == [("Nordbyg ApS", 2)]
    assert second.candidates[0].name == "Nordbyg ApS"
    with pytest.raises(Refused):
        import_ideas(file, year.theme, by=None)
    answers = {first.key: "ny", second.key: second.candidates[0].value}
    import_ideas(file, year.theme, by=None, answers=answers)
    assert {
        company.name: company.ideas.count() for company in Company.objects.exclude(pk=year.company.pk)
    } == {
        "Nordbyg ApS": 2,
        "Nordbyg A/S": 1,
        "Helt Andet ApS": 1,
    }


def test_new_names_with_other_numbers_in_them_are_others(year):
    file = csv(row(virksomheder="Fagforeningens Afdeling 1 | Fagforeningens Afdeling 2"))
    assert planned(file, year.theme).choices == []


def test_a_new_name_may_be_the_same_as_one_that_is_on_record_after_all(year):
    rows = [("1", "Ålykke Værksted"), ("2", "Ålykke Værksted ApS")]
    file = csv(*(row(nummer=number, titel=number, virksomheder=name) for number, name in rows))
    first, second = planned(file, year.theme).choices
    answers = {first.key: str(year.company.pk), second.key: first.key}
    import_ideas(file, year.theme, by=None, answers=answers)
    assert year.company.ideas.count() == 2


def test_two_companies_of_one_name_have_to_be_told_apart(year):
    CompanyFactory(name="Åløkke Værksted A/S", slug="en-anden")
    choice = planned(csv(row()), year.theme).choices[0]
    assert len(choice.candidates) == 2


def test_an_answer_that_is_none_of_the_candidates_is_no_answer(year):
    stranger = CompanyFactory()
    file = csv(row(virksomheder="Ålykke Værksted"))
    choice = planned(file, year.theme).choices[0]
    with pytest.raises(Refused):
        import_ideas(file, year.theme, by=None, answers={choice.key: str(stranger.pk)})


def test_ideas_on_record_that_are_like_a_new_one_are_shown(year):
    there = IdeaFactory(title="Ladestandere ved stationerne", theme__year=2020)
    assert planned(csv(row()), year.theme).lines[0].alike == [there]


def test_what_has_changed_since_it_was_looked_over_is_looked_over_again(year):
    import_ideas(csv(row()), year.theme, by=None)
    file = csv(row(titel="En ny titel"))
    seen = planned(file, year.theme).digest
    Idea.objects.update(title="En kollegas titel")
    with pytest.raises(Refused, match=CHANGED_MEANWHILE.split(".")[0]):
        import_ideas(file, year.theme, by=None, seen=seen)
    assert Idea.objects.get().title == "En kollegas titel"


def test_a_cpr_number_is_warned_of(year):
    plan = planned(csv(row(beskrivelse="Ring til 010190-1234.")), year.theme)
    assert plan.warnings == ["Række 2, beskrivelse: Der står måske et CPR-nummer. Slet det, hvis det er et."]
    assert plan.problems == []


@pytest.mark.parametrize("with_unnamed", [True, False])
@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_an_exported_file_imports_back_unchanged(year, with_unnamed, write):
    named, unnamed = year.company, CompanyFactory(named_since=None, name="Hemmelig ApS")
    soon = CompanyFactory(named_since=timezone.localdate() + timedelta(days=1))
    twin = CompanyFactory(name=named.name, slug="tvilling", cvr="29189641")
    spaced = CompanyFactory(name="To  mellemrum ApS", cvr=None)  # from before names were tidied
    for number, text in enumerate(('=1+1; "citat"\r\næøå', "", "+45", "  luft  ", "Linje\n\nto"), start=1):
        IdeaFactory(
            theme=year.theme, area=year.area, number=number, proposal=text, title=f"'=Ide {number}",
            companies=[named, unnamed, soon, twin, spaced], needs=[year.need], meetings=year.meetings, goals=[7, 13],
        )  # fmt: skip
    AnswerFactory(idea=Idea.objects.first())
    rows = rows_of(Idea.objects.order_by("number"), with_unnamed=with_unnamed)
    file = write_xlsx(COLUMNS, rows) if write is write_xlsx else as_file(write_csv(COLUMNS, rows))
    with closing(file):
        plan = import_ideas(file, year.theme, by=None)
    assert dict(plan.counts) == {"unchanged": 5}


@pytest.mark.parametrize(
    "written", ["jul-21", "Jul-21", "sept. 2021", "01-07-2021", "1/7/2021", "2021-07-01"]
)
def test_a_number_that_excel_made_a_date_of_is_told_as_one(year, written):
    told = f"nummer: »{written}« er en dato, som Excel kan have gjort nummeret til. Skriv kun tallet, for eksempel 7."
    assert refused(csv(row(nummer=written)), year) == [f"Række 2, {told}"]


def test_a_cell_that_is_a_date_is_no_number(year):
    with closing(write_xlsx(COLUMNS, [[date(2021, 7, 1), *row()[1:]]])) as file:
        [sentence] = refused(file, year)
    assert sentence.startswith("Række 2, nummer: »01-07-2021« er en dato")


@pytest.mark.parametrize("hidden", [1, 2])
def test_companies_that_a_cell_only_counts_are_left_alone(year, hidden):
    companies = [year.company, *CompanyFactory.create_batch(hidden, named_since=None)]
    idea = IdeaFactory(theme=year.theme, area=year.area, companies=companies)
    rows = list(rows_of(Idea.objects.all(), with_unnamed=False))
    rows[0][1] = "En ny titel"
    import_ideas(as_file(write_csv(COLUMNS, rows)), year.theme, by=None)
    idea.refresh_from_db()
    assert (idea.title, set(idea.companies.all())) == ("En ny titel", set(companies))
    assert Company.objects.count() == len(companies)


def as_file(chunks):
    return io.BytesIO(b"".join(chunk if isinstance(chunk, bytes) else chunk.encode() for chunk in chunks))


def many(count: int):
    return csv(*(row(nummer=str(number), titel=f"Ide nummer {number}") for number in range(1, count + 1)))


def test_a_batch_costs_the_same_whatever_its_rows(year):
    def cost(count: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            import_ideas(many(count), year.theme, by=None)
        return len(queries)

    few = cost(3)
    Idea.objects.all().delete()
    assert cost(60) == few


def test_memory_does_not_grow_with_the_file(year, monkeypatch):
    monkeypatch.setattr(plan, "BATCH", 50)

    def peak(count: int) -> int:
        """The most memory of an import that writes all its rows."""
        Idea.objects.all().delete()
        file = many(count)
        gc.collect()
        tracemalloc.start()
        import_ideas(file, year.theme, by=None)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert Idea.objects.count() == count
        return most

    peak(10)
    # Ten times as many rows. What is not collected yet makes it differ by half from run to run.
    assert peak(500) < 4 * peak(50)


def test_the_command_imports_tells_and_names_what_is_wrong(year, tmp_path, capsys):
    good, bad = tmp_path / "god.csv", tmp_path / "daarlig.csv"
    good.write_bytes(csv(row()).getvalue())
    unsure = {"virksomheder": "Ålykke Værksted", "behov": "Ladestander"}
    bad.write_bytes(csv(row(titel=""), row(nummer="8", **unsure), row(nummer="9", **unsure)).getvalue())
    call_command("import_ideas", str(good), "--dry-run")
    assert capsys.readouterr().out == (
        "Nye ideer: 1, ændrede: 0, uændrede: 0.\nDet var en prøve: intet er gemt.\n"
    )
    assert not Idea.objects.exists()
    call_command("import_ideas", str(good), theme=2021)
    assert Idea.objects.count() == 1
    capsys.readouterr()
    for extra in ((), ("--dry-run",)):
        with pytest.raises(CommandError, match="3 steder skal rettes"):
            call_command("import_ideas", str(bad), *extra)
        assert capsys.readouterr().err.splitlines() == [
            "Række 2, titel: Titlen mangler.",
            "Række 3, virksomhed »Ålykke Værksted« ligner »Åløkke Værksted A/S« (CVR 13 74 81 36). Skriv navnet nøjagtigt "
            "eller virksomhedens CVR-nummer, eller opret den i administrationen først.",
            "Række 3, behov »Ladestander« ligner »Ladestandere«. Skriv navnet nøjagtigt, eller opret det i "
            "administrationen først.",
        ]
    with pytest.raises(CommandError, match="intet tema for 1999"):
        call_command("import_ideas", str(good), theme=1999)
    with pytest.raises(CommandError, match=r"findes-ikke\.csv kan ikke læses\. Den findes ikke\."):
        call_command("import_ideas", str(tmp_path / "findes-ikke.csv"))
    with pytest.raises(CommandError, match=r"kan ikke læses\. Det er en mappe\."):
        call_command("import_ideas", str(tmp_path))
    assert Idea.objects.count() == 1


@pytest.mark.parametrize("extra", [(), ("--dry-run",)])
def test_the_command_names_every_wrong_row_and_one_by_itself_as_one(year, tmp_path, capsys, extra):
    file = tmp_path / "ideer.csv"
    file.write_bytes(csv(*(row(nummer=str(number), titel="") for number in range(1, 302))).getvalue())
    with pytest.raises(CommandError, match="301 steder skal rettes"):
        call_command("import_ideas", str(file), *extra)
    assert len(capsys.readouterr().err.splitlines()) == 301
    file.write_bytes(csv(row(titel="")).getvalue())
    with pytest.raises(CommandError, match="1 sted skal rettes"):
        call_command("import_ideas", str(file), *extra)


def test_needs_of_another_spelling_are_one(year):
    NeedFactory(name="Grøn strøm")
    import_ideas(csv(row(behov="GRØN STRØM | Grøn  strøm")), year.theme, by=None)
    assert Need.objects.count() == 2
    assert tuple(COLUMNS) == HEADER


def test_a_change_far_into_a_long_text_is_seen_as_well(year):
    long = "Vi mangler strøm. " * 80
    import_ideas(csv(row(beskrivelse=long)), year.theme, by=None)
    file = csv(row(beskrivelse="Kort."))
    seen = planned(file, year.theme).digest
    idea = Idea.objects.get()
    assert len(idea.proposal) > 1000
    Idea.objects.update(proposal=f"{idea.proposal[:900]} En kollegas ord. {idea.proposal[900:]}")
    with pytest.raises(Refused, match=CHANGED_MEANWHILE.split(".")[0]):
        import_ideas(file, year.theme, by=None, seen=seen)


def test_a_need_with_a_comma_is_asked_about_where_it_is_new(year):
    NeedFactory(name="Råd, vejledning")
    file = csv(row(behov="Kompetencer, rekruttering|Råd, vejledning"))
    assert planned(file, year.theme).warnings == [
        "Række 2, behov: »Kompetencer, rekruttering« er ét behov. Er det flere, så skriv | imellem."
    ]

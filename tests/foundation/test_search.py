"""The acceptance cases of Danish search, and what must never break it."""

from collections import Counter

import pytest
from django.db import connection
from django.utils import timezone

from erhvervspanel.foundation.composed import Composed
from erhvervspanel.foundation.fewer_words import MOST_COUNTED, fewer_words, having_any
from erhvervspanel.foundation.models import SynonymGroup
from erhvervspanel.foundation.references import MOST_NUMBERED
from erhvervspanel.foundation.search import answering, asked_for, excerpt, highlight, matches
from erhvervspanel.portal.views.search import MOST_RANKED, everything
from ideas.models import Idea
from tests.factories import FocusAreaFactory, IdeaFactory, ThemeFactory

pytestmark = pytest.mark.django_db

WORDS = [
    "erhvervspanelmøder",
    "erhvervspanelmøderne",
    "virksomhedsrådgivning",
    "iværksætterrådgivning",
    "bæredygtighedskonferencen",
    "grøn",
    "grønt",
    "grønne",
    "virksomhed",
    "virksomheder",
    "virksomhederne",
    "ide",
    "ideer",
    "idekatalog",
    "viden",
    "videndeling",
    "videre",
    "bæredygtig",
    "cykel",
    "cykler",
    "ladestander",
    "elbil",
]


@pytest.fixture
def ideas():
    """One idea for each word, and one for Nærum Gymnasium."""
    theme = ThemeFactory()
    area = FocusAreaFactory(theme=theme)
    titles = [*WORDS, "Møde på Nærum Gymnasium", "Nærum Hovedgade"]
    return {title: bare(theme, area, title) for title in titles}


def bare(theme, area, title, **texts):
    """An idea with no words but those given."""
    return IdeaFactory(
        theme=theme, area=area, title=title,
        **{"summary": "", "need": "", "proposal": "", "beneficiaries": "", **texts},
    )  # fmt: skip


def search(query: str) -> list[Idea]:
    """The ideas that answer, as pages look for them: the first time, and in what is prepared by then."""
    asked, words = asked_for(query)
    statement = Composed(
        lambda: asked.with_rank(asked.matches(Idea.objects.all())).order_by("-search_rank", "pk")
    )
    found = statement(**words)
    assert statement(**words) == found
    return found


def hits(query: str) -> list[str]:
    return [idea.title for idea in search(query)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("panel", {"erhvervspanelmøder", "erhvervspanelmøderne"}),
        ("rådgivning", {"virksomhedsrådgivning", "iværksætterrådgivning"}),
        ("raadgivning", {"virksomhedsrådgivning", "iværksætterrådgivning"}),
        ("konference", {"bæredygtighedskonferencen"}),
        ("møde", {"erhvervspanelmøder", "erhvervspanelmøderne", "Møde på Nærum Gymnasium"}),
        ("ide", {"ide", "ideer", "idekatalog"}),
        ("ideer", {"ide", "ideer", "idekatalog"}),
        ("idéer", {"ide", "ideer", "idekatalog"}),
        ("baredygtig", {"bæredygtig"}),
        ("nærum gymnasium", {"Møde på Nærum Gymnasium"}),
        ("Naerum", {"Møde på Nærum Gymnasium", "Nærum Hovedgade"}),
        ("cykler", {"cykel", "cykler"}),
        ("findesikke", set()),
    ],
)
def test_a_query_finds(ideas, query, found):
    assert set(hits(query)) == found


@pytest.mark.parametrize(
    "queries",
    [("groen", "grøn", "grønt", "GRØNNE"), ("virksomhed", "virksomheder", "virksomhederne")],
)
def test_forms_of_a_word_find_the_same(ideas, queries):
    found = [set(hits(query)) for query in queries]
    assert found[0]
    assert all(each == found[0] for each in found)


def test_the_best_hit_comes_first(ideas):
    theme = ideas["ide"].theme
    body = bare(theme, ideas["ide"].area, "Noget andet", need="Her står panel alene.")
    title = bare(theme, ideas["ide"].area, "Et panel")
    assert hits("panel")[:2] == [title.title, body.title]


@pytest.mark.parametrize(
    "written",
    [
        "{}",
        " {} ",
        "ide {}",
        "Idé {}",
        "ideen {}",
        "#{}",
        "{}.",
        "2021–{number}",
        "2021 - {number}",
        "2021-0{number}",
    ],
)
def test_a_reference_finds_its_idea_first_however_it_is_written(ideas, written):
    idea = ideas["viden"]
    assert hits(written.format(idea.reference, number=idea.number))[0] == "viden"


@pytest.mark.parametrize("written", ["{} viden", "Ide {} Viden om panel", "{}: findes ikke her"])
def test_a_heading_that_is_pasted_finds_its_idea_first(ideas, written):
    idea = ideas["viden"]
    assert hits(written.format(idea.reference))[0] == "viden"


@pytest.mark.parametrize("written", ["2021-2026 viden", "2021-07-15 viden", "2021–07–15 viden"])
def test_years_and_days_are_no_references(ideas, written):
    assert hits(written) == []


def test_what_tells_nothing_after_a_reference_is_not_searched_for(ideas):
    idea = ideas["viden"]
    assert hits(f"{idea.reference} og") == hits(idea.reference)


def test_what_comes_after_a_reference_is_searched_for_besides(ideas):
    assert "ide" in hits(f"{ideas['viden'].reference} ide")


def test_the_highest_number_is_found_and_what_is_beyond_is_no_reference(ideas):
    Idea.objects.filter(pk=ideas["viden"].pk).update(number=MOST_NUMBERED)
    assert hits(f"2021-{MOST_NUMBERED}") == ["viden"]
    assert hits(f"2021-{MOST_NUMBERED + 1}") == []


@pytest.mark.parametrize(
    "query",
    ["el", "gas", "it", "ai", "gas ai", "el/gas", "tømrer a/s", "covid-19", "covid 19", "24/7", "1.000"],
)
def test_words_are_cut_in_texts_as_in_what_is_searched_for(ideas, query):
    theme, area = ideas["ide"].theme, ideas["ide"].area
    bare(
        theme,
        area,
        "Skifte",
        need="Fra el/gas til it/ai hos Tømrer A/S, covid-19 eller ej, 24/7, for 1.000 kr.",
    )
    assert "Skifte" in hits(query)


def test_staffs_synonyms_widen_a_search(ideas):
    SynonymGroup.objects.create(words=["ladestander", "opladning", "elbil"])
    assert set(hits("opladning")) == {"ladestander", "elbil"}


def test_stop_words_do_not_narrow_unless_alone(ideas):
    assert set(hits("viden og eller")) == set(hits("viden"))
    assert set(hits("Hvor skal man have viden, når noget blev sådan?")) == set(hits("viden"))
    assert hits("og") == []


@pytest.mark.parametrize("write", ["bulk_create", "update", "sql"])
def test_the_columns_follow_every_way_of_writing(ideas, write):
    template = ideas["viden"]
    if write == "bulk_create":
        fresh = Idea(
            theme=template.theme,
            area=template.area,
            number=900,
            title="Fjernvarmeværk",
            publish_at=timezone.now(),
        )
        Idea.objects.bulk_create([fresh])
    elif write == "update":
        Idea.objects.filter(pk=template.pk).update(title="Fjernvarmeværk")
    else:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE ideas_idea SET title = 'Fjernvarmeværk' WHERE id = %s", [template.pk])
    assert hits("fjernvarme") == ["Fjernvarmeværk"]


@pytest.mark.parametrize(
    "query",
    ["\x00", "'", '"', "%", "_", "\\", "(", ":*", "a:*&!b|", "--", "; DROP TABLE", "🙂", "\u202eabc", "x" * 10_000,
     "ord " * 500, "<script>", "2021-07-", "9999-9999"],
)  # fmt: skip
def test_odd_queries_are_only_queries(ideas, query):
    assert isinstance(hits(query), list)


def test_a_search_costs_three_queries_and_one_again(ideas, django_assert_num_queries):
    asked_for("grøn ide")
    with django_assert_num_queries(4):
        search("grøn ide")


@pytest.mark.parametrize("query", [*WORDS, "nærum gymnasium", "møde nærum", "el", "ide"])
def test_whatever_would_be_marked_for_every_term_is_found(ideas, query):
    """The database's way to find a word against Python's, which marks it."""
    marks = [answering(word) for word in query.split()]
    expected = {
        title for title in ideas if all(any(answers(word) for word in title.split()) for answers in marks)
    }
    assert expected <= set(hits(query))


def test_highlight_marks_inside_compounds_and_escapes():
    assert highlight("<b>Erhvervspanelmøde</b> & ide", "panel ide") == (
        "&lt;b&gt;<mark>Erhvervspanelmøde</mark>&lt;/b&gt; &amp; <mark>ide</mark>"
    )


def test_excerpt_stands_around_the_first_hit():
    text = "indledning " * 40 + "erhvervspanelet " + "slutning " * 40
    piece = excerpt(text, "panel", length=80)
    assert "<mark>erhvervspanelet</mark>" in piece
    assert piece.startswith("… ")
    assert piece.endswith(" …")


def test_excerpt_takes_a_links_text_and_keeps_what_is_part_of_a_word():
    text = "Se [SMV:Grøn](https://example.org/a_b) og _feltet_ __antal_pladser__."
    assert excerpt(text, "varme") == "Se SMV:Grøn og feltet antal_pladser."


@pytest.mark.parametrize(
    "text",
    [
        "- strøm",
        "-\N{NO-BREAK SPACE}strøm",
        "+\tstrøm",
        "> strøm",
        "# strøm",
        "**strøm**",
        "_strøm_",
        "[strøm](/a)",
        "`strøm`",
    ],
)
def test_excerpt_shows_no_signs_of_markdown(text):
    """Each by itself, as a text without any is not gone through."""
    assert excerpt(text, "x") == "strøm"


def test_excerpt_leaves_out_the_marks_of_a_list():
    assert excerpt("Vi mangler:\n\n- strøm\n  + el-biler - flere\n* plads", "x") == (
        "Vi mangler: strøm el-biler - flere plads"
    )


@pytest.fixture
def many(ideas):
    """20,000 ideas, one in ten with a frequent word and one with a rare one."""
    theme, area = ideas["ide"].theme, ideas["ide"].area
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO ideas_idea (theme_id, area_id, number, title, summary, need, proposal, beneficiaries,
              own_words, addressee, goals, is_example, provenance, created_at, updated_at, publish_at)
            SELECT %s, %s, 1000 + n, 'Forslag ' || md5(n::text),
              CASE WHEN n %% 10 = 0 THEN 'fjernvarmeanlæg' ELSE md5((n + 7)::text) END,
              md5((n * 3)::text) || ' ' || md5((n * 5)::text), CASE WHEN n = 4711 THEN 'vandmølleværk' ELSE '' END,
              '', '', '', '{}', true, '', now(), now(), now()
            FROM generate_series(1, 20000) AS n
            """,
            [theme.pk, area.pk],
        )
        cursor.execute("ANALYZE ideas_idea")


def test_among_very_many_no_search_reads_the_whole_table(many, subtests):
    """One test, as it takes long to write so many."""
    for query in ("vandmølle", "vandmølle forslag", "vandmolle", "findesslet", "ud"):
        with subtests.test(query):
            plan = matches(Idea.objects.all(), query).order_by().values("pk")[:1000].explain()
            assert "Seq Scan on ideas_idea" not in plan
            assert "Bitmap Index Scan" in plan
    with subtests.test("what is offered instead is counted among no more rows than anyone reads"):
        search, words = asked_for("forslag grise")
        statement = Composed(lambda: having_any(Idea.objects.all(), search.terms, many=True))
        had = Counter(terms for (terms,) in statement(**words))
        assert had == {1: MOST_COUNTED + 1}
        assert [each.counted for each in fewer_words("forslag grise", had)] == ["over 1.000"]
    with subtests.test("a frequent word is ranked by no more rows than anyone reads"):
        assert len(everything(*asked_for("forslag"))) == MOST_RANKED + 1

from datetime import date

import factory

from erhvervspanel.foundation import danish
from ideas.models import (
    Addressee,
    Answer,
    AnswerTemplate,
    Assembly,
    Feedback,
    Idea,
    Outcome,
    Overlap,
    Recommendation,
    Service,
    Submission,
    Succession,
    SuccessionKind,
)
from tests.factories.panels import DecisionFactory, FocusAreaFactory, ThemeFactory
from tests.factories.rows import PublishableFactory, RecordFactory, links, next_number


class ServiceFactory(PublishableFactory):
    name = factory.Sequence(lambda n: f"Tilbud {n + 1}")
    slug = factory.LazyAttribute(lambda service: danish.slugify(service.name))
    provider = "Erhvervshus Hovedstaden"
    description = "Gratis vejledning."
    url = factory.LazyAttribute(lambda service: f"https://example.org/{service.slug}")
    verified_on = date(2021, 9, 1)
    needs = links()

    class Meta:
        model = Service


class IdeaFactory(PublishableFactory):
    """An idea with an area of its own theme; `meetings`, `companies`, `needs` and `related` take lists."""

    theme = factory.SubFactory(ThemeFactory)
    number = next_number("theme", "ideas")
    title = factory.LazyAttribute(lambda idea: f"Ide nummer {idea.number}")
    summary = "En sætning om ideen."
    need = "Det mangler virksomheden."
    proposal = "Det foreslår virksomheden."
    addressee = Addressee.MUNICIPALITY
    area = factory.SubFactory(FocusAreaFactory, theme=factory.SelfAttribute("..theme"))
    submitted_on = date(2021, 4, 14)
    meetings = links()
    companies = links()
    needs = links()
    related = links()

    class Meta:
        model = Idea


class AnswerFactory(PublishableFactory):
    """A complete answer; `open=True` is a draft that still lacks outcome and reason."""

    idea = factory.SubFactory(IdeaFactory)
    decision = factory.SubFactory(DecisionFactory)
    outcome = Outcome.LATER
    reason = "Ideen tages op, når budgettet for næste år ligger fast."
    office = "Erhverv og Vækst"

    class Meta:
        model = Answer

    class Params:
        open = factory.Trait(publish_at=None, outcome="", reason="")


class AnswerTemplateFactory(factory.django.DjangoModelFactory):
    title = factory.Sequence(lambda n: f"Skabelon {n + 1}")
    outcome = Outcome.NOT_PURSUED
    text = "Kommunen må ikke løse opgaven. *Staten* kan."

    class Meta:
        model = AnswerTemplate


class AssemblyFactory(PublishableFactory):
    name = factory.Sequence(lambda n: f"Borgersamling {n + 1}")
    slug = factory.LazyAttribute(lambda assembly: danish.slugify(assembly.name))
    handed_over_on = date(2021, 4, 28)

    class Meta:
        model = Assembly


class RecommendationFactory(PublishableFactory):
    assembly = factory.SubFactory(AssemblyFactory)
    number = next_number("assembly", "recommendations")
    title = factory.LazyAttribute(lambda recommendation: f"Anbefaling om emne {recommendation.number}")
    summary = "En sætning om anbefalingen."

    class Meta:
        model = Recommendation


class FeedbackFactory(RecordFactory):
    recommendation = factory.SubFactory(RecommendationFactory)
    round = next_number("recommendation", "feedbacks", "round")
    given_on = date(2022, 4, 28)
    text = "Det er der sket siden."

    class Meta:
        model = Feedback


class OverlapFactory(PublishableFactory):
    idea = factory.SubFactory(IdeaFactory)
    recommendation = factory.SubFactory(RecommendationFactory)
    reason = "Begge vil have flere ladestandere."

    class Meta:
        model = Overlap


class SubmissionFactory(RecordFactory):
    reference = factory.Sequence(lambda n: f"N{n:06}")
    form_token = factory.Sequence(lambda n: f"behov-{n}")
    company_name = "Åløkke Værksted A/S"
    need = "Vi mangler ladestandere til varebiler."
    email = factory.Sequence(lambda n: f"virksomhed{n}@example.org")
    notice_version = "1"

    class Meta:
        model = Submission


class SuccessionFactory(RecordFactory):
    """A row alone: nothing follows along, as it does with `merge_ideas`."""

    idea = factory.SubFactory(IdeaFactory)
    successor = factory.SubFactory(IdeaFactory, theme=factory.SelfAttribute("..idea.theme"))
    kind = SuccessionKind.MERGE
    reason = "Det er det samme."
    made_on = date(2021, 5, 1)

    class Meta:
        model = Succession

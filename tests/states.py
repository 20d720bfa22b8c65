"""Every public page in every state, for the tests of markup and of the browser."""

from collections.abc import Callable
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from erhvervspanel.portal.following import ask
from erhvervspanel.portal.models import Follow, Follower
from events.actions import (
    Party,
    cancel,
    cancel_event,
    check_in,
    close_cancelled,
    close_door,
    decline,
    register,
    release_expired,
)
from events.models import Event, Registration
from ideas.actions import split_idea
from ideas.models import Idea, Outcome, Status
from tests.chains import chain
from tests.documents import file, picture
from tests.factories import (
    AnswerFactory,
    CompanyFactory,
    EventFactory,
    EventMaterialFactory,
    IdeaFactory,
    InitiativeFactory,
    MaterialFactory,
    NeedFactory,
    NewsFactory,
    PanelMeetingFactory,
    ProposalFactory,
    RecommendationFactory,
    ServiceFactory,
    SessionFactory,
    ThemeFactory,
    UserFactory,
)

LONG = "Erhvervspanelmøderådgivningsordningen for bæredygtighedskonferencedeltagere"


def filled(name: str, pick: Callable = lambda rows: []) -> Callable[[], str]:
    return lambda: reverse(name, args=pick(chain(3)))


def page_of(pick: Callable) -> Callable[[], str]:
    return lambda: pick(chain(3)).get_absolute_url()


def empty(name: str) -> Callable[[], str]:
    return lambda: reverse(name)


def catalogue(query: str, *, ideas: int = 0) -> Callable[[], str]:
    def address() -> str:
        rows = chain(2)
        IdeaFactory.create_batch(ideas, theme=rows.theme, area=rows.ideas[0].area)
        return f"{reverse('ideas:idea-list')}?{query}"

    return address


def filtered_catalogue() -> str:
    rows = chain(2)
    return f"{reverse('ideas:idea-list')}?behov={rows.needs[0].slug}&verdensmaal=7&status={Status.UNDER_WAY}"


def of_goal(name: str) -> Callable[[], str]:
    def address() -> str:
        InitiativeFactory(goals=[7], title=LONG)
        RecommendationFactory(goals=[7], title=LONG)
        return f"{reverse(name)}?verdensmaal=7"

    return address


def printed() -> str:
    rows = chain(2)
    idea = rows.ideas[0]
    idea.need, idea.own_words = f"## Nu\n#### Her\n{LONG} {LONG}", LONG
    idea.save()
    idea.companies.add(CompanyFactory(unnamed=True))
    split_idea(rows.ideas[1], titles=[LONG, "Varmepumper"], reason="Det er to ting.", by=None)
    return f"{reverse('ideas:idea-print')}?tema={rows.theme.year}"


def answers_of_area() -> str:
    rows = chain(3)
    return f"{reverse('initiatives:theme-answers', args=[rows.theme.year])}?omraade={rows.ideas[0].area.slug}"


def long_idea() -> str:
    rows = chain(2)
    Idea.objects.filter(pk=rows.ideas[0].pk).update(title=LONG, summary=f"{LONG} {LONG}")
    return rows.ideas[0].get_absolute_url()


def bare_idea() -> str:
    return IdeaFactory(need="", proposal="", summary="", is_example=True).get_absolute_url()


def idea_with_headings_and_a_wide_table() -> str:
    table = "\n".join(
        ["| Dag | Hvad | Hvor | Hvem |", "|---|---|---|---|", f"| Mandag | {LONG} | {LONG} | {LONG} |"]
    )
    return IdeaFactory(need="## Nu\n#### Her", proposal=f"# Plan\n{table}").get_absolute_url()


def coming_event(**kwargs):
    """An event that is open for registration, with a café."""
    now = timezone.now()
    opened = {"registration_opens_at": now - timedelta(days=1), "capacity": 20}
    event = EventFactory(title=LONG, **opened | kwargs)
    SessionFactory(event=event, kind="cafe", title=LONG, capacity=5)
    return event


def full_event() -> Event:
    event = coming_event(confirms_email=True)
    Event.objects.filter(pk=event.pk).update(seats_taken=event.capacity)
    return event


def listed_full() -> str:
    full_event()
    return reverse("events:event-list")


def service_over() -> str:
    ServiceFactory(name=LONG, provider=LONG, is_over=True)
    ServiceFactory()
    return reverse("ideas:service-list")


def own_page(*, over: bool = False, page: str = "", **kwargs) -> Callable[[], str]:
    """The personal page of a registration, or the `page` below it."""

    def address() -> str:
        event = coming_event(asks_names=True, **kwargs)
        party = Party(
            LONG, "borger@example.org", 2, "1", LONG, tuple(event.sessions.all()), (LONG,), ("live_text",)
        )
        registration = register(event, party, form_token="form", wait=True)
        if over:
            cancel(registration)
        return registration.get_absolute_url() + page

    return address


def waited_in_vain() -> str:
    address = own_page(capacity=0)()
    Event.objects.update(registration_closes_at=timezone.now() - timedelta(minutes=1))
    return address


def offered(*, then: Callable = lambda registration: None) -> Callable[[], str]:
    """The personal page of one who has been waiting, and whose seat has become free; what they did `then`, if anything."""

    def address() -> str:
        event = coming_event(capacity=1, confirms_email=False)
        first, waiting = (
            register(event, Party(LONG, f"{name}@example.org", 1), form_token=name, wait=True)
            for name in "ab"
        )
        cancel(first)
        then(waiting)
        return waiting.get_absolute_url()

    return address


def let_lapse(registration: Registration | None = None) -> None:
    """Everybody who was to answer by a certain time lets it pass."""
    Registration.objects.filter(held_until__isnull=False).update(held_until=timezone.now())
    release_expired()


def lapsed() -> str:
    address = own_page(confirms_email=True)()
    let_lapse()
    return address


def after_the_event(*, came: bool) -> Callable[[], str]:
    """The personal page when the event is over, of one who came or did not."""

    def address() -> str:
        page = own_page(confirms_email=False)()
        over = timezone.now() - timedelta(days=1)
        Event.objects.update(starts_at=over, ends_at=over + timedelta(hours=2))
        by = UserFactory()
        if came:
            check_in(Registration.objects.get(), by=by)
        close_door(Event.objects.get(), by=by)
        return page

    return address


def event_called_off(*, over: bool = False) -> Callable[[], str]:
    def address() -> str:
        page = own_page(confirms_email=False)()
        cancel_event(Event.objects.get(), by=UserFactory(), message=LONG)
        if over:
            begun = timezone.now() - timedelta(days=1)
            Event.objects.update(starts_at=begun, ends_at=begun + timedelta(hours=2))
            close_cancelled()
        return page

    return address


def sign_up(**kwargs) -> Callable[[], str]:
    return lambda: reverse("events:sign-up", args=[coming_event(**kwargs).slug])


def past_event_with_proposals() -> str:
    event = EventFactory(past=True, registration_opens_at=timezone.now() - timedelta(days=60))
    ProposalFactory.create_batch(3, event=event, title=LONG, ideas=[IdeaFactory()], is_example=True)
    return event.get_absolute_url()


def uncovered() -> str:
    IdeaFactory(needs=[NeedFactory(name=LONG[:80])], companies=[CompanyFactory()])
    ServiceFactory(needs=[NeedFactory(name=LONG[1:81])], verified_on=None)
    return reverse("ideas:service-list")


def told_at_length() -> str:
    """An idea whose wording and answer have been changed since they were public."""
    idea = chain(2).ideas[0]
    idea.title, idea.proposal = "En ny titel", "Et nyt forslag."
    idea.save()
    answer = idea.answers.get()
    answer.reason = "En ny begrundelse."
    answer.save()
    return idea.get_absolute_url()


def split() -> str:
    idea = chain(1).ideas[0]
    split_idea(idea, titles=["Solceller", "Varmepumper"], reason="Det er to ting.", by=None)
    return idea.get_absolute_url()


def answered(**kwargs) -> Callable[[], str]:
    return lambda: AnswerFactory(**{key: make() for key, make in kwargs.items()}).idea.get_absolute_url()


def event(**kwargs) -> Callable[[], str]:
    return lambda: EventFactory(
        title=LONG, **{key: make() for key, make in kwargs.items()}
    ).get_absolute_url()


def coming_meeting() -> str:
    starts_at = timezone.now() + timedelta(days=7)
    return PanelMeetingFactory(starts_at=starts_at, agenda="1. Velkomst").get_absolute_url()


def meeting_with_material() -> str:
    material = MaterialFactory(title=LONG, is_example=True)
    MaterialFactory(meeting=material.meeting, title=LONG, uploaded=True)
    MaterialFactory(
        meeting=material.meeting,
        title="Tavlen",
        url="",
        document=file("tavle.jpg", picture("JPEG")),
        is_example=True,
    )
    return material.meeting.get_absolute_url()


def past_event_with_material() -> str:
    material = EventMaterialFactory(event=EventFactory(past=True), title=LONG, uploaded=True)
    EventMaterialFactory(event=material.event)
    return material.event.get_absolute_url()


def document_away() -> str:
    material = MaterialFactory(uploaded=True)
    material.document.storage.delete(material.document.name)
    return material.get_absolute_url()


def bare(factory) -> Callable[[], str]:
    return lambda: factory(is_example=True).get_absolute_url()


def follower(*things) -> Follower:
    """Somebody who follows `things`, and has asked to follow one more."""
    for thing in things:
        ask(thing._meta.model_name, thing, email="aase@example.org", form_token="form", notice_version="1")
    Follow.objects.update(confirmed_at=timezone.now())
    ask("idea", IdeaFactory(title=LONG), email="aase@example.org", form_token="form", notice_version="1")
    return Follower.objects.get()


def following() -> str:
    rows = chain(1)
    return follower(rows.theme, rows.initiatives[0], IdeaFactory(draft=True)).get_absolute_url()


STATES: dict[str, Callable[[], str]] = {
    "front page": filled("portal:home"),
    "front page, empty": empty("portal:home"),
    "themes": filled("panels:theme-list"),
    "themes, empty": empty("panels:theme-list"),
    "theme": page_of(lambda rows: rows.theme),
    "theme, bare": bare(ThemeFactory),
    "meetings": filled("panels:meeting-list"),
    "meetings, empty": empty("panels:meeting-list"),
    "meeting": page_of(lambda rows: rows.meetings[0]),
    "meeting, coming": coming_meeting,
    "meeting, with material": meeting_with_material,
    "companies": filled("panels:company-list"),
    "companies, none found": lambda: f"{reverse('panels:company-list')}?q=findesikke",
    "company": page_of(lambda rows: rows.companies[0]),
    "company, bare": bare(CompanyFactory),
    "decision": page_of(lambda rows: rows.decision),
    "catalogue": filled("ideas:idea-list"),
    "catalogue, empty": empty("ideas:idea-list"),
    "catalogue, filtered": filtered_catalogue,
    "catalogue, none found": catalogue("q=findesikke"),
    "catalogue, unknown values": catalogue("omraade=findes-ikke"),
    "catalogue, second page": catalogue("side=2", ideas=45),
    "catalogue, gathering a list": catalogue("huskeliste=2021-01"),
    "short list": lambda: (
        f"{reverse('ideas:short-list')}?huskeliste={'.'.join(idea.reference for idea in chain(2).ideas)}.x"
    ),
    "short list, empty": empty("ideas:short-list"),
    "catalogue to print": printed,
    "catalogue to print, none found": lambda: f"{reverse('ideas:idea-print')}?q=findesikke",
    "idea": page_of(lambda rows: rows.ideas[0]),
    "idea, unanswered": page_of(lambda rows: rows.ideas[-1]),
    "idea, bare": bare_idea,
    "idea, headings and a wide table": idea_with_headings_and_a_wide_table,
    "idea, long words": long_idea,
    "idea, merged": answered(outcome=lambda: Outcome.MERGED, merged_into=IdeaFactory),
    "idea, offered": answered(outcome=lambda: Outcome.ALREADY_OFFERED, service=ServiceFactory),
    "recommendations": filled("ideas:recommendation-list"),
    "recommendations, empty": empty("ideas:recommendation-list"),
    "recommendations, of a goal": of_goal("ideas:recommendation-list"),
    "recommendations, none of a goal": lambda: f"{reverse('ideas:recommendation-list')}?verdensmaal=1",
    "recommendation": page_of(lambda rows: rows.recommendations[1]),
    "recommendation, bare": bare(RecommendationFactory),
    "services": filled("ideas:service-list"),
    "services, one over": service_over,
    "services, empty": empty("ideas:service-list"),
    "initiatives": filled("initiatives:initiative-list"),
    "initiatives, empty": empty("initiatives:initiative-list"),
    "initiatives, of a goal": of_goal("initiatives:initiative-list"),
    "initiatives, none of a goal": lambda: f"{reverse('initiatives:initiative-list')}?verdensmaal=1",
    "initiative": page_of(lambda rows: rows.initiatives[0]),
    "initiative, bare": bare(InitiativeFactory),
    "events": filled("events:event-list"),
    "events, one full": listed_full,
    "events, empty": empty("events:event-list"),
    "event": page_of(lambda rows: rows.events[0]),
    "event, past": event(starts_at=lambda: timezone.now() - timedelta(days=3)),
    "event, cancelled": event(cancelled_at=timezone.now),
    "answers": lambda: reverse("initiatives:theme-answers", args=[chain(3).theme.year]),
    "answers, of an area": answers_of_area,
    "answers, none": lambda: reverse("initiatives:theme-answers", args=[ThemeFactory().year]),
    "initiatives, of a theme": lambda: f"{reverse('initiatives:initiative-list')}?tema={chain(2).theme.year}",
    "synergy": filled("ideas:synergy"),
    "synergy, empty": empty("ideas:synergy"),
    "services, with gaps": uncovered,
    "need to tell": empty("ideas:submission-form"),
    "need received": lambda: reverse("ideas:submission-received") + "?nummer=K7F3QX2",
    "follow an idea": lambda: reverse("portal:follow-idea", args=[chain(1).ideas[0].reference]),
    "follow an initiative": lambda: reverse(
        "portal:follow-initiative", args=[InitiativeFactory(title=LONG).slug]
    ),
    "follow a theme": lambda: reverse("portal:follow-theme", args=[ThemeFactory().year]),
    "to follow, link sent": empty("portal:follow-sent"),
    "following": following,
    "following, over": lambda: reverse("portal:following", args=["x"]),
    "news": filled("portal:news-list"),
    "news, empty": empty("portal:news-list"),
    "piece of news": page_of(lambda rows: rows.news[0]),
    "piece of news, bare": bare(NewsFactory),
    "numbers": filled("portal:numbers"),
    "numbers, empty": empty("portal:numbers"),
    "numbers, of a bare theme": lambda: f"{reverse('portal:numbers')}?tema={ThemeFactory().year}",
    "open data": empty("portal:data"),
    "idea, told at length": told_at_length,
    "idea, split": split,
    "event, open": lambda: coming_event().get_absolute_url(),
    "event, closed": lambda: coming_event(
        registration_closes_at=timezone.now() - timedelta(minutes=1)
    ).get_absolute_url(),
    "event, full": lambda: full_event().get_absolute_url(),
    "event, past, with proposals": past_event_with_proposals,
    "event, past, with material": past_event_with_material,
    "sign-up": sign_up(),
    "sign-up, all that can be asked": sign_up(asks_names=True, asks_access=True, audience="companies"),
    "sign-up, that closes": sign_up(registration_closes_at=timezone.now() + timedelta(days=5)),
    "sign-up, for those invited": sign_up(audience="invited"),
    "sign-up, not open yet": sign_up(registration_opens_at=timezone.now() + timedelta(days=2)),
    "sign-up, full": lambda: reverse("events:sign-up", args=[full_event().slug]),
    "sign-up, event called off": sign_up(cancelled_at=timezone.now()),
    "sign-up, closed": lambda: reverse("events:sign-up", args=[EventFactory(title=LONG).slug]),
    "signed up": lambda: (
        reverse("events:signed-up", args=[coming_event().slug])
        + f"?nummer=K7F3QX2&senest={timezone.now() + timedelta(days=1):%Y%m%d%H%M}"
    ),
    "signed up, waiting": lambda: reverse("events:signed-up", args=[coming_event().slug]) + "?koe=1",
    "registration, pending": own_page(),
    "registration, confirmed": own_page(confirms_email=False),
    "registration, waiting": own_page(capacity=0),
    "registration, waited in vain": waited_in_vain,
    "registration, offered": offered(),
    "registration, declined": offered(then=decline),
    "registration, expired": offered(then=let_lapse),
    "registration, lapsed": lapsed,
    "registration, attended": after_the_event(came=True),
    "registration, no show": after_the_event(came=False),
    "registration, event called off": event_called_off(),
    "registration, event called off and over": event_called_off(over=True),
    "registration, over": own_page(over=True),
    "registration, to change": own_page(confirms_email=False, page="ret/"),
    "registration, what is kept": own_page(page="oplysninger/"),
    "registration, to find": empty("events:registration-find"),
    "registration, link sent": empty("events:registration-sent"),
    "registration, link gone": lambda: reverse("events:registration", args=["virker-ikke-mere"]),
    "registration, erased": empty("events:registration-erased"),
    "search, nothing asked": empty("portal:search"),
    "search, hits": lambda: f"{filled('portal:search')()}?q=ide",
    "search, none found": lambda: f"{reverse('portal:search')}?q=findesikke",
    "search, found with fewer words": lambda: f"{filled('portal:search')()}?q=cookies+til+findesikke",
    "about": empty("portal:about"),
    "accessibility": empty("portal:accessibility"),
    "privacy": empty("portal:privacy"),
    "cookies": empty("portal:cookies"),
    "not found": lambda: "/findes-ikke/",
    "preview, over": lambda: reverse("portal:preview", args=["findes-ikke"]),
    "document, away": document_away,
}
# Forms that are sent as they are, and come back with what is missing.
SENT_EMPTY: dict[str, Callable[[], str]] = {
    "need to tell, with errors": empty("ideas:submission-form"),
    "follow an idea, with errors": STATES["follow an idea"],
    "registration, to find, with errors": empty("events:registration-find"),
    "sign-up, with errors": sign_up(asks_access=True, audience="companies"),
}

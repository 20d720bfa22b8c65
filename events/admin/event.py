from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.text import get_text_list

from erhvervspanel.foundation.desk import (
    PUBLISHING,
    SOURCE,
    BlockInline,
    HappenedFilter,
    PartAdmin,
    PublishableAdmin,
    RowFormSet,
    TellsOfDocuments,
)
from erhvervspanel.foundation.notation import counted, number
from events.actions import follow_change
from events.actions.seats import lock
from events.admin import desk, door, export, lists
from events.admin.material import MaterialInline
from events.facts import Programme
from events.figures import clashing
from events.models import ACTIVE, Event, Proposal, Session, SessionChoice

SHOWN = 10  # numbers of registrations in one message


class SessionFormSet(RowFormSet):
    """The programme in the event's form. A café that people have chosen is not deleted under them."""

    def clean(self):
        super().clean()
        for form in self.deleted_forms:
            chosen = SessionChoice.objects.filter(session=form.instance.pk)
            active = chosen.filter(registration__state__in=ACTIVE).count()
            if active:
                raise ValidationError(
                    f"»{form.instance.title}« kan ikke slettes: {counted(active, 'tilmelding', 'tilmeldinger')} har valgt det. "
                    "Flyt dem fra arrangementets tilmeldinger, eller sæt pladser til 0, så ingen flere kan vælge det."
                )
            if chosen.exists():
                raise ValidationError(
                    f"»{form.instance.title}« kan ikke slettes: Nogle, der er meldt fra, havde valgt det. "
                    "Sæt pladser til 0, så ingen kan vælge det."
                )


def warn_of_times(request, event: Event) -> None:
    """Says so where the programme goes beyond the event: it may be meant, as coffee before it is, or be forgotten when it moved."""
    beyond = event.sessions.filter(Q(starts_at__lt=event.starts_at) | Q(ends_at__gt=event.ends_at))
    if names := [f"»{session.with_hours(event)}«" for session in beyond.order_by("starts_at", "pk")]:
        told = f"Uden for arrangementets tid: {get_text_list(names, 'og')}. Ret tiden, hvis det ikke er meningen."
        messages.warning(request, told)


NEVER_OPENS = "Ingen kan tilmelde sig: »Tilmelding åbner« er tom"


def follow_and_tell(model_admin, request, event: Event, before: Programme) -> None:
    """Does what follows a change of `event` or its sessions, and says who is told of it, and who cannot be at all they have chosen."""
    if told := follow_change(event, before=before):
        parties = counted(told, "tilmelding", "tilmeldinger")
        model_admin.message_user(
            request, f"{parties} får en mail om den nye tid eller det nye sted om fem minutter."
        )
    if numbers := clashing(Programme.of(event).moved_since(before)):
        parties = counted(len(numbers), "tilmelding", "tilmeldinger")
        shown = [*numbers[:SHOWN], "flere"] if len(numbers) > SHOWN else numbers
        told = f"{parties} har valgt noget, der nu er på samme tid: nummer {get_text_list(shown, 'og')}. Ret dem, eller skriv til dem."
        model_admin.message_user(request, told, messages.WARNING)


class SessionInline(BlockInline):
    model = Session
    formset = SessionFormSet
    fields = (("kind", "title"), ("starts_at", "ends_at"), ("room", "capacity"), "speakers")
    list_prefetch_related = ("speakers",)


@admin.register(Event)
class EventAdmin(TellsOfDocuments, PublishableAdmin):
    list_display = ("title", "kind", "starts_at", "venue", "seats", "state")
    list_filter = ("kind", "theme", "venue", ("cancelled_at", HappenedFilter))
    date_hierarchy = "starts_at"
    search_fields = ("title", "summary", "description", "venue__name", "sessions__title")
    list_select_related = ("venue", "theme", "published_by")
    inlines = (SessionInline, MaterialInline)
    fieldsets = (
        (
            "Det vigtigste",
            {
                "fields": (
                    ("kind", "title"),
                    "slug",
                    "summary",
                    ("starts_at", "ends_at"),
                    "venue",
                    "cancelled_at",
                )
            },
        ),
        (
            "Tilmelding",
            {
                "fields": (
                    ("registration_opens_at", "registration_closes_at"),
                    ("audience", "most_per_company"),
                    ("capacity", "most_places", "confirms_email"),
                    ("asks_names", "asks_access"),
                    ("promotion", "group_rule"),
                    ("reminder_days", "retention_days"),
                )
            },
        ),
        ("Teksten", {"fields": ("description", "outcome")}),
        ("Sammenhæng", {"fields": ("theme", "initiatives")}),
        PUBLISHING,
        SOURCE,
    )

    readonly_fields = (*PublishableAdmin.readonly_fields, "cancelled_at")

    def get_urls(self):
        return [
            *desk.urls(self),
            *door.urls(self),
            *lists.urls(self),
            *export.urls(self),
            *super().get_urls(),
        ]

    def save_model(self, request, obj, form, change):
        """Keeps what stood before, so that those who come are told of a new time or place."""
        stored = Event.objects.filter(pk=obj.pk).first()
        obj.before = stored and Programme.of(stored)
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        """Tells of a new time or place. More seats, at the event or in a café, go to those who wait before anybody sees them."""
        super().save_related(request, form, formsets, change)
        event = form.instance
        if event.before is not None:
            follow_and_tell(self, request, event, event.before)
        self.warn_of_too_many(request, event)
        warn_of_times(request, event)
        if (
            event.publish_at
            and event.never_opens
            and {"publish_at", "registration_opens_at"} & {*form.changed_data}
        ):
            self.message_user(
                request,
                f"{NEVER_OPENS}. Skriv et tidspunkt, hvis der skal være tilmelding.",
                messages.WARNING,
            )

    @admin.display(description="pladser taget", ordering="seats_taken")
    def seats(self, event: Event) -> str:
        taken = number(event.seats_taken)
        return taken if event.capacity is None else f"{taken} af {number(event.capacity)}"

    def publishing_warning(self, row) -> str:
        return super().publishing_warning(row) + (f". {NEVER_OPENS}" if row.never_opens else "")

    @transaction.atomic
    def put_back(self, request, row, version):
        """As a save: of a new time or place all are told, and new seats go to those who wait."""
        before = Programme.of(lock(row.pk))
        response = super().put_back(request, row, version)
        follow_and_tell(self, request, row, before)
        self.warn_of_too_many(request, Event.objects.get(pk=row.pk))
        return response

    def warn_of_too_many(self, request, event: Event) -> None:
        """Says so where more have seats than there is room for. Nobody loses a seat that was promised."""
        event.refresh_from_db(fields=["seats_taken"])
        for thing in (event, *event.sessions.all()):
            if thing.capacity is not None and thing.seats_taken > thing.capacity:
                self.message_user(
                    request,
                    f"{thing}: {thing.seats_taken} pladser er taget, men der er kun {thing.capacity}. "
                    "Ingen har mistet sin plads, og ingen flere kan få en.",
                    messages.WARNING,
                )


@admin.register(Session)
class SessionAdmin(PartAdmin):
    list_display = ("title", "kind", "event", "starts_at", "room")
    list_filter = ("kind", "event")
    date_hierarchy = "starts_at"
    search_fields = ("title", "description", "room", "event__title", "speakers__name")
    list_select_related = ("event",)
    fieldsets = (
        (
            "Det vigtigste",
            {
                "fields": (
                    "event",
                    ("kind", "title"),
                    ("starts_at", "ends_at"),
                    ("room", "capacity"),
                )
            },
        ),
        ("Teksten", {"fields": ("description",)}),
        ("Sammenhæng", {"fields": ("speakers",)}),
        SOURCE,
    )

    def save_model(self, request, obj, form, change):
        """Keeps what stood before, so that those who chose it are told of a new time or room."""
        obj.before = Programme.of(obj.event)
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        """More seats go to those who wait: after the commit, as the event is held before its sessions everywhere else."""
        super().save_related(request, form, formsets, change)
        session = form.instance
        warn_of_times(request, session.event)
        transaction.on_commit(lambda: follow_and_tell(self, request, session.event, session.before))

    @transaction.atomic
    def put_back(self, request, row, version):
        """As a save: of a new time or room those who chose it are told, and new seats go to those who wait."""
        before = Programme.of(lock(row.event_id))
        response = super().put_back(request, row, version)
        follow_and_tell(self, request, row.event, before)
        return response


@admin.register(Proposal)
class ProposalAdmin(PartAdmin):
    list_display = ("title", "number", "event", "session")
    list_filter = ("event", "session")
    search_fields = ("title", "text", "event__title")
    list_select_related = ("event", "session")
    list_prefetch_related = ("ideas__theme", "recommendations__assembly")
    fieldsets = (
        ("Det vigtigste", {"fields": (("event", "number"), "title", "session")}),
        ("Teksten", {"fields": ("text",)}),
        ("Sammenhæng", {"fields": ("ideas", "recommendations")}),
        SOURCE,
    )

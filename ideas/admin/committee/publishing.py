"""Seeing what the public is going to see, and letting it."""

from datetime import datetime

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from erhvervspanel.foundation.desk import PublishForm, published_word
from erhvervspanel.foundation.publishing import State
from ideas.actions import follow_answers, outstanding, publish_together
from ideas.admin.committee.pages import DecisionPages
from ideas.committee.preview import Preview, previews_of
from ideas.models import Answer, Outcome, Succession
from panels.models import Decision, Theme

METHODS = ["GET", "HEAD", "POST"]


class PublishingPages(DecisionPages):
    def get_urls(self):
        view = require_http_methods(METHODS)
        return [
            self.page("<int:pk>/offentliggoer/", view(self.publish_one), "publish"),
            self.page("offentliggoer/<int:year>/", view(self.publish_year), "publish_year"),
            *super().get_urls(),
        ]

    def publish_one(self, request, pk: int):
        decision = self.opened(request, pk, "publish")
        return self.preview(request, [decision], f"Offentliggør: {decision.title}", decision)

    def publish_year(self, request, year: int):
        """All decisions that answer the ideas of the theme that goes by `year`."""
        if not self.may(request, "publish"):
            raise PermissionDenied
        theme = Theme.objects.filter(year=year).first()
        decisions = list(
            Decision.objects.filter(answers__idea__theme__year=year).distinct().order_by("decided_on", "pk")
        )
        if theme is None or not decisions:
            raise Http404
        return self.preview(request, decisions, f"Offentliggør alle svar for {year}: {theme.title}", None)

    def preview(self, request, decisions: list[Decision], title: str, decision: Decision | None):
        form, problems = PublishForm(request.POST or None), []
        does = self.follow if "follow" in request.POST else self.publish
        if form.is_valid():
            try:
                return does(request, decisions, form)
            except ValidationError as error:
                problems = error.messages
        previews = previews_of(decisions)
        context = {
            "form": form,
            "problems": problems,
            "previews": previews,
            "behind": references_of(*outstanding(in_force_of(previews))),
            "is_ready": all(preview.is_ready for preview in previews),
            "is_public": all(preview.state == State.PUBLISHED for preview in previews),
            "year": None if decision else previews[0].changes[0].answer.idea.theme.year,
            "years": years_of(previews) if decision else [],
        }
        return self.render(request, "publish", title, decision, **context)

    def follow(self, request, decisions: list[Decision], form: forms.Form):
        """Lets the ideas follow answers whose embargo has ended."""
        if follow_answers(in_force_of(previews_of(decisions)), by=request.user):
            self.message_user(request, "Ideerne er fulgt med svarene.", messages.SUCCESS)
        else:
            self.message_user(request, "Ideerne var fulgt med i forvejen.", messages.WARNING)
        return redirect(request.path)

    def publish(self, request, decisions: list[Decision], form: forms.Form):
        at = form.cleaned_data["at"]
        seen = {decision.pk: request.POST.get(f"set-{decision.pk}", "-") for decision in decisions}
        changed = publish_together(decisions, at=at or timezone.now(), by=request.user, seen=seen)
        if changed:
            self.message_user(request, told_of(changed, at), messages.SUCCESS)
        else:
            self.message_user(request, "Alle svar var offentliggjort i forvejen.", messages.WARNING)
        return redirect(request.path)


def told_of(published: list[Answer], at: datetime | None) -> str:
    """That the answers are published from the aware moment `at`, or at once, and what that leaves to be done."""
    told = f"{len(published)} svar er {published_word(at)}."
    if at and any(answer.outcome == Outcome.MERGED for answer in published):
        told += " Når tidspunktet er passeret, så kom tilbage til beslutningens side »Offentliggør«, og lad de ideer følge med, som svarene lægger sammen med andre."
    return told


def in_force_of(previews: list[Preview]) -> list[Answer]:
    """The answers that `previews` show and that are in force."""
    answers = [change.answer for preview in previews for change in preview.changes]
    return [answer for answer in answers if answer.is_in_force]


def references_of(outdated: list[Succession], missing: list[Answer]) -> list[str]:
    """The ideas that have not followed their answers yet, by what they go by."""
    return sorted({each.idea.reference for each in (*outdated, *missing)})


def years_of(previews: list[Preview]) -> list[int]:
    """The years whose ideas are answered, to publish a whole year from."""
    return sorted({change.answer.idea.theme.year for preview in previews for change in preview.changes})

"""What the list of ideas shows of the work: columns and filters."""

from django.contrib import admin
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst

from erhvervspanel.foundation.desk import ConditionFilter, ValueFilter
from erhvervspanel.foundation.links import link
from ideas.desk import LACKS, VIEWS, Step
from ideas.desk.lacks import BY_KEY
from ideas.models import Status


class ViewFilter(ConditionFilter):
    """The saved views."""

    title = "visning"
    parameter_name = "visning"

    def conditions(self, user):
        return {view.key: (view.title, view.condition(user)) for view in VIEWS}


class StepFilter(ValueFilter):
    title = "trin"
    parameter_name = "trin"
    column = "step"
    labels = dict(Step.choices)


class LackFilter(ValueFilter):
    title = "hvad der mangler"
    parameter_name = "mangler"
    column = "lacks"
    is_array = True
    labels = {lack.key: capfirst(lack.noun) for lack in LACKS}


class StatusFilter(ValueFilter):
    title = "status"
    parameter_name = "status"
    column = "status"
    labels = dict(Status.choices)


class DeskColumns:
    """For the admin of ideas: the columns. The rows have what `on_desk` annotates."""

    @admin.display(description="nummer", ordering="number")
    def reference(self, idea) -> str:
        return idea.reference

    @admin.display(description="trin", ordering="step")
    def step(self, idea) -> str:
        step = Step(idea.step)
        status = "" if idea.status == Status.AWAITING else Status(idea.status).label
        return format_html('<span class="state step--{}">{}</span> {}', step.value, step.label, status)

    @admin.display(description="mangler")
    def missing(self, idea) -> str:
        return capfirst(", ".join(BY_KEY[key].noun for key in idea.lacks))

    @admin.display(description="beslutning")
    def decision(self, idea) -> str:
        if not idea.decision_key:
            return ""
        page = link("admin:panels_decision_change", idea.decision_key)
        return format_html('<a href="{}">{}</a>', page, idea.decision_title)

    @admin.display(description="ændret", ordering="updated_at")
    def age(self, idea) -> str:
        return days_ago((timezone.localdate() - timezone.localdate(idea.updated_at)).days)


def days_ago(days: int) -> str:
    if days <= 1:
        return "i går" if days else "i dag"
    return f"for {days} dage siden"

"""The page by which a list of companies becomes a meeting's attendance."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.views.decorators.http import require_http_methods

from erhvervspanel.foundation.notation import counted
from panels.actions import CHANGED_MEANWHILE, attend
from panels.attendees import Plan, planned
from panels.forms import AttendeesForm, answers_in, asked
from panels.models import PanelMeeting
from panels.vocabulary import Refused


class AttendeePages:
    """For the admin of meetings."""

    def get_urls(self):
        view = self.admin_site.admin_view(require_http_methods(["GET", "HEAD", "POST"])(self.attendees))
        return [path("<int:key>/deltagere/", view, name="panels_panelmeeting_attendees"), *super().get_urls()]

    def may_list_attendees(self, request, meeting: PanelMeeting) -> bool:
        """As in the meeting's form, where the same companies can be added one by one, or made."""
        return self.has_change_permission(request, meeting) and request.user.has_perms(
            ("panels.add_attendance", "panels.add_company")
        )

    def change_view(self, request, object_id, form_url="", extra_context=None):
        meeting = self.get_object(request, object_id)
        may = meeting is not None and self.may_list_attendees(request, meeting)
        extra = {"may_list_attendees": may}
        return super().change_view(request, object_id, form_url, (extra_context or {}) | extra)

    def attendees(self, request, key: int):
        """What a list would do; sent once it was looked over, it does it."""
        meeting = get_object_or_404(PanelMeeting.objects.select_related("theme"), pk=key)
        if not self.may_list_attendees(request, meeting):
            raise PermissionDenied
        form = AttendeesForm(request.POST or None)
        if request.method != "POST" or not form.is_valid():
            return self.show_attendees(request, meeting, form)
        text = form.cleaned_data["companies"]
        form = AttendeesForm({"companies": text})  # with its lines as they are counted
        if "gem" not in request.POST:
            return self.show_attendees(request, meeting, form, planned(text, meeting))
        given = {"answers": answers_in(request.POST), "seen": request.POST.get("seen", "")}
        try:
            count = attend(meeting, text, **given, by=request.user)
        except Refused as refused:
            return self.show_attendees(request, meeting, form, refused.plan, str(refused))
        except IntegrityError:  # one of them was merged with another meanwhile, or deleted
            return self.show_attendees(request, meeting, form, planned(text, meeting), CHANGED_MEANWHILE)
        told = f"{counted(count, 'virksomhed', 'virksomheder')} er føjet til mødets deltagere."
        messages.success(request, told)
        return redirect("admin:panels_panelmeeting_change", meeting.pk)

    def show_attendees(
        self, request, meeting: PanelMeeting, form: AttendeesForm, plan: Plan | None = None, why: str = ""
    ):
        answers = answers_in(request.POST)
        choices = asked(plan.choices, answers) if plan else []
        context = self.admin_site.each_context(request) | {
            "title": "Indlæs deltagere",
            "opts": self.opts,
            "meeting": meeting,
            "form": form,
            "plan": plan,
            "choices": choices,
            "unanswered": "gem" in request.POST and not why,
            "why": why,
        }
        return TemplateResponse(request, "admin/panels/panelmeeting/attendees.html", context)

"""Ideas that are like one that is being written: a piece of a page, fetched while the title is typed."""

from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.urls import path
from django.views.decorators.http import require_safe

from ideas.admin.desk_form import ALIKE
from ideas.models import Idea


class SimilarIdeas:
    """For the admin of ideas. Who has no JavaScript is asked when the idea is saved."""

    def get_urls(self):
        view = self.admin_site.admin_view(require_safe(self.similar))
        return [path("lignende/", view, name="ideas_idea_similar"), *super().get_urls()]

    def similar(self, request):
        """The ideas of all years with words of `titel` in their titles, closed ones and drafts included."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        title, key = request.GET.get("titel", ""), request.GET.get("ide", "")
        ideas = Idea.objects.alike(title).with_status(for_staff=True)
        if key.isdecimal():
            ideas = ideas.exclude(pk=key)
        return TemplateResponse(request, "admin/ideas/idea/_similar.html", {"ideas": ideas[:ALIKE]})

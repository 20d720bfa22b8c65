"""How many follow a record by e-mail. Who they are is shown to nobody at the desk."""

from django.contrib import admin
from django.db.models import OuterRef

from erhvervspanel.foundation.desk.publishing import PUBLISHING
from erhvervspanel.foundation.publishing import counted, related_model

# In place of PUBLISHING for what can be followed.
PUBLISHING_FOLLOWED = (PUBLISHING[0], {"fields": (*PUBLISHING[1]["fields"], "followers")})


class FollowersColumn:
    """For the admin of what can be followed, by the relation `follows`: how many have confirmed it, in the list and in the form."""

    def get_queryset(self, request):
        back = self.opts.get_field("follows").remote_field.name
        confirmed = related_model(self.model, "follows").objects.confirmed().filter(**{back: OuterRef("pk")})
        return super().get_queryset(request).annotate(follower_count=counted(confirmed))

    def get_list_display(self, request):
        return (*super().get_list_display(request), "followers")

    def get_readonly_fields(self, request, obj=None):
        return (*super().get_readonly_fields(request, obj), "followers")

    @admin.display(description="følgere", ordering="follower_count")
    def followers(self, row) -> int:
        return row.follower_count

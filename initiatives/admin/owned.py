"""The right of an owner to one's own initiatives and what belongs to them, in the admin."""

from initiatives.models import Indicator, Initiative, Milestone, Reading
from initiatives.permissions import ALL, OWN, can_change

# From each kind of row to its initiative.
TO_INITIATIVE = {
    Initiative: lambda row: row,
    Milestone: lambda row: row.initiative,
    Indicator: lambda row: row.initiative,
    Reading: lambda row: row.indicator.initiative,
}


class Owned:
    """For an admin of initiatives or of their parts. `owner_path` is the look-up from a row to the owner.

    Who owns initiatives and has no other right to them sees one's own, and no other's.
    """

    owner_path = "initiative__owner"

    def is_own(self, request, obj=None) -> bool:
        """Whether the right to one's own initiatives reaches `obj`; without one, whether there is such a right."""
        if obj is None:
            return request.user.has_perm(OWN)
        return can_change(request.user, TO_INITIATIVE[type(obj)](obj))

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        sees_all = super().has_view_permission(request)
        return rows if sees_all else rows.filter(**{self.owner_path: request.user})

    def has_view_permission(self, request, obj=None):
        return super().has_view_permission(request, obj) or self.is_own(request, obj)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) or self.is_own(request, obj)

    def get_readonly_fields(self, request, obj=None):
        """What belongs to an initiative stays with it, and who owns it is for others to say."""
        fields = super().get_readonly_fields(request, obj)
        if request.user.has_perm(ALL):
            return fields
        return (*fields, *({"owner", "initiative", "indicator", "theme", "number"} & self.field_names))

    @property
    def field_names(self) -> set[str]:
        return {field.name for field in self.opts.fields}

    def get_actions(self, request):
        """Actions on many rows are for those who may change all of them."""
        return super().get_actions(request) if super().has_change_permission(request) else {}


class OwnedPart:
    """For an inline in the form of an initiative or an indicator: who may change that may change its parts."""

    def is_own(self, request, obj) -> bool:
        return obj is not None and obj.pk and can_change(request.user, TO_INITIATIVE[type(obj)](obj))

    def has_view_permission(self, request, obj=None):
        return super().has_view_permission(request, obj) or self.is_own(request, obj)

    def has_add_permission(self, request, obj=None):
        return super().has_add_permission(request, obj) or self.is_own(request, obj)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) or self.is_own(request, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) or self.is_own(request, obj)

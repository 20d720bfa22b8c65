"""The staff's admin site. In INSTALLED_APPS, `StaffAdminConfig` stands where Django's own admin would."""

from django.apps import apps
from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig


class StaffAdminConfig(AdminConfig):
    default_site = "erhvervspanel.foundation.admin_site.StaffSite"


class StaffSite(AdminSite):
    """Django's admin with our name, and with apps and models in the order of the programme's story."""

    site_title = "Erhvervspanel"
    site_header = "Erhvervspanel"
    index_title = "Overblik"
    empty_value_display = "–"

    def get_app_list(self, request, app_label=None):
        app_list = super().get_app_list(request, app_label)
        story = story_order()
        registered = list(self._registry)
        for app in app_list:
            app["models"].sort(key=lambda model: registered.index(model["model"]))
        return sorted(app_list, key=lambda app: story.index(app["app_label"]))


def story_order() -> list[str]:
    """The apps' labels as the story runs: up the stack, which INSTALLED_APPS lists from the top.

    What tells no story, accounts and roles, comes last.
    """
    labels = [config.label for config in apps.get_app_configs()]
    stack = labels[: labels.index("foundation")]
    return [*reversed(stack), *labels[len(stack) :]]

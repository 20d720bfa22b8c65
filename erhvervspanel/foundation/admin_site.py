"""The staff's admin site. In INSTALLED_APPS, `StaffAdminConfig` stands where Django's own admin would."""

from urllib.parse import urlencode

from django.apps import apps
from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.module_loading import import_string

from erhvervspanel.foundation import notation
from erhvervspanel.foundation.links import link

# By path, as this module is loaded before the models are.
CONFIRM = "erhvervspanel.foundation.accounts.gate.confirm"
SESSION_END = "erhvervspanel.foundation.accounts.gate.session_end"
LOOK_UP = "erhvervspanel.foundation.desk.audited.LookUp"


class StaffAdminConfig(AdminConfig):
    default_site = "erhvervspanel.foundation.admin_site.StaffSite"


class StaffSite(AdminSite):
    """Django's admin with our name, and with apps and models in the order of the programme's story."""

    site_title = "Erhvervspanel"
    site_header = "Erhvervspanel"
    index_title = "Overblik"
    empty_value_display = "–"

    def register(self, model_or_iterable, admin_class=None, **options):
        """All but the tables of the log-in's library, which has pages of its own."""
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable
        ours = [model for model in models if not model.__module__.startswith("allauth.")]
        super().register(ours, admin_class, **options)

    def rights(self):
        """The rights to what has a page here: none to history rows and machinery."""
        managed = [model._meta for model in self._registry]
        return apps.get_model("auth", "Permission").objects.filter(
            content_type__app_label__in={opts.app_label for opts in managed},
            content_type__model__in={opts.model_name for opts in managed},
        )

    def login(self, request, extra_context=None):
        """The one log-in page, and from there to where one was going.

        It leads whoever is logged in straight back: one who may not come in is told so, and gets a way out.
        """
        if request.user.is_authenticated and not self.has_permission(request):
            return render(request, "account/no_access.html", status=403)
        onward = request.GET.get(REDIRECT_FIELD_NAME, "")
        query = f"?{urlencode({REDIRECT_FIELD_NAME: onward})}" if onward else ""
        return redirect(f"{link('account_login')}{query}")

    def get_urls(self):
        """Without the address that leads from any row's key to its page: to a registration's it would tell the secret."""
        return [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]

    def autocomplete_view(self, request):
        return import_string(LOOK_UP).as_view(admin_site=self)(request)

    def password_change(self, request, extra_context=None):
        """Asks for the password or a code first, in a form that counts the tries."""
        import_string(CONFIRM)(request)
        return super().password_change(request, extra_context)

    def each_context(self, request):
        ends_at = import_string(SESSION_END)(request)
        return super().each_context(request) | {
            "second_factor": settings.STAFF_SECOND_FACTOR,
            "idle_minutes": settings.SESSION_IDLE_MINUTES,
            "session_minutes": int((ends_at - timezone.now()).total_seconds() // 60),
            "session_end": notation.clock(ends_at),
        }

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

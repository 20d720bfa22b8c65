"""Yes and no as the admin shows them: Django's icons say »True« and »False« to those who hear them."""

from django.contrib.admin.templatetags import admin_list
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

ICONS = {True: ("yes", "Ja"), False: ("no", "Nej"), None: ("unknown", "Ved ikke")}


def truth_icon(value: bool | None) -> SafeString:
    name, said = ICONS[value]
    return format_html('<img src="{}" alt="{}">', static(f"admin/img/icon-{name}.svg"), said)


def take_over() -> None:
    """Lets the admin's lists and forms show our icons: it has no setting for them."""
    admin_list._boolean_icon = truth_icon

"""The code that a person shows at the door."""

import segno
from django.conf import settings
from django.utils.safestring import SafeString

from erhvervspanel.foundation.links import link
from events.models import Registration


def entry_address(registration: Registration) -> str:
    """Where staff check the registration in. It tells nothing to those who are not logged in, and holds no secret."""
    door = link("admin:events_event_doer", registration.event_id)
    return f"{settings.SITE_URL}{door}?nummer={registration.reference}"


def entry_code(registration: Registration) -> SafeString:
    """`entry_address` as a QR code in SVG, with the light border that scanners need."""
    code = segno.make_qr(entry_address(registration), error="m")
    return SafeString(
        code.svg_inline(light="#fff", svgclass="entry-code__image", lineclass=None, omitsize=True)
    )

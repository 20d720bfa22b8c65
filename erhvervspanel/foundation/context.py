"""What every page shows, from the settings alone: no query, and nothing that depends on who asks."""

from types import SimpleNamespace

from django.conf import settings


def site(request) -> dict:
    """`site`: what the page frame needs from the settings. `section`: the first part of the address, for the menu."""
    return {
        "site": SimpleNamespace(
            name="Erhvervspanel",
            owner="Rudersdal Kommune",
            url=settings.SITE_URL,
            demo=settings.DEMO,
            email=settings.REPLY_TO_EMAIL,
            accessibility_email=settings.ACCESSIBILITY_EMAIL,
            accessibility_phone=settings.ACCESSIBILITY_PHONE,
            declared_wcag=settings.DECLARED_WCAG,
            dpo_email=settings.DPO_EMAIL,
            retention_days=settings.RETENTION_DAYS,
        ),
        "section": request.path.split("/", 2)[1],
    }

"""What the kinds of mail are called, for those who look the outbox over."""

from django.apps import apps


def mail_kinds() -> dict[str, str]:
    """The name of each kind, by what the mails keep. The foundation knows no app: each names its own in its AppConfig."""
    found = {}
    for config in apps.get_app_configs():
        found |= getattr(config, "mail_kinds", {})
    return found

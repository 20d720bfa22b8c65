"""What workers hand on: two of them and 2,000 mails, to a mail server on loopback."""

import time

from django.core.management import call_command
from django.db.models import Max, Min
from django.utils import timezone

from bench.registrations import drain, new_event
from bench.served import MAIL_WORKERS, portal
from dev.console import say
from erhvervspanel.foundation.models import MailState, OutgoingMail
from events.actions import Party, register

MAILS = 2_000
TARGET = 200  # a second


def measure() -> dict[str, float]:
    call_command("migrate", verbosity=0)
    with portal(web_workers=1) as served:
        written = mails()
        started = time.monotonic()
        OutgoingMail.objects.bulk_create(written)
        drain()
        taken = time.monotonic() - started
        accepted = len(served.mails)
    sent = OutgoingMail.objects.filter(state=MailState.SENT)
    span = sent.aggregate(span=Max("sent_at") - Min("sent_at"))["span"].total_seconds()
    results = {
        "mails": MAILS,
        "workers": MAIL_WORKERS,
        "mails_per_s": (sent.count() - 1) / span,
        "drained_after_s": taken,
        "lost": MAILS - sent.count(),
        "doubled": accepted - MAILS,
    }
    for name, value in results.items():
        say(f"{name:<20}{value:>10.1f}")
    say(f"target: {TARGET} mails a second{'' if results['mails_per_s'] >= TARGET else '  NOT MET'}")
    return results


def mails() -> list[OutgoingMail]:
    """MAILS like the one that a registration begins with."""
    party = Party("Åse Østergård", "aase@example.org", 1, "1")
    registration = register(new_event("mails"), party, form_token="mails")  # noqa: S106 (no password)
    pattern = registration.mails().get()
    pattern.delete()
    now = timezone.now()
    return [
        OutgoingMail(
            kind=pattern.kind,
            key=f"bench:{number}",
            to=f"borger{number}@example.org",
            subject=pattern.subject,
            text=pattern.text,
            html=pattern.html,
            message_id=f"<{number}@bench.example>",
            next_attempt_at=now,
        )
        for number in range(MAILS)
    ]

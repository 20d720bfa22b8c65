"""What is kept about those who follow something by e-mail."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from erhvervspanel.foundation import erasures, notation
from erhvervspanel.foundation.addresses import email_key
from erhvervspanel.foundation.persons import Told
from erhvervspanel.portal.following import come_back, erase_again, forget, purge_unconfirmed, unconfirmed
from erhvervspanel.portal.following.actions import ERASED_AS
from erhvervspanel.portal.models import Follow, Follower


class Followers:
    """Those who follow an idea, an initiative or a theme."""

    thing = ERASED_AS
    names = ("følger", "følgere")

    def told_of(self, who: str) -> list[Told]:
        follows = Follow.objects.filter(follower__in=self.of(who))
        return [
            Told(
                f"Følger {follow.called}",
                {
                    "Nummer": follow.follower.reference,
                    "E-mail": follow.follower.email,
                    "Skrevet op": notation.moment(follow.follower.created_at),
                    "Bedt om": notation.moment(follow.asked_at),
                    "Bekræftet": notation.moment(follow.confirmed_at) if follow.confirmed_at else "Nej",
                    "Privatlivsmeddelelse": follow.notice_version,
                },
            )
            for follow in follows.select_related("follower", "idea__theme", "initiative", "theme")
        ]

    @transaction.atomic
    def erase(self, who: str) -> int:
        followers = self.of(who)
        erasures.note(self.thing, followers.values_list("reference", flat=True))
        return forget(followers)

    def erase_again(self, erased: dict[str, datetime], *, dry_run: bool = False) -> int:
        return sum(rows.count() for rows in come_back(erased)) if dry_run else erase_again(erased)

    def overdue(self, by: timedelta) -> Iterable[str]:
        count = unconfirmed(by).count()
        names = ("ønske", "ønsker")
        return [f"{notation.counted(count, *names)} om at følge noget, som ingen bekræftede"] if count else []

    def purge(self, *, dry_run: bool = False) -> int:
        return unconfirmed().count() if dry_run else purge_unconfirmed()

    def of(self, who: str):
        return Follower.objects.filter(email_key=email_key(who))

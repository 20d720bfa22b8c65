"""The outbox: mails are posted as rows in the caller's transaction, and sent by workers."""

from erhvervspanel.foundation.outbox.posting import post
from erhvervspanel.foundation.outbox.sending import forget_sent, release, send_due

__all__ = ["forget_sent", "post", "release", "send_due"]

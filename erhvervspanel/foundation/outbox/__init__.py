"""The outbox: mails are posted as rows in the caller's transaction, and sent by workers."""

from erhvervspanel.foundation.outbox.posting import composed, post, post_all, redirect, withdraw
from erhvervspanel.foundation.outbox.sending import forget_old, release, send_due

__all__ = ["composed", "forget_old", "post", "post_all", "redirect", "release", "send_due", "withdraw"]

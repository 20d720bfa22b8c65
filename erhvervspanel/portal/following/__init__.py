"""Following an idea, an initiative or a theme by e-mail."""

from erhvervspanel.portal.following.actions import (
    ask,
    come_back,
    confirm,
    erase_again,
    forget,
    purge_unconfirmed,
    stop,
    stop_all,
    unconfirmed,
)
from erhvervspanel.portal.following.digest import tell_followers

__all__ = [
    "ask",
    "come_back",
    "confirm",
    "erase_again",
    "forget",
    "purge_unconfirmed",
    "stop",
    "stop_all",
    "tell_followers",
    "unconfirmed",
]

"""News, and who follows what."""

from erhvervspanel.portal.models.follower import Follow, Follower
from erhvervspanel.portal.models.news import News

__all__ = ["Follow", "Follower", "News"]

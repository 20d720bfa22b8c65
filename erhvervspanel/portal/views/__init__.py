"""Pages that show several apps, and the pages about the portal itself."""

from erhvervspanel.portal.views.home import home
from erhvervspanel.portal.views.machines import livez, readyz, robots, security_txt, sitemap, was
from erhvervspanel.portal.views.search import search
from erhvervspanel.portal.views.texts import about, accessibility, cookies, privacy

__all__ = [
    "about",
    "accessibility",
    "cookies",
    "home",
    "livez",
    "privacy",
    "readyz",
    "robots",
    "search",
    "security_txt",
    "sitemap",
    "was",
]

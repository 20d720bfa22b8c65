"""Pages that show several apps, and the pages about the portal itself."""

from erhvervspanel.portal.views.errors import bad_request, server_error
from erhvervspanel.portal.views.feed import feed
from erhvervspanel.portal.views.following import follow, follow_sent, following
from erhvervspanel.portal.views.home import home
from erhvervspanel.portal.views.machines import robots, security_txt, sitemap, was
from erhvervspanel.portal.views.monitoring import livez, metrics, readyz
from erhvervspanel.portal.views.news import news, news_list
from erhvervspanel.portal.views.numbers import numbers, numbers_table
from erhvervspanel.portal.views.open_data import data, data_catalogue, data_file
from erhvervspanel.portal.views.previews import preview
from erhvervspanel.portal.views.search import search
from erhvervspanel.portal.views.texts import about, accessibility, cookies, privacy

__all__ = [
    "about",
    "accessibility",
    "bad_request",
    "cookies",
    "data",
    "data_catalogue",
    "data_file",
    "feed",
    "follow",
    "follow_sent",
    "following",
    "home",
    "livez",
    "metrics",
    "news",
    "news_list",
    "numbers",
    "numbers_table",
    "preview",
    "privacy",
    "readyz",
    "robots",
    "search",
    "security_txt",
    "server_error",
    "sitemap",
    "was",
]

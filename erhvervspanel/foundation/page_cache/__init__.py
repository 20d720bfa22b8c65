"""Public pages, kept whole for readers without cookies, and never shown when they could have changed.

A page is kept in the memory of the process that made it, under the content version that was read before it was made. Each
request reads the version, and nothing else where the page is still right. So instances need no word from each other: they
share the version, which is in the database.
"""

from erhvervspanel.foundation.page_cache.marking import public_page

__all__ = ["public_page"]

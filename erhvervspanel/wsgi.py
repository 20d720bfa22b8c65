"""The WSGI application that production serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "erhvervspanel.settings")
handler = get_wsgi_application()

from erhvervspanel.foundation.page_cache.front import KeptPages  # noqa: E402 (the models come first)

application = KeptPages(handler)

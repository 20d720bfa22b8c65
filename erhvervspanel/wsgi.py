"""The WSGI application that production serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "erhvervspanel.settings")

application = get_wsgi_application()

"""The portal with the pages of `canary` besides, as gunicorn serves it."""

from django.conf import settings

from erhvervspanel.wsgi import application

__all__ = ["application"]

settings.ROOT_URLCONF = "tests.served.canary"

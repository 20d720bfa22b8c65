"""Paths to the portal's own pages and files, worked out once.

Django's `reverse` asks for the language and goes through the URLconf for each of a page's hundred links, which took a third of a
small page's time. The portal has one language and one URLconf, and stands at the top of its host (`FORCE_SCRIPT_NAME`), so that a path
depends on what is given here alone.
"""

from functools import lru_cache

from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.signals import setting_changed
from django.dispatch import receiver
from django.urls import reverse

MOST = 2_000  # paths that are remembered


@lru_cache(maxsize=MOST, typed=True)
def link(name: str, *args, current_app: str | None = None, **kwargs) -> str:
    """The path of the page `name`, as `reverse` of `args` or `kwargs` has it. Raises NoReverseMatch where there is none."""
    return reverse(name, args=args, kwargs=kwargs, current_app=current_app)


def static(path: str) -> str:
    """The address of a static file. Django's own function asks each time whether static files are installed."""
    return staticfiles_storage.url(path)


@receiver(setting_changed)
def forget(*, setting: str, **_kwargs) -> None:
    """Another URLconf has other paths; only tests take another."""
    if setting == "ROOT_URLCONF":
        link.cache_clear()

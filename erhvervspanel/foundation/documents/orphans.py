"""Documents that nothing points at any more: of rows that are deleted, of files that were replaced, of uploads that broke off."""

import logging
from datetime import timedelta

from django.apps import apps
from django.core.files.storage import default_storage
from django.utils import timezone

from erhvervspanel.foundation.documents.field import FOLDER, DocumentField

KEPT = timedelta(days=1)  # from when a file came; till then it may be on its way into a row
logger = logging.getLogger(__name__)


def forget_orphans() -> int:
    """Deletes the stored documents that no row has, and returns how many there were.

    Where the storage does not answer, they are deleted another night: the other jobs must not wait for it.
    """
    try:
        return len([default_storage.delete(name) for name in orphans()])
    except Exception:  # whatever the client of a storage lets out
        logger.exception("Documents without a row cannot be deleted from the storage")
        return 0


def orphans() -> list[str]:
    stored = set(stored_names())
    for model in apps.get_models():
        for field in model._meta.fields:
            if isinstance(field, DocumentField):
                stored.difference_update(model._base_manager.values_list(field.name, flat=True))
    before = timezone.now() - KEPT
    return [name for name in sorted(stored) if default_storage.get_modified_time(name) < before]


def stored_names() -> list[str]:
    try:
        _, files = default_storage.listdir(FOLDER)
    except FileNotFoundError:  # none was ever uploaded
        return []
    return [f"{FOLDER}/{name}" for name in files]

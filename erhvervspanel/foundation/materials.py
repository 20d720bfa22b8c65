"""Material: something to read about a meeting or an event, as a link or as an uploaded document."""

from collections.abc import Iterable

from django.contrib import admin
from django.db import models
from django.db.models import Q
from django.http import HttpRequest

from erhvervspanel.foundation.documents import DocumentField
from erhvervspanel.foundation.documents.names import readable
from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.previews import preview_url
from erhvervspanel.foundation.publishing import Public, PublicQuerySet


class Material(Public):
    """What all material is. An app adds what it belongs to, and is seen with it.

    Either a link or a document, never both: where something is published in two places, one of them gets old.
    """

    title = models.CharField("titel", max_length=160)
    url = models.URLField("link", blank=True)
    document = DocumentField(
        "dokument", size_field="document_size", max_length=150, blank=True, default="", db_default=""
    )
    document_size = models.PositiveIntegerField("dokumentets størrelse", null=True, editable=False)

    objects = PublicQuerySet.as_manager()

    class Meta:
        abstract = True
        verbose_name = "materiale"
        verbose_name_plural = "materialer"
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_is_link_or_document",
                condition=Q(url="") ^ Q(document=""),
                violation_error_message="Et materiale er enten et link eller et dokument. Udfyld det ene og ikke det andet.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def visible_by(cls, now) -> Q:
        return Q()

    def get_absolute_url(self) -> str:
        """Where it is read: the link, or the address of the document, which stays when another takes its place."""
        return self.url or link(f"{self._meta.app_label}:material", self.pk, self.document.shown_name)

    @property
    @admin.display(description="link eller dokument")
    def source(self) -> str:
        """Where it is from, for staff."""
        return self.url or self.document.shown_name

    @property
    def download_name(self) -> str:
        """What the document is called where somebody saves it."""
        return readable(self.title, self.document.kind.endings[0])


def linked(materials: Iterable[Material], request: HttpRequest) -> list[Material]:
    """`materials` with `address`, for a page. On a page that is previewed, documents are so too, and as long."""
    found = list(materials)
    until = getattr(request, "preview_until", None)
    for material in found:
        hidden = until and material.document
        material.address = preview_url(material, until) if hidden else material.get_absolute_url()
    return found

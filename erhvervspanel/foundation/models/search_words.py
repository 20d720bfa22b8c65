"""The words that stand in what is searched."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models


class SearchWord(models.Model):
    """A folded word of any searched text, drafts included. The database writes it (`foundation/vocabulary.py`), at times twice."""

    word = models.TextField("ord")
    unused_since = models.DateTimeField("står ingen steder siden", null=True, blank=True)

    class Meta:
        verbose_name = "ord i det, der søges i"
        verbose_name_plural = "ord i det, der søges i"
        indexes = [
            # What looks whether a word is known, and what looks for parts of words.
            models.Index(fields=("word",), name="search_word"),
            GinIndex(OpClass("word", name="gin_trgm_ops"), name="search_word_parts", fastupdate=False),
        ]

    def __str__(self) -> str:
        return self.word

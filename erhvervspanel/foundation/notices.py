"""What somebody is told of the use of what they write, where they write it (the General Data Protection Regulation, article 13)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Notice:
    """What a form tells. A row that is made by the form keeps the version.

    What was shown once is never changed: a new text is a new file, and those before it stay, so that a version can be looked
    up. `tests/foundation/test_notices.py` holds each file to its version.

    Attributes:
        folder: where the texts are, among the templates. Each is named by its version.
        version: the one that is shown.
    """

    folder: str
    version: str

    @property
    def template(self) -> str:
        return f"{self.folder}/{self.version}.html"

"""What can be wrong with a document."""

from django.core.exceptions import ValidationError


class DocumentProblem(ValidationError):
    """A file that is not taken, as a Danish sentence that says why and what to do."""

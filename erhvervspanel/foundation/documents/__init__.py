"""Documents that staff upload: which are taken, how they are stored, and how they are handed out."""

from erhvervspanel.foundation.documents.field import DocumentField
from erhvervspanel.foundation.documents.kinds import Kind
from erhvervspanel.foundation.documents.problems import DocumentProblem
from erhvervspanel.foundation.documents.reading import Document, looked_over
from erhvervspanel.foundation.documents.serving import document_response

__all__ = ["Document", "DocumentField", "DocumentProblem", "Kind", "document_response", "looked_over"]

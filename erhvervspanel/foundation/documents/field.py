"""The column of a document, and its place in a form. Whichever way a file comes, it is looked over before it is stored."""

from secrets import token_hex

from django import forms
from django.db import models
from django.db.models.fields.files import FieldFile

from erhvervspanel.foundation.documents.kinds import BY_ENDING, ENDINGS, Kind
from erhvervspanel.foundation.documents.names import ending_of
from erhvervspanel.foundation.documents.reading import Document, looked_over
from erhvervspanel.foundation.previews import preview_url

FOLDER = "materiale"
TOKEN_BYTES = 16
TOKEN_LENGTH = 2 * TOKEN_BYTES + 1  # with the hyphen behind it
# Lov om tilgængelighed af offentlige organers websteder og mobilapplikationer covers documents that are put up (§ 2).
ADVICE = (
    "PDF, billede (PNG, JPEG eller WebP), Word, Excel, PowerPoint eller OpenDocument. Loven om webtilgængelighed gælder også for "
    "dokumenter: Skriv helst teksten på siden. En PDF skal have tags, og tekst i et billede skal også stå på siden. Fjern "
    "kommentarer, sporede ændringer og personoplysninger: Alle kan læse dem, og portalen leder ikke efter dem."
)


def shown_name(stored: str) -> str:
    """The name that is shown of a `stored` one: without the folder and the letters that nobody can guess."""
    return stored.rpartition("/")[2][TOKEN_LENGTH:]


class DocumentFile(FieldFile):
    """A stored document."""

    @property
    def url(self) -> str:
        """For staff: a link that works for a draft too, and leads to the public address of what is public."""
        return preview_url(self.instance)

    @property
    def shown_name(self) -> str:
        return shown_name(self.name)

    @property
    def kind(self) -> Kind:
        return BY_ENDING[ending_of(self.name)]

    def save(self, name, content, save=True):
        """Stores `content`. Raises DocumentProblem where it is not to be taken."""
        document = looked_over(content, name)
        setattr(self.instance, self.field.size_field, document.size)
        super().save(document.name, document, save)


class DocumentFormField(forms.FileField):
    """A file to upload, which is refused at once where it would not be stored."""

    default_error_messages = {
        "invalid": "Filen kom ikke med. Vælg den igen.",
        "missing": "Filen kom ikke med. Vælg den igen.",
        "empty": "Filen er tom. Vælg en anden.",
        "contradiction": "Vælg en ny fil, eller sæt flueben ved at slette den gamle, og ikke begge dele.",
    }

    def to_python(self, data) -> Document | None:
        file = super().to_python(data)
        return file and looked_over(file)

    def widget_attrs(self, widget) -> dict:
        return super().widget_attrs(widget) | {"accept": ENDINGS}


class DocumentField(models.FileField):
    """A document, stored under a name that nobody can guess.

    Args:
        size_field: the column that takes its size in bytes, so that no page has to ask the storage. It stands after this one.
    """

    attr_class = DocumentFile

    def __init__(self, *args, size_field: str = "", **kwargs):
        self.size_field = size_field
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"size_field": self.size_field}

    def generate_filename(self, instance, filename: str) -> str:
        return f"{FOLDER}/{token_hex(TOKEN_BYTES)}-{filename}"

    def pre_save(self, model_instance, add):
        stored = super().pre_save(model_instance, add)
        if not stored:
            setattr(model_instance, self.size_field, None)
        return stored

    def formfield(self, **kwargs):
        form = {"form_class": DocumentFormField, "help_text": ADVICE}
        return super().formfield(**{**form, **kwargs, "max_length": None})

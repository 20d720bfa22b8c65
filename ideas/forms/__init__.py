"""The forms of ideas."""

from ideas.forms.desk import AssignForm, CheckForm, NoteForm
from ideas.forms.exchange import ExportIdeasForm, UploadForm
from ideas.forms.staff import AgendaForm, MergeForm, SplitForm
from ideas.forms.submissions import MakeIdeaForm, SubmissionAnswerForm, SubmissionForm

__all__ = [
    "AgendaForm",
    "AssignForm",
    "CheckForm",
    "ExportIdeasForm",
    "MakeIdeaForm",
    "MergeForm",
    "NoteForm",
    "SplitForm",
    "SubmissionAnswerForm",
    "SubmissionForm",
    "UploadForm",
]

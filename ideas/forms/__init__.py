"""The forms of ideas."""

from ideas.forms.desk import AssignForm, CheckForm, NoteForm
from ideas.forms.exchange import ExportIdeasForm, UploadForm
from ideas.forms.staff import AgendaForm, MergeForm, SplitForm
from ideas.forms.submissions import MakeIdeaForm, RewordForm, SubmissionAnswerForm, SubmissionForm

__all__ = [
    "AgendaForm",
    "AssignForm",
    "CheckForm",
    "ExportIdeasForm",
    "MakeIdeaForm",
    "MergeForm",
    "NoteForm",
    "RewordForm",
    "SplitForm",
    "SubmissionAnswerForm",
    "SubmissionForm",
    "UploadForm",
]

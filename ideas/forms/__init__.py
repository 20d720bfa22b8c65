"""The forms of ideas."""

from ideas.forms.staff import AgendaForm, MergeForm, SplitForm
from ideas.forms.submissions import MakeIdeaForm, SubmissionAnswerForm, SubmissionForm

__all__ = ["AgendaForm", "MakeIdeaForm", "MergeForm", "SplitForm", "SubmissionAnswerForm", "SubmissionForm"]

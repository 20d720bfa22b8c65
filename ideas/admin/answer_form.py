"""The form of an answer, alone or as a row in that of its idea or its decision, and the form of a decision that gives answers."""

from django import forms
from django.core.exceptions import ValidationError

from erhvervspanel.foundation.desk.forms import ChangeReasonField, RecordForm
from ideas.actions import refuse_closed, refuse_to_move, refuse_unfit

CORRECTED = "Svaret er offentliggjort. Skriv, hvorfor det ændres, under »Begrundelse for ændringen«."


class CorrectionForm(forms.Form):
    """Why answers that the public sees are corrected in the table."""

    change_reason = ChangeReasonField(
        required=False,
        label="Begrundelse for at rette offentliggjorte svar",
        help_text="Står i historikken og ses kun af medarbejdere.",
    )


class AnswerForm(RecordForm):
    """An answer. A new one, or one that is given to another idea or decision, puts an idea on an agenda."""

    def clean(self):
        given = super().clean()
        idea, decision = given.get("idea"), given.get("decision")
        if idea and decision and {"idea", "decision"} & set(self.changed_data):
            refuse_unfit([idea])
            refuse_closed(decision)
        if self.instance.pk and self.instance.is_in_force and self.changed_data:
            self.demand_reason(CORRECTED)
        return given


class DecisionForm(RecordForm):
    """A decision. What is decided of its ideas follows its moment, or the form says what hinders that."""

    def validate_whole(self) -> None:
        super().validate_whole()
        if not self.errors and self.instance.pk and "publish_at" in self.changed_data:
            try:
                refuse_to_move(self.instance)
            except ValidationError as error:
                self.add_error("publish_at", error.messages)

"""The form of an answer, alone or as a row in that of its idea or its decision."""

from erhvervspanel.foundation.desk.forms import RecordForm
from ideas.actions import refuse_closed, refuse_unfit


class AnswerForm(RecordForm):
    """An answer. A new one, or one that is given to another idea or decision, puts an idea on an agenda."""

    def clean(self):
        given = super().clean()
        idea, decision = given.get("idea"), given.get("decision")
        if idea and decision and {"idea", "decision"} & set(self.changed_data):
            refuse_unfit([idea])
            refuse_closed(decision)
        return given

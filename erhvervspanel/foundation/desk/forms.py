"""The forms of curated rows: constraints hold, links keep their labels, and every control has a name."""

import re
from datetime import datetime

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.utils import timezone
from django.utils.text import Truncator, get_text_list

from erhvervspanel.foundation import notation
from erhvervspanel.foundation.desk.history import value_as_text
from erhvervspanel.foundation.desk.links import LoadedLabels
from erhvervspanel.foundation.personal_data import clean_text, has_cpr
from erhvervspanel.foundation.plain_requests import CONTROL
from erhvervspanel.foundation.records import deletion_refusals

LINE_END = re.compile(r"[\r\n\t]+")
SHOWN = 80  # characters of a field that somebody else has changed
LONGEST_REASON = 200  # characters
LINKS = 10  # rows that it leads to, of which so many characters can tell


class OpenedVersionField(forms.CharField):
    """Which version of its row a form was opened on. It is no content: a difference in it alone changes nothing."""

    widget = forms.HiddenInput

    def has_changed(self, initial, data) -> bool:
        return False


class SeenField(OpenedVersionField):
    """What somebody has been warned of, and sends all the same."""


class ChangeReasonField(OpenedVersionField):
    """Why a row is changed, for its history. Alone it changes nothing."""

    widget = forms.TextInput(attrs={"class": "vTextField"})

    def __init__(self, **kwargs):
        texts = {
            "label": "Begrundelse for ændringen",
            "help_text": "Står i historikken og ses kun af medarbejdere. Den skal skrives, når noget offentligt trækkes tilbage.",
        }
        super().__init__(max_length=LONGEST_REASON, **texts | kwargs)

    def clean(self, value) -> str:
        return clean_text(super().clean(value), "begrundelsen")


class RecordForm(forms.ModelForm):
    """The form of a curated row: it knows the rows that were loaded with it, and keeps every constraint.

    Where somebody else has saved the row since the form was opened, it says so and saves nothing; sent once more, it saves. So it
    does where a text may hold a CPR number.
    """

    opened_version = OpenedVersionField(required=False)
    seen_cpr = SeenField(required=False)
    change_reason = ChangeReasonField(required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["opened_version"].initial = version_of(self.instance)
        for name, field in self.fields.items():
            widget = inner(field.widget)
            if isinstance(widget, LoadedLabels):
                widget.loaded = {str(row.pk): row for row in self.loaded_with(name)}
            if isinstance(widget, AdminSplitDateTime):
                name_parts(widget, field.label)

    def loaded_with(self, name: str) -> list:
        """The rows that the instance has at hand under the link `name`."""
        link = self.instance._meta.get_field(name)
        if link.many_to_many:
            prefetched = getattr(self.instance, "_prefetched_objects_cache", {})
            return list(prefetched.get(name, ()))
        loaded = link.get_cached_value(self.instance, default=None)
        return [loaded] if loaded else []

    def clean(self):
        given = super().clean()
        given |= {name: self.plain(name, text) for name, text in given.items() if isinstance(text, str)}
        self.warn_of_cpr(given)
        if self.withdraws(given):
            self.demand_reason("Siden er offentlig. Skriv, hvorfor den trækkes tilbage.")
        opened = given.get("opened_version")
        if not opened or self.instance.pk is None:
            return given
        # Held until the save: of two who save at once, the second sees what the first did.
        stored = type(self.instance)._base_manager.select_for_update().filter(pk=self.instance.pk).first()
        if stored is None:  # saving would make it anew
            self.add_error(None, f"»{self.instance}« er slettet, mens du skrev. Intet er gemt.")
        elif version_of(stored) != opened:
            self.data = self.data.copy()
            self.data[self.add_prefix("opened_version")] = version_of(stored)
            self.add_error(None, saved_meanwhile(stored, opened))
        return given

    def withdraws(self, given: dict) -> bool:
        """Whether the public sees the row now, and is not to see it when the form is saved."""
        shown, now = self.initial.get("publish_at"), timezone.now()
        if "publish_at" not in self.changed_data or shown is None or shown > now:
            return False
        publish_at = given.get("publish_at")
        return "publish_at" in given and (publish_at is None or publish_at > now)

    def demand_reason(self, sentence: str) -> None:
        """Says `sentence` where nobody has said why. A row of an inline shares the reason of the whole, which has no prefix."""
        if not self.data.get("change_reason", "").strip():
            self.add_error("change_reason" if "change_reason" in self.fields else None, sentence)

    def plain(self, name: str, text: str) -> str:
        """`text` without control characters, which Word files and calendars cannot hold; on one line where the field has one, and else
        with one kind of line end: a browser's own would make another text of what nobody has touched."""
        text = CONTROL.sub(" ", text.replace("\r\n", "\n"))
        has_lines = isinstance(inner(self.fields[name].widget), forms.Textarea)
        return text if has_lines else LINE_END.sub(" ", text)

    def warn_of_cpr(self, given: dict) -> None:
        """Asks once about each text that is new and may hold a CPR number."""
        texts = {name: given[name] for name in self.changed_data if isinstance(given.get(name), str)}
        found = sorted(name for name, text in texts.items() if has_cpr(text))
        asked_of = ",".join(found)
        if not found or given.get("seen_cpr") == asked_of:
            return
        self.data = self.data.copy()
        self.data[self.add_prefix("seen_cpr")] = asked_of
        for name in found:
            self.add_error(name, "Det ligner et CPR-nummer. Slet det. Er det noget andet, så gem igen.")

    def _post_clean(self):
        super()._post_clean()
        if not self.errors:
            self.validate_whole()

    def validate_whole(self) -> None:
        """Also the constraints over fields that the form only shows, such as the moment of publishing.

        Django leaves those out; the database would then answer with an error page.
        """
        try:
            self.instance.validate_constraints()
        except forms.ValidationError as error:
            self._update_errors(error)
        if "publish_at" in self.changed_data:
            try:
                self.instance.refuse_moment(self.instance.publish_at)
            except forms.ValidationError as error:
                self.add_error("publish_at", error.messages)


def version_of(row) -> str:
    """What tells one version of `row` from the next; nothing for one that is not saved."""
    return row.updated_at.isoformat() if row.pk and row.updated_at else ""


def moment_of(version: str) -> datetime | None:
    """When `version` was saved; None for what is no version, which no form of ours sends."""
    try:
        moment = datetime.fromisoformat(version)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def looks_up(form: forms.BaseForm) -> bool:
    """Whether any field of `form` is looked up by typing."""
    return any(isinstance(inner(field.widget), LoadedLabels) for field in form.fields.values())


def saved_meanwhile(row, opened: str) -> str:
    """Who has saved `row` since the version `opened`, and which fields that changed, with what they hold now."""
    versions = row.history.select_related("history_user").order_by("history_date", "history_id")
    since = moment_of(opened)
    before = versions.filter(updated_at__lte=since).last() if since else None
    latest = versions.last()
    # A link that was made from its other end has no version.
    who = (latest.history_user if latest.updated_at == row.updated_at else None) or "En anden"
    changed = latest.diff_against(before).changed_fields if before else []
    fields = [row._meta.get_field(name) for name in changed if name != "updated_at"]
    told = ", ".join(f"{field.verbose_name}{holds(row, field)}" for field in fields)
    return (
        f"{who} har gemt »{row}« kl. {notation.clock(row.updated_at)}, mens du skrev"
        f"{f': {told}' if told else ''}. Intet af dit er gået tabt, og intet er gemt endnu. "
        "Ret felterne, så de er, som de skal være, og gem igen."
    )


def holds(row, field) -> str:
    """What `field` holds now, so that it can be seen beside what was typed."""
    value = getattr(row, field.name)
    if field.many_to_many:
        text = ", ".join(map(str, value.all()[:LINKS])) or "–"
    elif field.is_relation:
        text = str(value or "–")
    else:
        text = value_as_text(value, field)
    return f" (nu »{Truncator(text).chars(SHOWN)}«)"


class RowFormSet(forms.BaseInlineFormSet):
    """The rows of an inline, of which none is deleted that refuses it. A table's cells have no labels, so each control is named by its
    column."""

    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.fields.pop("change_reason", None)
        for field in form.fields.values():
            widget = inner(field.widget)
            if not isinstance(widget, AdminSplitDateTime) and not widget.is_hidden:
                widget.attrs["aria-label"] = field.label

    def clean(self):
        super().clean()
        if refused := deletion_refusals(form.instance for form in self.deleted_forms):
            raise forms.ValidationError(refused)

    def get_unique_error_message(self, unique_check) -> str:
        """In the words of the columns; Django would give the names of the fields in the code."""
        fields = [self.model._meta.get_field(name) for name in unique_check if name != self.fk.name]
        names = [str(field.verbose_name) for field in fields]
        return f"To rækker har samme {get_text_list(names, 'og')}. Ret den ene."


def inner(widget: forms.Widget) -> forms.Widget:
    """The control itself, without the buttons that the admin puts beside a link."""
    return getattr(widget, "widget", widget)


def name_parts(widget: AdminSplitDateTime, label: str) -> None:
    """Names the two inputs of a moment: no label of Django's leads to either."""
    for part, what in zip(widget.widgets, ("dato", "tid"), strict=True):
        part.attrs["aria-label"] = f"{label}, {what}"

"""What staff are asked when ideas are merged or split."""

from django import forms

from ideas.models import Idea

REASON_HELP = "Vises på siden. Skriv, så virksomheden bag ideen forstår det."


class ReferenceField(forms.CharField):
    """An idea by its reference: `2021-07`."""

    default_error_messages = {"unknown": "Der er ingen ide med nummeret »%(value)s«. Skriv det som 2021-07."}

    def clean(self, value):
        reference = super().clean(value).strip()
        try:
            return Idea.objects.by_reference(reference).get()
        except (ValueError, Idea.DoesNotExist):
            raise forms.ValidationError(
                self.error_messages["unknown"], code="unknown", params={"value": reference}
            ) from None


class MergeForm(forms.Form):
    into = ReferenceField(
        label="Læg dem ind i ide",
        max_length=9,
        help_text="Nummeret på den ide, som lever videre, for eksempel 2021-07.",
        error_messages={"required": "Skriv nummeret på den ide, som lever videre."},
    )
    reason = forms.CharField(
        label="Begrundelse",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=REASON_HELP,
        error_messages={"required": "Skriv en begrundelse."},
    )


class SplitForm(forms.Form):
    titles = forms.CharField(
        label="De nye ideers titler",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Én på hver linje, mindst to.",
        error_messages={"required": "Skriv mindst to titler, én på hver linje."},
    )
    reason = MergeForm.base_fields["reason"]

    def clean_titles(self) -> list[str]:
        titles = [line.strip() for line in self.cleaned_data["titles"].splitlines() if line.strip()]
        if len(titles) < 2:
            raise forms.ValidationError("Skriv mindst to titler, én på hver linje.")
        longest = Idea._meta.get_field("title").max_length
        for title in titles:
            if len(title) > longest:
                raise forms.ValidationError(f"»{title[:40]} …« er for lang. Højst {longest} tegn.")
        return titles

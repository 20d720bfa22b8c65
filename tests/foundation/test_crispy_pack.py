"""The crispy pack `dkfds`: what a screen reader is told of every kind of field, and of what is wrong with it."""

import html5lib
import pytest
from crispy_forms.helper import FormHelper
from crispy_forms.layout import ButtonHolder, Div, Fieldset, Submit
from crispy_forms.utils import render_crispy_form
from django import forms
from django.template import Context, Template

from erhvervspanel.portal.component_page import ExampleForm


def parsed(html: str):
    return html5lib.parse(html, treebuilder="etree", namespaceHTMLElements=False)


def rendered(form):
    return parsed(Template("{% load crispy_forms_tags %}{{ form|crispy }}").render(Context({"form": form})))


def by_id(document, key: str):
    found = [element for element in document.iter() if element.get("id") == key]
    assert len(found) == 1, key
    return found[0]


def text(element) -> str:
    return " ".join("".join(element.itertext()).split())


@pytest.fixture
def wrong():
    """The example form with something wrong in five fields."""
    return rendered(ExampleForm({"email": "jytte(a)eksempel", "places": "0", "area": "vejledning"}))


def test_every_field_has_a_label_or_stands_in_a_group_that_has():
    document = rendered(ExampleForm())
    labels = {label.get("for"): text(label) for label in document.iter("label")}
    legends = [text(legend) for legend in document.iter("legend")]
    for field in ExampleForm():
        if field.name in {"session", "needs"}:
            assert any(legend.startswith(str(field.label)) for legend in legends)
            assert labels[f"{field.auto_id}_0"]
        elif not field.is_hidden:
            assert labels[field.id_for_label].startswith(str(field.label))


def test_what_may_be_left_empty_says_so():
    document = rendered(ExampleForm())
    told = [text(element) for tag in ("label", "legend") for element in document.iter(tag)]
    optional = {label.removesuffix(" (frivilligt)") for label in told if label.endswith("(frivilligt)")}
    assert optional == {
        str(field.label) for field in ExampleForm() if not field.field.required and not field.is_hidden
    }


def test_what_tells_itself_when_it_may_be_left_empty_is_not_called_optional():
    form = ExampleForm()
    for field in form.fields.values():
        field.tells_itself = True
    assert not [label for label in rendered(form).iter("label") if "frivilligt" in text(label)]


def test_a_message_stands_between_label_and_field_and_is_tied_to_it(wrong):
    field = by_id(wrong, "id_email")
    assert field.get("aria-invalid") == "true"
    assert field.get("aria-describedby").split() == ["id_email_helptext", "id_email_error"]
    message = by_id(wrong, "id_email_error")
    assert text(message) == "Fejl: Skriv mailadressen, så den ligner navn@eksempel.dk"
    order = [element.get("id") or element.tag for element in by_id(wrong, "div_id_email")]
    assert order == ["label", "id_email_helptext", "id_email_error", "id_email"]


def test_a_group_of_choices_is_described_on_its_fieldset(wrong):
    fieldset = next(by_id(wrong, "div_id_session").iter("fieldset"))
    assert fieldset.get("aria-describedby") == "id_session_helptext id_session_error"
    assert text(by_id(wrong, "id_session_error")) == "Fejl: Vælg en gruppe"


def test_the_summary_links_to_every_field_that_is_wrong(wrong):
    summary = next(element for element in wrong.iter() if element.get("data-error-summary") is not None)
    assert (summary.get("role"), summary.get("tabindex")) == ("alert", "-1")
    targets = [link.get("href")[1:] for link in summary.iter("a")]
    assert targets == ["id_name", "id_email", "id_places", "id_session_0"]
    for target in targets:
        assert by_id(wrong, target).tag == "input"


def test_the_summary_sets_no_colon_after_a_question():
    class Question(forms.Form):
        need = forms.CharField(label="Hvad har I brug for?", error_messages={"required": "Skriv det"})
        name = forms.CharField(label="Navn", error_messages={"required": "Skriv dit navn"})

    told = [text(element) for element in rendered(Question({})).iter("a")]
    assert told == ["Hvad har I brug for? Skriv det", "Navn: Skriv dit navn"]


def test_what_was_typed_is_kept(wrong):
    assert by_id(wrong, "id_email").get("value") == "jytte(a)eksempel"
    chosen = [option for option in by_id(wrong, "id_area") if "selected" in option.attrib]
    assert [option.get("value") for option in chosen] == ["vejledning"]


def test_what_was_typed_is_no_markup():
    document = rendered(ExampleForm({"name": '"><script>x</script>'}))
    assert not list(document.iter("script"))


def test_a_choice_that_was_made_stays_made():
    document = rendered(ExampleForm({"session": "energi", "needs": ["tegnsprog"]}))
    made = [element.get("value") for element in document.iter("input") if "checked" in element.attrib]
    assert made == ["energi", "tegnsprog"]


def test_no_summary_before_anything_is_sent():
    assert not [element for element in rendered(ExampleForm()).iter() if element.get("role") == "alert"]


def test_a_whole_form_from_a_layout():
    form = ExampleForm()
    form.helper = FormHelper()
    form.helper.layout = Fieldset("Om dig", Div("name", css_class="pair"), "document")
    form.helper.layout.append(ButtonHolder(Submit("send", "Tilmeld")))
    document = parsed(render_crispy_form(form))
    whole = next(document.iter("form"))
    assert whole.get("novalidate") is not None
    assert whole.get("enctype") == "multipart/form-data"
    assert text(next(document.iter("legend"))) == "Om dig"
    assert [text(button) for button in document.iter("button")] == ["Tilmeld"]
    assert by_id(document, "id_name").get("required") is not None


def test_inputs_of_a_helper_without_a_layout():
    form = ExampleForm()
    form.helper = FormHelper()
    form.helper.add_input(Submit("send", "Send"))
    button = next(parsed(render_crispy_form(form)).iter("button"))
    assert (button.get("type"), button.get("name"), text(button)) == ("submit", "send", "Send")

"""Every public page in every state, in a real browser: axe, narrow windows, text spacing, forced colours, no JavaScript."""

from datetime import timedelta

import pytest

from erhvervspanel.portal.management.commands.load_programme import SAMPLE
from erhvervspanel.portal.programme import load_programme
from tests import documents as made
from tests.browser import axe
from tests.browser.steps import follow
from tests.documents import file
from tests.error_urls import ERRORS, error_at
from tests.factories import IdeaFactory, MaterialFactory, PanelMeetingFactory
from tests.states import SENT_EMPTY, STATES, coming_event

# WCAG 2.1, 1.4.12: what a reader must be able to set without loss.
SET_SPACING = """() => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(`
        * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
        p { margin-bottom: 2em !important; }`)
    document.adoptedStyleSheets = [sheet]
}"""
TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL_TARGETS = """() => [...document.querySelectorAll('button, input:not([type=hidden]), summary, nav a')]
  .filter(element => element.checkVisibility() && !element.closest('.sr-only, .skip-link'))
  .map(element => [element.outerHTML.slice(0, 90), element.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.height < 24 || box.width < 24))
  .map(([html, box]) => `${html} ${Math.round(box.width)}×${Math.round(box.height)}`)"""
# Axe takes text in the very colour of its ground for hidden on purpose.
UNSEEN = """() => [...document.querySelectorAll('a, button')]
  .filter(element => element.checkVisibility())
  .map(element => [element.outerHTML.slice(0, 120), getComputedStyle(element)])
  .filter(([, style]) => style.color === style.backgroundColor)
  .map(([html]) => html)"""

OPEN_ALL = "() => document.querySelectorAll('details').forEach(details => { details.open = true })"
WITHOUT_BUTTON = """() => [...document.forms]
  .filter(form => form.checkVisibility() && ![...form.elements].some(field => field.type === 'submit' && field.checkVisibility()))
  .map(form => form.outerHTML.slice(0, 120))"""

# What the browser says of a page that is refused. Of what a page fetches it says it in the same words, once for each.
REFUSED = "Failed to load resource: the server responded with a status of "
REFUSED_STATES = {
    "not found": "404",
    "following, over": "404",
    "registration, link gone": "404",
    "preview, over": "410",
    "document, away": "503",
}


def violations(page) -> list[str]:
    return axe.find(page, *axe.WCAG, "best-practice")


@pytest.mark.parametrize("state", STATES)
def test_page(visit, state, pictures):
    address, status = STATES[state](), REFUSED_STATES.get(state)
    page = visit(address)
    # Before axe and screenshots, which style the page from within and so break its policy themselves.
    assert complaints(page, status) == []
    assert page.context.cookies() == []
    judge(page, pictures, state)
    judge_without_javascript(visit, address, status)


@pytest.mark.parametrize("state", SENT_EMPTY)
def test_a_form_with_errors(visit, state, pictures, monkeypatch):
    monkeypatch.setattr("erhvervspanel.foundation.guarded_forms.FASTEST", timedelta(0))
    page = visit(SENT_EMPTY[state]())
    follow(page.get_by_role("main").get_by_role("button"))
    assert page.get_by_role("heading", name="Ret det, der mangler eller er forkert").is_visible()
    assert page.complaints == []
    judge(page, pictures, state)


@pytest.mark.parametrize("error", ERRORS)
def test_an_error(visit, settings, error, pictures):
    settings.ROOT_URLCONF = "tests.error_urls"
    coming_event()
    address, status = error_at(error), str(ERRORS[error][0])
    page = visit(address)
    assert complaints(page, status) == []
    judge(page, pictures, f"error, {error}")
    judge_without_javascript(visit, address, status)


def judge_without_javascript(visit, address: str, status: str | None) -> None:
    """What holds on a telephone where no script runs. What lies behind details is looked at too."""
    page = visit(address, width=320, java_script_enabled=False)
    page.evaluate(OPEN_ALL)
    assert complaints(page, status) == []
    assert page.evaluate(WITHOUT_BUTTON) == []
    assert page.evaluate(TOO_WIDE) <= 0


def complaints(page, status: str | None) -> list[str]:
    """What the browser complains about, but for the page's own `status` where it is refused."""
    return [text for text in page.complaints if not (status and text.startswith(REFUSED + status))]


def judge(page, pictures, state: str) -> None:
    """What holds for every page: wide and narrow, with a reader's own spacing, and in forced colours."""
    picture(page, pictures, f"{state} 1280")
    assert page.evaluate(UNSEEN) == []
    assert violations(page) == []

    page.set_viewport_size({"width": 320, "height": 800})
    picture(page, pictures, f"{state} 320")
    assert page.evaluate(TOO_WIDE) <= 0
    assert page.evaluate(SMALL_TARGETS) == []
    assert violations(page) == []
    page.evaluate(SET_SPACING)
    assert page.evaluate(TOO_WIDE) <= 0
    page.emulate_media(forced_colors="active")
    assert without_focus(page, stops=MOST_STOPS if state in GONE_THROUGH else 4) == []


def test_a_full_table_of_what_belongs_together_stays_inside_the_telephone(visit, pictures):
    load_programme(SAMPLE[0])
    page = visit("/synergi/", width=320)
    picture(page, pictures, "synergy of the sample 320")
    assert page.evaluate(TOO_WIDE) <= 0


def test_a_filtered_catalogue_on_paper_says_what_it_is_filtered_by(visit, pictures):
    idea = IdeaFactory()
    page = visit(f"/ideer/?omraade={idea.area.slug}&q=ide")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 960})
    picture(page, pictures, "catalogue on paper")
    assert page.get_by_text(f"Fokusområde: {idea.area.name}").is_visible()
    assert not page.get_by_text("Nulstil alle").is_visible()
    cross = "getComputedStyle(document.querySelector('.active-filters__link'), '::after').content"
    assert page.evaluate(cross) == "none"


def test_a_picture_opens_in_the_browser_and_a_word_file_is_saved_under_its_title(visit):
    meeting = PanelMeetingFactory()
    MaterialFactory(meeting=meeting, title="Tavlen", url="", document=file("tavle.png", made.picture()))
    MaterialFactory(meeting=meeting, title="Grøn strøm", url="", document=file("a.docx", made.word()))
    page = visit(meeting.get_absolute_url())
    with page.expect_download() as saved:
        page.get_by_role("link", name="Grøn strøm (Word").click()
    assert saved.value.suggested_filename == "Grøn strøm.docx"
    follow(page.get_by_role("link", name="Tavlen (PNG"))
    assert page.evaluate("document.images[0].naturalWidth") == 40
    assert page.complaints == []


# Pages of each kind that are gone through with the keyboard from end to end: lists, details, forms, tables, personal pages.
GONE_THROUGH = {
    "front page",
    "catalogue",
    "idea",
    "theme",
    "initiatives",
    "synergy",
    "numbers",
    "search, hits",
    "sign-up, all that can be asked",
    "registration, confirmed",
    "need to tell",
    "following",
    "not found",
}
OUTLINE = """() => {
    const element = document.activeElement
    if (element === document.body) return null
    const style = getComputedStyle(element)
    return [element.outerHTML.slice(0, 120), style.outlineStyle !== 'none' && style.outlineWidth !== '0px']
}"""
MOST_STOPS = 400


def without_focus(page, *, stops: int) -> list[str]:
    """The links and fields that show no outline when the keyboard reaches them: of the first `stops`, or of all there are."""
    found = []
    for _ in range(stops):
        page.keyboard.press("Tab")
        reached = page.evaluate(OUTLINE)
        if reached is None:
            return found
        html, is_seen = reached
        if not is_seen:
            found.append(html)
    assert stops < MOST_STOPS, "The keyboard never gets to the end of the page."
    return found


def picture(page, folder, name: str) -> None:
    if folder:
        page.screenshot(path=folder / f"{name}.png", full_page=True)

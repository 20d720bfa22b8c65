"""The whole way: 40 ideas from the list to published answers, with every request counted."""

import pytest
from django.test import Client
from django.utils import timezone

from ideas.models import Answer, Idea, Status
from panels.models import Decision
from tests.factories import AnswerTemplateFactory, IdeaFactory, ThemeFactory
from tests.forms import links_of
from tests.ideas.committee.conftest import page_of, sent_by

pytestmark = pytest.mark.django_db


class Walker:
    """A member of staff at work, from the start page on: `open` is a click on a link of the page, `press` one on a button."""

    def __init__(self, client: Client):
        self.client = client
        self.clicks = 0
        self.page = client.get("/admin/")

    def open(self, url: str):
        assert url in links_of(self.page)
        return self.clicked(self.client.get(url, follow=True))

    def press(self, url: str, **given):
        return self.clicked(self.client.post(url, given, follow=True))

    def clicked(self, page):
        self.clicks += 1
        self.page = page
        return page


def test_40_ideas_from_the_list_to_published_answers_in_nine_clicks(staff):
    theme, started = ThemeFactory(), timezone.now()
    ideas = IdeaFactory.create_batch(40, theme=theme)
    AnswerTemplateFactory(outcome="later", text="Udvalget tager ideen op næste år.")
    walker = Walker(staff)

    walker.open("/admin/ideas/idea/")
    chosen = {"action": "put_on_agenda", "_selected_action": [idea.pk for idea in ideas]}
    walker.press("/admin/ideas/idea/", **chosen)
    given = {
        "committee": "Erhvervsudvalget",
        "decided_on": "2021-06-16",
        "agenda_item": "4",
        "title": "Svar på ideer",
    }
    walker.press("/admin/ideas/idea/", **chosen, confirmed="1", **given)
    decision = Decision.objects.get()
    table = walker.open(page_of(decision))
    filled = walker.press(
        page_of(decision),
        **sent_by(table) | {"udfyld": "1", "alle-skabelon": template_key(table), "alle-afdeling": "Erhverv"},
    )
    saved = walker.press(page_of(decision), **sent_by(filled))
    assert "Alle svar er klar til at blive offentliggjort." in saved.text

    memo = walker.open(page_of(decision, "memo"))
    assert memo.text.count("Indstilling: Tages op senere") == 40
    preview = walker.open(page_of(decision, "publish"))
    done = walker.press(page_of(decision, "publish"), **sent_by(preview))
    assert "40 svar er offentliggjort." in done.text

    assert set(Idea.objects.with_status().values_list("status", flat=True)) == {Status.LATER}
    assert Answer.objects.published().filter(publish_at__gte=started).count() == 40
    assert walker.clicks == 9


def template_key(table) -> str:
    return str(table.context["table"].templates[0].pk)

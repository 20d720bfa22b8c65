"""Two members of staff at the same record: the second is told, and nothing is lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape
from threading import Barrier

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from erhvervspanel.foundation.desk import RecordAdmin
from erhvervspanel.portal.models import News
from events.models import Event
from ideas.models import Idea
from tests.factories import (
    BY_MODEL,
    AnswerFactory,
    EventFactory,
    FocusAreaFactory,
    IdeaFactory,
    NeedFactory,
    NewsFactory,
    SessionFactory,
    ThemeFactory,
    UserFactory,
)
from tests.forms import fields_of
from tests.locks import overtaken


def staff(name: str) -> Client:
    client = Client()
    client.force_login(UserFactory(first_name=name, last_name="", is_staff=True, is_superuser=True))
    return client


def address(event) -> str:
    return reverse("admin:events_event_change", args=[event.pk])


@pytest.mark.django_db
def test_the_second_is_told_who_saved_what_and_keeps_what_was_typed():
    event = EventFactory(title="Konferencen", summary="Før")
    anna, bo = staff("Anna"), staff("Bo")
    hers, his = (fields_of(client.get(address(event))) for client in (anna, bo))
    anna.post(address(event), hers | {"title": "Annas titel"})
    page = bo.post(address(event), his | {"summary": "Bos resumé"})
    told = unescape(page.text)
    assert "Anna har gemt" in told
    assert "titel (nu »Annas titel«)" in told
    assert 'value="Konferencen"' in told
    assert "Bos resumé" in told
    event.refresh_from_db()
    assert (event.title, event.summary) == ("Annas titel", "Før")
    bo.post(address(event), fields_of(page) | {"title": "Annas titel"})
    event.refresh_from_db()
    assert (event.title, event.summary) == ("Annas titel", "Bos resumé")


@pytest.mark.django_db
def test_what_a_link_leads_to_now_is_told_as_well():
    theme = ThemeFactory()
    one, other = FocusAreaFactory.create_batch(2, theme=theme)
    idea = IdeaFactory(theme=theme, area=one)
    idea.needs.add(NeedFactory(name="Viden"))
    anna, bo = staff("Anna"), staff("Bo")
    page = reverse("admin:ideas_idea_change", args=[idea.pk])
    hers, his = (fields_of(client.get(page)) for client in (anna, bo))
    anna.post(page, hers | {"area": str(other.pk), "needs": []})
    told = unescape(bo.post(page, his | {"summary": "Bos resumé"}).text)
    assert f"fokusområde (nu »{other}«)" in told
    assert "behov (nu »–«)" in told


@pytest.mark.django_db
def test_a_part_that_somebody_else_has_saved_is_not_overwritten_from_the_whole():
    event = EventFactory()
    part = SessionFactory(event=event, title="Før")
    client = staff("Anna")
    opened = fields_of(client.get(address(event)))
    part.title = "Efter"
    part.save()
    page = client.post(address(event), opened)
    assert "har gemt »" in unescape(page.text)
    part.refresh_from_db()
    assert part.title == "Efter"


@pytest.mark.django_db
@pytest.mark.parametrize("version", ["abc", "2021-04-14"])
def test_a_form_that_does_not_know_what_it_was_opened_on_is_told_that_it_is_another(version):
    event, client = EventFactory(title="Før"), staff("Anna")
    given = fields_of(client.get(address(event)))
    page = client.post(address(event), given | {"opened_version": version, "title": "Efter"})
    assert "har gemt »Før«" in unescape(page.text)
    event.refresh_from_db()
    assert event.title == "Før"
    assert client.post(address(event), fields_of(page)).status_code == 302


@pytest.mark.django_db
def test_saving_ones_own_record_again_and_again_is_no_conflict():
    event, client = EventFactory(), staff("Anna")
    for title in ("Første", "Anden"):
        opened = fields_of(client.get(address(event)))
        assert client.post(address(event), opened | {"title": title}).status_code == 302
    event.refresh_from_db()
    assert event.title == "Anden"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_one_is_told():
    event = EventFactory()
    clients = [staff("Anna"), staff("Bo")]
    forms = [fields_of(client.get(address(event))) for client in clients]
    barrier = Barrier(2)

    def save(client, typed, title):
        connection.ensure_connection()
        barrier.wait()
        try:
            return client.post(address(event), typed | {"title": title}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        codes = list(pool.map(save, clients, forms, ("Annas", "Bos")))
    assert sorted(codes) == [200, 302]
    assert Event.objects.get().title in ("Annas", "Bos")


@pytest.mark.django_db(transaction=True)
def test_whoever_adds_what_another_has_just_added_is_told_and_keeps_what_was_typed():
    idea, client, url = IdeaFactory(number=1), staff("Bo"), reverse("admin:ideas_idea_add")
    typed = fields_of(client.get(url)) | {
        "theme": str(idea.theme_id),
        "title": "Bos ide",
        "proposal": "Bo skriver",
    }
    typed |= {"area": str(idea.area_id), "number": "2"}
    page = overtaken(
        lambda: IdeaFactory(theme=idea.theme, area=idea.area, number=2), lambda: client.post(url, typed)
    )
    assert page.status_code == 200
    assert page.context["adminform"].form.errors
    assert "Bo skriver" in page.text
    assert client.post(url, fields_of(page) | {"number": "3"}).status_code == 302
    assert list(Idea.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]


@pytest.mark.django_db(transaction=True)
def test_an_address_that_another_has_just_taken_gives_the_next():
    client, url = staff("Bo"), reverse("admin:portal_news_add")
    typed = fields_of(client.get(url)) | {"title": "Nyt", "summary": "Kort", "text": "Langt"}
    page = overtaken(lambda: NewsFactory(title="Nyt", slug="nyt"), lambda: client.post(url, typed))
    assert page.status_code == 302
    assert sorted(News.objects.values_list("slug", flat=True)) == ["nyt", "nyt-2"]


@pytest.mark.django_db
def test_a_text_that_may_hold_a_cpr_number_is_asked_about_once(client):
    client.force_login(UserFactory(superuser=True))
    idea = IdeaFactory()
    url = reverse("admin:ideas_idea_change", args=[idea.pk])
    given = fields_of(client.get(url)) | {"proposal": "Ring til 010190-1234."}
    page = client.post(url, given)
    assert "Det ligner et CPR-nummer. Slet det. Er det noget andet, så gem igen." in page.text
    idea.refresh_from_db()
    assert "010190" not in idea.proposal
    client.post(url, fields_of(page))
    idea.refresh_from_db()
    assert idea.proposal == "Ring til 010190-1234."
    saved_again = client.post(url, fields_of(client.get(url)) | {"title": "Ny titel"})
    assert saved_again.status_code == 302  # what was there already is not asked about again


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["17.30", "17:30", "17:30:00"])
def test_a_time_may_be_typed_as_the_portal_writes_it(typed):
    event = EventFactory()
    client = staff("Anna")
    day = timezone.localdate(event.starts_at)
    given = {
        "starts_at_0": f"{day:%d-%m-%Y}",
        "starts_at_1": typed,
        "ends_at_0": f"{day:%d.%m.%Y}",
        "ends_at_1": "23",
    }
    client.post(address(event), fields_of(client.get(address(event))) | given)
    event.refresh_from_db()
    assert [f"{timezone.localtime(at):%H:%M}" for at in (event.starts_at, event.ends_at)] == [
        "17:30",
        "23:00",
    ]


@pytest.mark.django_db
def test_a_session_outside_the_event_is_warned_of():
    event = EventFactory()
    SessionFactory(
        event=event, title="Kaffe", starts_at=event.starts_at - timedelta(hours=1), ends_at=event.starts_at
    )
    client = staff("Anna")
    page = client.post(address(event), fields_of(client.get(address(event))), follow=True)
    assert "Uden for arrangementets tid: »" in unescape(page.text)
    assert "Kaffe«" in unescape(page.text)


@pytest.mark.django_db
def test_two_rows_alike_are_told_of_by_the_column():
    theme = ThemeFactory()
    FocusAreaFactory(theme=theme, name="Energi", position=1)
    FocusAreaFactory(theme=theme, name="Affald", position=2)
    page = reverse("admin:panels_theme_change", args=[theme.pk])
    client = staff("Anna")
    alike = {f"focus_areas-{number}-name": "Vand" for number in (0, 1)}
    told = client.post(page, fields_of(client.get(page)) | alike).text
    assert "To rækker har samme navn. Ret den ene." in told


@pytest.mark.django_db
def test_what_a_theme_hides_with_it_is_told_at_a_constant_cost(django_assert_max_num_queries):
    client = staff("Anna")
    ideas = IdeaFactory.create_batch(3, theme=ThemeFactory())
    chosen = {"action": "unpublish_rows", "_selected_action": [ideas[0].theme_id]}
    told = client.post(reverse("admin:panels_theme_changelist"), chosen).text
    assert "Så vises heller ikke" in told
    assert "3 ideer" in told
    listed = reverse("admin:ideas_idea_changelist")
    with django_assert_max_num_queries(30):
        client.post(listed, {"action": "unpublish_rows", "_selected_action": [idea.pk for idea in ideas]})


@pytest.mark.django_db
def test_answers_are_found_by_the_number_of_their_idea():
    answer, _other = AnswerFactory(), AnswerFactory()
    page = staff("Anna").get(reverse("admin:ideas_answer_changelist"), {"q": answer.idea.reference})
    assert list(page.context["cl"].result_list) == [answer]


@pytest.mark.django_db
def test_why_something_was_changed_stands_in_its_history_and_not_on_its_page():
    idea, client = IdeaFactory(), staff("Anna")
    page = reverse("admin:ideas_idea_change", args=[idea.pk])
    given = fields_of(client.get(page)) | {"title": "Nyt", "change_reason": "Udvalget bad om det"}
    client.post(page, given)
    assert idea.history.first().history_change_reason == "Udvalget bad om det"
    assert "Udvalget bad om det" in client.get(reverse("admin:ideas_idea_history", args=[idea.pk])).text
    assert "Udvalget bad om det" not in client.get(idea.get_absolute_url()).text
    assert fields_of(client.get(page))["change_reason"] == [""]
    told = client.post(page, given | {"change_reason": "Ring til 010190-1234"}).text
    assert "Det ligner et CPR-nummer" in told


@pytest.mark.django_db
@pytest.mark.parametrize("reason", ["", "  ", "Tallene er forkerte"])
def test_what_is_public_is_not_withdrawn_without_saying_why(reason):
    idea, client = IdeaFactory(), staff("Anna")
    page = reverse("admin:ideas_idea_change", args=[idea.pk])
    given = fields_of(client.get(page)) | {"publish_at_0": "", "publish_at_1": "", "change_reason": reason}
    asked = "Siden er offentlig. Skriv, hvorfor den trækkes tilbage." in client.post(page, given).text
    idea.refresh_from_db()
    assert asked is (idea.publish_at is not None) is (not reason.strip())
    if not asked:
        told = "Trukket tilbage til kladde: Tallene er forkerte"
        assert idea.history.first().history_change_reason == told


@pytest.mark.django_db
def test_nor_are_many_at_once():
    ideas, client = IdeaFactory.create_batch(2), staff("Anna")
    listed = reverse("admin:ideas_idea_changelist")
    chosen = {
        "action": "unpublish_rows",
        "_selected_action": [idea.pk for idea in ideas],
        "confirmed": "1",
    }
    assert "Skriv, hvorfor det trækkes tilbage." in client.post(listed, chosen).text
    assert not Idea.objects.filter(publish_at=None).exists()
    client.post(listed, chosen | {"reason": "Tallene er forkerte"})
    assert Idea.objects.filter(publish_at=None).count() == 2
    told = {idea.history.first().history_change_reason for idea in ideas}
    assert told == {"Trukket tilbage til kladde: Tallene er forkerte"}


@pytest.mark.django_db
def test_a_draft_takes_no_reason_to_change():
    idea, client = IdeaFactory(draft=True), staff("Anna")
    page = reverse("admin:ideas_idea_change", args=[idea.pk])
    client.post(page, fields_of(client.get(page)) | {"title": "Nyt"})
    idea.refresh_from_db()
    assert (idea.title, idea.history.first().history_change_reason) == ("Nyt", None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "model", [model for model, shown in admin.site._registry.items() if isinstance(shown, RecordAdmin)]
)
def test_the_reason_is_asked_for_once_on_every_page_that_saves_a_record(model):
    row = BY_MODEL[model]()
    opts = model._meta
    client, page = staff("Anna"), f"admin:{opts.app_label}_{opts.model_name}"
    shown = client.get(reverse(f"{page}_change", args=[row.pk])).text
    assert shown.count('name="change_reason"') == shown.count('name="_save"')  # what is only read has neither
    assert "change_reason" not in client.get(reverse(f"{page}_add")).text

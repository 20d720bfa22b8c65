"""Paths, and the template tag that writes them."""

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import NoReverseMatch
from pytest_django.asserts import assertContains, assertNotContains

from erhvervspanel.foundation.links import link


def test_a_path_is_the_one_that_django_works_out():
    assert link("ideas:idea", "2021-07") == "/ideer/2021-07/"
    assert link("ideas:idea", reference="2021-07") == "/ideer/2021-07/"
    assert link("admin:ideas_idea_change", 7) == "/admin/ideas/idea/7/change/"


def test_a_path_is_worked_out_once():
    link("ideas:idea", "2021-08")
    worked_out = link.cache_info().misses
    link("ideas:idea", "2021-08")
    assert link.cache_info().misses == worked_out


def test_no_page_is_an_error_each_time():
    for _ in range(2):
        with pytest.raises(NoReverseMatch):
            link("ideas:idea", "Ikke en henvisning")


def test_a_path_begins_at_the_top_whatever_a_server_in_front_tells(client, db):
    """The address of the portal has no path (SITE_URL), nor have its style sheets, so that half a page would be elsewhere."""
    page = client.get("/om/", SCRIPT_NAME="/erhverv")
    assert page.wsgi_request.path == "/om/"
    assertContains(page, 'href="/ideer/"')
    assertNotContains(page, "/erhverv/")


def test_values_that_are_equal_and_written_differently_are_told_apart():
    assert link("admin:ideas_idea_change", 1) == "/admin/ideas/idea/1/change/"
    assert link("admin:ideas_idea_change", True) == "/admin/ideas/idea/True/change/"


def rendered(source: str, **values) -> str:
    return Template(source).render(Context(values | {"request": RequestFactory().get("/")}))


def test_the_tag_writes_a_path_and_keeps_it_under_a_name():
    assert rendered("{% url 'panels:theme' year %}", year=2021) == "/temaer/2021/"
    assert rendered("{% url 'panels:theme' year=year as way %}[{{ way }}]", year=2021) == "[/temaer/2021/]"


def test_the_tag_escapes_what_is_a_path_and_no_html():
    assert rendered("{% url 'ideas:service-list' %}") == "/tilbud/"
    assert (
        rendered("{% url 'admin:ideas_idea_change' key %}", key="a&b") == "/admin/ideas/idea/a&amp;b/change/"
    )
    assert (
        rendered("{% autoescape off %}{% url 'admin:ideas_idea_change' key %}{% endautoescape %}", key="a&b")
        == "/admin/ideas/idea/a&b/change/"
    )


def test_a_page_that_is_not_there_is_an_error_but_where_its_path_is_kept_under_a_name():
    with pytest.raises(NoReverseMatch):
        rendered("{% url 'ideas:nowhere' %}")
    assert rendered("{% url 'ideas:nowhere' as way %}[{{ way }}]") == "[]"

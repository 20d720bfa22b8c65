import re

import pytest

from erhvervspanel.foundation.markdown import render


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("Et **vigtigt** ord", "<p>Et <strong>vigtigt</strong> ord</p>\n"),
        ("# Stor", "<h3>Stor</h3>\n"),
        ("[læs](https://example.org)", '<p><a href="https://example.org" rel="noopener">læs</a></p>\n'),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("![x](https://example.org/x.png)", "<p></p>\n"),
        ("", ""),
    ],
)
def test_render(source, html):
    assert render(source) == html


@pytest.mark.parametrize(
    ("source", "under", "levels"),
    [
        ("## Program", 2, [3]),
        ("# Program", 3, [4]),
        ("## Program\n#### Formiddag\n#### Eftermiddag\n## Praktisk", 2, [3, 4, 4, 3]),
        ("### Formiddag\n# Praktisk", 2, [3, 3]),
        ("# A\n## B\n### C\n#### D", 4, [5, 6, 6, 6]),
    ],
)
def test_headings_fit_under_the_one_that_the_text_stands_under(source, under, levels):
    html = render(source, under=under)
    assert [int(level) for level in re.findall(r"<h(\d)>", html)] == levels
    assert [int(level) for level in re.findall(r"</h(\d)>", html)] == levels


def test_a_table_is_scrolled_by_itself_and_by_the_keyboard():
    html = render("| Dag | Hvad |\n|---|---|\n| Mandag | Møde |\n\n<div><table>")
    region, table = re.findall(r"<(?:div|table)[^>]*>", html)
    assert {'class="table-region"', 'role="region"', 'tabindex="0"', 'aria-label="Tabel"'} <= set(
        region[5:-1].split()
    )
    assert table == '<table class="table">'
    assert html.count("</table></div>") == 1


@pytest.mark.parametrize(
    "source", ["[x](javascript:alert(1))", "[x](data:text/html;base64,AA)", "<a href='javascript:1'>x</a>"]
)
def test_render_makes_no_dangerous_link(source):
    assert "href" not in render(source).replace("&lt;a href", "")

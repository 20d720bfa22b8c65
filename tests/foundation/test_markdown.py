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
    "source", ["[x](javascript:alert(1))", "[x](data:text/html;base64,AA)", "<a href='javascript:1'>x</a>"]
)
def test_render_makes_no_dangerous_link(source):
    assert "href" not in render(source).replace("&lt;a href", "")

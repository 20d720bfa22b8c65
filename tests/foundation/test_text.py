"""Filters of text."""

import pytest

from erhvervspanel.foundation.templatetags.text import linked

LONG = "https://www.rudersdal.dk/nyheder/kommunen-saetter-kraft-bag-ideer"


def a(address: str, shown: str = "") -> str:
    return f'<a href="{address}" rel="nofollow">{shown or address}</a>'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Omtalt (https://a.dk/b). Nummer 7.", f"Omtalt ({a('https://a.dk/b')}). Nummer 7."),
        ("Omtalt (https://a.dk/b), men", f"Omtalt ({a('https://a.dk/b')}), men"),
        ("Se https://a.dk/b.\nOg:", f"Se {a('https://a.dk/b')}.\nOg:"),
        ("https://a.dk/b_(c)", a("https://a.dk/b_(c)")),
        ("(se https://a.dk/b_(c)).", f"(se {a('https://a.dk/b_(c)')})."),
        ("»https://a.dk/?b=1&c=2«", f"»{a('https://a.dk/?b=1&amp;c=2')}«"),
        ("Skriv til (erhverv@a.dk).", 'Skriv til (<a href="mailto:erhverv@a.dk">erhverv@a.dk</a>).'),
        (f"Omtalt ({LONG}).", f"Omtalt ({a(LONG, 'https://www.rudersdal.dk/nyheder/…')})."),
        (
            "ungdomsvirksomhederne@eksempel.example",
            '<a href="mailto:ungdomsvirksomhederne@eksempel.example">ungdomsvirksomhederne@eksempel.example</a>',
        ),
        ('(1). <b>Nej</b> & "ja".', "(1). &lt;b&gt;Nej&lt;/b&gt; &amp; &quot;ja&quot;."),
        ("(.", "(."),
        ("...", "..."),
        ("", ""),
        (None, ""),
    ],
)
def test_addresses_in_a_text_are_links_and_nothing_else_is_lost(text, shown):
    assert linked(text) == shown

"""Pages of a list, as the address asks for them."""

import pytest

from erhvervspanel.foundation.pages import page_of


@pytest.mark.parametrize(
    ("asked", "shown"),
    [("", 1), ("2", 2), ("3", 3), ("99", 3), ("9" * 30, 3), ("0", 1), ("-3", 1), ("abc", 1), ("1.5", 1), ("9" * 9_999, 1)],
)  # fmt: skip
def test_a_page_beyond_is_the_last_and_an_odd_one_the_first(rf, asked, shown):
    assert page_of(rf.get("/", {"side": asked}), range(50), size=20).number == shown
    assert page_of(rf.get("/"), range(50), size=20).number == 1

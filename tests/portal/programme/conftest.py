from textwrap import dedent

import pytest

from erhvervspanel.portal.programme import load_programme


@pytest.fixture
def load(tmp_path, db):
    """Loads a programme that is written in the test."""

    def load_text(text, **options):
        path = tmp_path / "2021.toml"
        path.write_text(dedent(text), encoding="utf-8")
        return load_programme(path, **options)

    return load_text

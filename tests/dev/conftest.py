"""A checkout of its own for a test, in a place that the database's user can reach."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", ".*_cache", "tests")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """An empty folder with a short path, which every user may enter."""
    folder = Path(tempfile.mkdtemp(prefix="ep-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def checkout(open_folder) -> Path:
    """A copy of the project with the installed packages, and nothing else that a run has made."""
    copy = open_folder / "checkout"
    shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
    (copy / ".venv").symlink_to(ROOT / ".venv")
    return copy

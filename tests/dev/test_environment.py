"""What a command says when packages cannot be installed."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from dev import environment
from dev.console import Problem


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "låst i requirements/"),
        ("error: command 'gcc' failed: No such file or directory", "C-oversætter"),
        ("Temporary failure in name resolution", "ingen forbindelse"),
        ("ERROR: No matching distribution found for django==5.2", "ingen forbindelse"),
        ("OSError: [Errno 28] No space left on device", "ikke plads"),
        ("noget helt andet\nERROR: ukendt", "pip siger: ERROR: ukendt"),
        ("", "pip siger: intet"),
    ],
)
def test_pip_trouble_becomes_a_sentence(output, sentence):
    assert sentence in environment.trouble(output)


def test_one_command_at_a_time_makes_the_environment(tmp_path, monkeypatch):
    inside, most = [], []

    def make():
        inside.append("one")
        most.append(len(inside))
        time.sleep(0.2)
        inside.pop()

    for name in ("VENV", "VAR"):
        monkeypatch.setattr(environment, name, tmp_path)
    monkeypatch.setattr(environment, "make", make)
    monkeypatch.setattr(environment, "install", lambda file: None)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(environment.prepare, ["run", "dev"]))
    assert most == [1, 1]


def test_no_network_is_told(tmp_path, monkeypatch):
    """A real pip that asks a port where nobody answers."""
    fresh = tmp_path / ".venv"
    subprocess.run([sys.executable, "-m", "venv", fresh], check=True)
    monkeypatch.setattr(environment, "PYTHON", fresh / "bin" / "python")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    with pytest.raises(Problem, match="ingen forbindelse til pakkeregisteret"):
        environment.install(environment.ROOT / "requirements" / "database.txt")

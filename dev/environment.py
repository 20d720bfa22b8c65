"""The virtual environment, with exactly what `requirements/` names."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from dev.console import ROOT, VAR, Problem, step
from dev.locks import alone

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"

# What pip says, and what to tell. The first that fits counts.
PIP_TROUBLES = (
    (("hashes are required", "do not match the hashes"),
     "En pakke svarer ikke til den, der er låst i requirements/. Den installeres ikke. Hent projektet igen."),
    (("command 'gcc' failed", "unable to execute", "no such file or directory: 'gcc'", "c compiler"),
     "En pakke skal oversættes her, og der mangler en C-oversætter. Installér build-essential og python3-dev."),
    (("name resolution", "connection", "no matching distribution", "timed out", "proxy", "network is unreachable"),
     "Pakkerne kan ikke hentes: Der er ingen forbindelse til pakkeregisteret. Kontrollér netværket, og prøv igen."),
    (("no space left",), "Der er ikke plads på disken til pakkerne. Ryd op, og prøv igen."),
)  # fmt: skip


def prepare(requirements: str) -> Path:
    """The environment's Python, with `requirements/<requirements>.txt` installed.

    A stamp in the environment tells what is there, so that a second start costs nothing. One command at a time looks and mends.
    Raises Problem where it cannot be made.
    """
    file = ROOT / "requirements" / f"{requirements}.txt"
    stamp = VENV / f"installed-{requirements}"
    wanted = hashlib.sha256(file.read_bytes()).hexdigest()
    with alone(VAR / "environment.lock"):
        make()
        if not stamp.exists() or stamp.read_text() != wanted:
            count = file.read_text().count("==")
            with step(f"Installerer {count} pakker i .venv (første gang tager det et minuts tid)"):
                install(file)
            stamp.write_text(wanted)
    return PYTHON


def keep_compiled_code() -> None:
    """Has all that we start keep what Python compiles, in var/ and not among the sources: each start takes a third of the time.

    Where a machine is set up to keep none (PYTHONDONTWRITEBYTECODE), it is for the sake of the sources' folders.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ.setdefault("PYTHONPYCACHEPREFIX", str(VAR / "compiled"))


def make() -> None:
    if works():
        return
    with step("Laver et virtuelt Python-miljø i .venv"):
        command = [sys.executable, "-m", "venv", "--clear", VENV]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            raise Problem("Python kan ikke lave et virtuelt miljø. Installér pakken python3-venv.")


def works() -> bool:
    """Whether the environment is whole and made by a Python that is still there."""
    if not PYTHON.exists():
        return False
    command = [PYTHON, "-c", "import pip, sys; print(*sys.version_info[:2])"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    return result.returncode == 0 and tuple(map(int, result.stdout.split())) == sys.version_info[:2]


def install(file: Path) -> None:
    command = [
        *(PYTHON, "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"),
        *("--no-compile", "--retries", "2", "--require-hashes", "-r", file),
    ]
    result = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "PIP_DEFAULT_TIMEOUT": "30"}
    )
    if result.returncode:
        raise Problem(trouble(result.stdout + result.stderr))


def trouble(output: str) -> str:
    """What to tell of pip's `output`."""
    lower = output.lower()
    for signs, sentence in PIP_TROUBLES:
        if any(sign in lower for sign in signs):
            return sentence
    return f"Pakkerne kan ikke installeres. pip siger: {output.strip().splitlines()[-1] if output.strip() else 'intet'}"

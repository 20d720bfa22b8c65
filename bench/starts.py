"""How long it takes until the first page: of a web server, and of `make run` in this checkout, which has been run before."""

import os
import statistics
import subprocess
import sys
import time

from django.core.management import call_command

from bench.served import portal
from dev.console import ROOT, say
from dev.serve import answers, end
from tests.ports import free_port

TIMES = 3
SECOND_RUN = 5.0  # seconds; the target
PATIENCE = 300  # seconds, as the first run in a checkout installs


def measure() -> dict[str, float]:
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    results = {"web_server_s": statistics.median(web_server() for _ in range(TIMES))}
    run()  # the first in this checkout may have much to do
    results["second_make_run_s"] = statistics.median(run() for _ in range(TIMES))
    for name, value in results.items():
        say(f"{name:<22}{value:>8.1f}")
    met = results["second_make_run_s"] < SECOND_RUN
    say(f"target of a second `make run`: {SECOND_RUN:.0f} s{'' if met else '  NOT MET'}")
    return results


def web_server() -> float:
    started = time.monotonic()
    with portal(web_workers=2, mail_workers=0):
        return time.monotonic() - started


def run() -> float:
    port = free_port()
    mine = ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "STATIC_ROOT", "EMAIL_URL", "SITE_URL", "ALLOWED_HOSTS")
    environment = {name: value for name, value in os.environ.items() if name not in mine} | {
        "PORT": str(port)
    }
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "dev", "run"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        while not answers("127.0.0.1", port):
            if process.poll() is not None or time.monotonic() - started > PATIENCE:
                sys.exit("make run does not answer.")
            time.sleep(0.02)
        return time.monotonic() - started
    finally:
        end(process)

"""`make run`: the whole portal, served as in production, with the sample programme."""

import contextlib
import http.client
import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from dev import environment
from dev.console import ROOT, VAR, Problem, say, seconds, step
from dev.locks import alone
from dev.postgresql import SharedServer

STARTS_WITHIN = 30  # seconds
STOPS_WITHIN = 10  # seconds
STARTS_AGAIN_AFTER = 2  # seconds, so that what cannot start does not fill the screen
DEMO_USER = "demo"
MAILS = VAR / "mails"


class Stopped(BaseException):
    """Somebody asked us to stop. Not an Exception, so that nothing on the way takes it for an error."""


def run() -> int:
    started = time.monotonic()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    host, port = address()
    refuse_taken(host, port)
    try:
        python = environment.prepare("run")
        with database() as url:
            serve(python, url, host, port, started)
    except Stopped:
        say("\nStoppet.")
    return 0


def stop(number, frame):
    # A second one must not break the clean-up that the first one began.
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    raise Stopped


def address() -> tuple[str, int]:
    port = os.environ.get("PORT") or "8000"
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise Problem(f"PORT={port} er ikke et portnummer. Vælg et tal fra 1 til 65535.")
    return os.environ.get("HOST") or "127.0.0.1", int(port)


def refuse_taken(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise Problem(
                f"Port {port} kræver flere rettigheder. Vælg en højere: PORT=8000 make run."
            ) from None
        except socket.gaierror:
            raise Problem(f"HOST={host} er ikke en adresse på denne maskine.") from None
        except OSError:
            raise Problem(
                f"Port {port} på {host} er optaget eller findes ikke her. Stop det andet program, eller vælg en "
                f"anden port: PORT={port + 1} make run."
            ) from None


def database():
    """The server that DATABASE_URL names, or the checkout's own."""
    if url := os.environ.get("DATABASE_URL"):
        return contextlib.nullcontext(url)
    return SharedServer()


def serve(python: Path, url: str, host: str, port: int, started: float) -> None:
    """Prepares the database and the static files, and serves until somebody stops us."""
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 (compared, not bound)
    site = f"http://{f'[{shown}]' if ':' in shown else shown}:{port}"
    settings = {**os.environ, **demonstration(url, site, host, shown)}
    with alone(VAR / "run.lock"):
        manage = [python, "manage.py", "prepare_demo"]
        result = subprocess.run(manage, cwd=ROOT, env=settings, start_new_session=True, check=False)
        if result.returncode:
            raise Problem("Portalen kan ikke gøres klar. Hvad der er galt, står ovenfor.")
    with running(web_command(python, host, port, workers=2), settings) as web:
        wait_for(shown, port, web)
        say(f"\nPortalen er klar efter {seconds(time.monotonic() - started)}")
        say(f"  Adresse      {site}/")
        say(
            f"  Medarbejder  {site}/admin/ med brugeren »{DEMO_USER}« og adgangskoden »{settings['DEMO_PASSWORD']}«"
        )
        if "EMAIL_URL" not in os.environ:
            say(f"  Mails        bliver lagt i {MAILS.relative_to(ROOT)}/ og ikke sendt")
        say("Stop med Ctrl-C. Data bliver gemt til næste gang.")
        if code := watch(web, [python, "manage.py", "worker"], settings):
            why = "Hvorfor, står ovenfor." if code > 0 else "Noget udefra stoppede den."
            raise Problem(f"Portalen stoppede af sig selv (kode {code}). {why}")


def watch(web: subprocess.Popen, worker: list, settings: dict[str, str]) -> int:
    """Runs the command `worker` until the portal ends, whose code it returns; starts it again, as systemd would."""
    while web.poll() is None:
        with running(worker, settings) as mailer:
            while web.poll() is None and mailer.poll() is None:
                time.sleep(0.2)
        if web.poll() is None:
            say(f"Udsendelsen af mails stoppede (kode {mailer.returncode}). Den starter igen.")
            time.sleep(STARTS_AGAIN_AFTER)
    return web.wait()


@contextlib.contextmanager
def running(command: list, settings: dict[str, str]) -> Iterator[subprocess.Popen]:
    """Runs `command` until the body ends, however it ends."""
    # A session of its own, so that Ctrl-C reaches us alone and all is stopped in order.
    process = subprocess.Popen(command, cwd=ROOT, env=settings, start_new_session=True)
    try:
        yield process
    finally:
        end(process)


def web_command(
    python: Path | str, host: str, port: int, *, workers: int, application: str = "erhvervspanel.wsgi"
) -> list[str]:
    """How the web server is started here, in the tests and in the benchmarks: from ROOT, as production starts it."""
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return [
        *(str(python), "-m", "gunicorn", application, "--config", "deploy/gunicorn.conf.py"),
        *("--bind", bind, "--workers", str(workers)),
    ]


def demonstration(url: str, site: str, host: str, shown: str) -> dict[str, str]:
    """The settings of a demonstration, over those that the environment has."""
    everywhere = host in ("0.0.0.0", "::")  # noqa: S104 (compared, not bound)
    return {
        "DATABASE_URL": url,
        "DEBUG": "false",
        "DEMO": "true",
        "SITE_URL": site,
        "ALLOWED_HOSTS": os.environ.get("ALLOWED_HOSTS")
        or ("*" if everywhere else f"localhost,127.0.0.1,[::1],{shown}"),
        "SECURITY_REVIEW_BY": os.environ.get("SECURITY_REVIEW_BY")
        or f"{datetime.now(UTC).date() + timedelta(days=180)}",
        "RETENTION_APPROVED": os.environ.get("RETENTION_APPROVED") or "kun til demonstration",
        "EMAIL_URL": os.environ.get("EMAIL_URL") or f"filemail:///{quote(str(MAILS))}",
        "SECRET_KEY": kept_secret("secret-key", 50),
        "DEMO_USER": DEMO_USER,
        "DEMO_PASSWORD": kept_secret("demo-password", 9),
    }


def kept_secret(name: str, length: int) -> str:
    """A secret that this checkout made for itself the first time, `length` bytes before encoding."""
    path = VAR / name
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(length))
    return path.read_text()


def wait_for(host: str, port: int, web: subprocess.Popen) -> None:
    """Waits until the portal answers."""
    deadline = time.monotonic() + STARTS_WITHIN
    with step("Starter portalen"):
        while time.monotonic() < deadline and web.poll() is None:
            if answers(host, port):
                return
            time.sleep(0.05)
    raise Problem("Portalen svarer ikke. Hvad der er galt, står ovenfor.")


def answers(host: str, port: int) -> bool:
    try:
        connection = http.client.HTTPConnection(host, port, timeout=5)
        connection.request("GET", "/robots.txt")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False


def end(process: subprocess.Popen) -> None:
    """Lets `process` finish what it has begun, and ends it."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

"""Settings that the portal does not start with: one sentence that names the variable and what to do, and no traceback.

Each is given to a process of its own, which reads the settings and no more. That `manage.py`, the worker and gunicorn say the
same is tested at the end, by one of each.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from dev.checks import PRODUCTION
from erhvervspanel.environment import EX_CONFIG, BadSetting, Environment
from tests.ports import free_port
from tests.settings import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
# Many settings in one process, as starting Python takes longer than reading them. Answers with a line for each.
READER = """
import importlib, json, os, sys
from erhvervspanel.environment import BadSetting
for changes in json.loads(sys.argv[1]):
    kept = dict(os.environ)
    os.environ.update(changes)
    try:
        sys.modules.pop("erhvervspanel.settings", None)
        importlib.import_module("erhvervspanel.settings")
        print("")
    except BadSetting as error:
        print(str(error).replace(chr(10), " "))
    os.environ.clear()
    os.environ.update(kept)
"""
LONG = "8f1d-kun-til-kontrol-af-indstillingerne-aldrig-i-drift-æøå-27c4"
# The variables as they are set, and how the sentence begins.
REFUSED = [
    ({"DEBUG": "måske"}, "DEBUG=måske er hverken ja eller nej. Skriv true eller false."),
    ({"DEMO": "2"}, "DEMO=2 er hverken ja eller nej."),
    ({"DATABASE_URL": ""}, "DATABASE_URL mangler. Sæt den som vist i .env.example."),
    ({"DATABASE_URL": "sqlite:///db.sqlite3"}, "DATABASE_URL kan ikke læses. Skriv adressen på en PostgreSQL-database"),
    ({"DATABASE_URL": "postgres://a:b@vært:port/navn"}, "DATABASE_URL kan ikke læses."),
    ({"DATABASE_URL": "postgres://a:b@vært"}, "DATABASE_URL kan ikke læses."),
    ({"DATABASE_URL": "bare noget"}, "DATABASE_URL kan ikke læses."),
    ({"DATABASE_URL": "postgres://a@b/c?isolation_level=3"}, "DATABASE_URL må ikke sætte isolation_level."),
    ({"DATABASE_URL": "postgres://a@b/c?options=-cjit%3Don"}, "DATABASE_URL må ikke sætte options."),
    ({"DATABASE_URL": "", "DATABASE_URL_FILE": "/findes/ikke"}, "DATABASE_URL_FILE=/findes/ikke kan ikke læses."),
    ({"CONN_MAX_AGE": "længe"}, "CONN_MAX_AGE=længe er ikke et helt tal."),
    ({"CONN_MAX_AGE": "-1"}, "CONN_MAX_AGE=-1 er for lidt. Skriv et helt tal, der er mindst 0."),
    ({"REPLICA_DATABASE_URL": "bare noget"}, "REPLICA_DATABASE_URL kan ikke læses. Skriv adressen på en PostgreSQL-database"),
    ({"REPLICA_DATABASE_URL": "postgres://a@one,two:5433/c"}, "REPLICA_DATABASE_URL: Skriv porten ved alle værterne"),
    ({"PAGE_CACHE_MB": "-1"}, "PAGE_CACHE_MB=-1 er for lidt."),
    ({"MEDIA_URL": "/srv/media"}, "MEDIA_URL skal være file:///mappe eller s3://spand."),
    ({"MEDIA_URL": "s3://spand"}, "AWS_ACCESS_KEY_ID mangler, når MEDIA_URL er s3://…."),
    ({"MEDIA_URL": "s3://spand", "AWS_ACCESS_KEY_ID": "a"}, "AWS_SECRET_ACCESS_KEY mangler, når MEDIA_URL er s3://…."),
    ({"LARGEST_DOCUMENT_MB": "0"}, "LARGEST_DOCUMENT_MB=0 er for lidt. Skriv et helt tal, der er mindst 1."),
    ({"BACKUP_DAYS": "0"}, "BACKUP_DAYS=0 er for lidt. Skriv et helt tal, der er mindst 1."),
    ({"RETENTION_DAYS": "0"}, "RETENTION_DAYS=0 er for lidt. Skriv et helt tal, der er mindst 1."),
    ({"RETENTION_DAYS": "3650"}, "RETENTION_DAYS=3650 er for meget. Skriv et helt tal, der er højst 730."),
    ({"SLOW_QUERY_MS": "hurtigt"}, "SLOW_QUERY_MS=hurtigt er ikke et helt tal."),
    ({"METRICS_TOKEN": "kort"}, "METRICS_TOKEN skal være på mindst 20 tegn."),
    ({"SENTRY_DSN": "https://vært/1"}, "SENTRY_DSN skal ligne https://nøgle@vært/nummer."),
    ({"SECURITY_REVIEW_BY": "i morgen"}, "SECURITY_REVIEW_BY skal være en dag, for eksempel"),
    ({"SECURITY_POLICY_URL": "politik"}, "SECURITY_POLICY_URL=politik er ikke en adresse"),
    ({"LINK_CHECK_NETWORKS": "10.20"}, "LINK_CHECK_NETWORKS skal være netværk med komma imellem"),
    ({"CACHE_URL": "radis://vært:6379/0"}, "CACHE_URL kan ikke læses. Skriv for eksempel redis://"),
    ({"SECRET_KEY": ""}, "SECRET_KEY mangler."),
    ({"SECRET_KEY": "hemmelig"}, "SECRET_KEY er et eksempel eller for svag."),
    ({"SECRET_KEY": "ab" * 40}, "SECRET_KEY er et eksempel eller for svag."),
    ({"SECRET_KEY": f"django-insecure-{LONG}"}, "SECRET_KEY er et eksempel eller for svag."),
    ({"SECRET_KEY": "kun-til-demonstration-og-udvikling-aldrig-i-drift"}, "SECRET_KEY er et eksempel"),
    ({"SECRET_KEY_FALLBACKS": "gammel"}, "SECRET_KEY_FALLBACKS er et eksempel eller for svag."),
    ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS mangler værtsnavnet i SITE_URL. Tilføj erhvervspanel.example.org."),
    ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS=* lader portalen svare på alle navne."),
    ({"ALLOWED_HOSTS": "https://erhvervspanel.example.org"}, "ALLOWED_HOSTS: »https://erhvervspanel.example.org« er ikke et værtsnavn."),
    ({"ALLOWED_HOSTS": "andre.example.org"}, "ALLOWED_HOSTS mangler værtsnavnet i SITE_URL."),
    ({"SITE_URL": ""}, "SITE_URL mangler."),
    ({"SITE_URL": "erhvervspanel.example.org"}, "SITE_URL=erhvervspanel.example.org er ikke en adresse"),
    ({"SITE_URL": "https://erhvervspanel.example.org/panel"}, "SITE_URL=https://erhvervspanel.example.org/panel er ikke en adresse"),
    ({"SITE_URL": "https://erhvervspanel.example.org:otte"}, "SITE_URL=https://erhvervspanel.example.org:otte er ikke en adresse"),
    ({"SITE_URL": "http://erhvervspanel.example.org"}, "SITE_URL=http://erhvervspanel.example.org er uden kryptering."),
    ({"DEBUG": "true"}, "DEBUG=true må kun bruges på ens egen maskine, men portalen svarer også på »erhvervspanel.example.org«."),
    ({"DEBUG": "true", "SITE_URL": "http://localhost", "ALLOWED_HOSTS": "*"}, "DEBUG=true må kun bruges på ens egen maskine"),
    ({"BEHIND_PROXY": "ja"}, "BEHIND_PROXY=ja er ikke et helt tal."),
    ({"BEHIND_PROXY": "0"}, "BEHIND_PROXY er 0, men http sendes videre til https"),
    ({"SECURE_SSL_REDIRECT": "altid"}, "SECURE_SSL_REDIRECT=altid er hverken ja eller nej."),
    ({"SECURE_HSTS_SECONDS": "1 år"}, "SECURE_HSTS_SECONDS=1 år er ikke et helt tal."),
    ({"EMAIL_URL": ""}, "EMAIL_URL skal i drift være en mailserver"),
    ({"EMAIL_URL": "consolemail://"}, "EMAIL_URL skal i drift være en mailserver"),
    ({"EMAIL_URL": "memorymail://"}, "EMAIL_URL skal i drift være en mailserver"),
    ({"EMAIL_URL": "smtp://"}, "EMAIL_URL skal i drift være en mailserver"),
    ({"EMAIL_URL": "mail.example.org"}, "EMAIL_URL kan ikke læses."),
    ({"DEFAULT_FROM_EMAIL": "Erhvervspanel"}, "DEFAULT_FROM_EMAIL=Erhvervspanel er ikke en mailadresse."),
    ({"DEFAULT_FROM_EMAIL": "Erhverv, Rudersdal <a@example.org>"}, "DEFAULT_FROM_EMAIL=Erhverv, Rudersdal <a@example.org> er ikke en mailadresse."),
    ({"SESSION_HOURS": "999999999"}, "SESSION_HOURS=999999999 er for meget. Skriv et helt tal, der er højst 168."),
    ({"BACKUP_DAYS": "999999999"}, "BACKUP_DAYS=999999999 er for meget. Skriv et helt tal, der er højst 3650."),
    ({"REPLY_TO_EMAIL": "a@b, c@d"}, "REPLY_TO_EMAIL=a@b, c@d er ikke en mailadresse."),
    ({"WAS_URL": "http://www.was.digst.dk/x"}, "WAS_URL=http://www.was.digst.dk/x er ikke en adresse"),
    ({"WAS_URL": "www.was.digst.dk"}, "WAS_URL=www.was.digst.dk er ikke en adresse"),
    ({"ACCESSIBILITY_EMAIL": "ingen"}, "ACCESSIBILITY_EMAIL=ingen er ikke en mailadresse."),
    ({"ACCESSIBILITY_PHONE": " "}, "ACCESSIBILITY_PHONE mangler."),
    ({"DATA_LICENCE": "fri"}, "DATA_LICENCE=fri er ikke en licens. Skriv navnet og så adressen"),
    ({"DATA_LICENCE": "Fri http://example.org/"}, "DATA_LICENCE=Fri http://example.org/ er ikke en licens."),
    ({"DECLARED_WCAG": "3"}, "DECLARED_WCAG=3 er ukendt. Skriv 2.1 eller 2.2."),
    ({"DPO_EMAIL": "@"}, "DPO_EMAIL=@ er ikke en mailadresse."),
    ({"SECURITY_CONTACT": "sikkerhed@example.org"}, "SECURITY_CONTACT=sikkerhed@example.org kan ikke bruges."),
    ({"SECURITY_CONTACT": "mailto:ingen"}, "SECURITY_CONTACT=ingen er ikke en mailadresse."),
    ({"STAFF_SECOND_FACTOR": "nogen"}, "STAFF_SECOND_FACTOR=nogen er hverken ja eller nej."),
    ({"SESSION_IDLE_MINUTES": "0"}, "SESSION_IDLE_MINUTES=0 er for lidt."),
    ({"SESSION_HOURS": "tolv"}, "SESSION_HOURS=tolv er ikke et helt tal."),
    ({"OIDC_SERVER_URL": "http://login.example.org"}, "OIDC_SERVER_URL=http://login.example.org er ikke en adresse"),
    ({"OIDC_SERVER_URL": "https://login.example.org"}, "OIDC_CLIENT_ID mangler."),
    ({"OIDC_SERVER_URL": "https://login.example.org", "OIDC_CLIENT_ID": "a"}, "OIDC_CLIENT_SECRET mangler."),
    ({"OIDC_SERVER_URL": "https://login.example.org", "DEMO": "true"}, "OIDC_SERVER_URL hører ikke til i en demonstration."),
    ({"OIDC_EMAIL_VERIFIED": "måske"}, "OIDC_EMAIL_VERIFIED=måske er hverken ja eller nej."),
    ({"OIDC_ROLES": "8f1d"}, "OIDC_ROLES kan ikke læses. Skriv par med komma imellem"),
    ({"CVR_BACKEND": "cvrdev"}, "CVR_BACKEND=cvrdev er ukendt. Skriv null, fixture eller virk."),
    ({"CVR_BACKEND": "virk"}, "CVR_CREDENTIALS skal være bruger:adgangskode, når CVR_BACKEND er virk."),
    ({"CVR_URL": "distribution.virk.dk"}, "CVR_URL=distribution.virk.dk er ikke en adresse"),
]  # fmt: skip
# deploy/gunicorn.conf.py reads them; tested at the end.
OF_THE_SERVER = {"WEB_WORKERS", "WEB_THREADS", "WEB_MAX_REQUESTS", "WEB_LOG_LEVEL"}
# Every value is as good as another.
FREE = {
    "BIND",
    "STATIC_ROOT",
    "OIDC_NAME",
    "OIDC_GROUPS_CLAIM",
    "OIDC_CLIENT_ID",
    "OIDC_CLIENT_SECRET",
    "CVR_CREDENTIALS",
    "RETENTION_APPROVED",
    "AWS_S3_ENDPOINT_URL",
    "AWS_S3_REGION_NAME",
    # Looked at where backups are made (foundation/backups/keys.py).
    "BACKUP_KEY",
    "BACKUP_KEY_FALLBACKS",
    "BACKUP_FOLDER",
    "PG_BIN",
}
ACCEPTED = [
    {},
    dict.fromkeys(("CONN_MAX_AGE", "CACHE_URL", "DEBUG", "OIDC_ROLES", "CVR_URL", "SECURE_HSTS_SECONDS"), ""),
    {"SITE_URL": "https://[2001:db8::1]:8443/", "ALLOWED_HOSTS": "[2001:db8::1]"},
    {"ALLOWED_HOSTS": ".example.org"},
    {"DATABASE_URL": "postgres://a:%24%40%2F@en.example.org:5432,to.example.org:5432/navn?target_session_attrs=read-write"},
    {"SECRET_KEY": f"${LONG}", "SECURITY_CONTACT": "https://example.org/sikkerhed"},
    {"SITE_URL": "http://127.0.0.1:8000", "ALLOWED_HOSTS": "127.0.0.1", "BEHIND_PROXY": "0"},
    {"DEBUG": "true", "SITE_URL": "http://localhost:8000", "ALLOWED_HOSTS": "localhost,[::1]", "EMAIL_URL": ""},
    {"OIDC_ROLES": "8f1d=Idekurator,77ab=Læser"},
    {"DATA_LICENCE": "CC BY 4.0 https://creativecommons.org/licenses/by/4.0/"},
]  # fmt: skip


@pytest.fixture(scope="module")
def answers() -> list[str]:
    """What reading the settings says of each of REFUSED, and then of ACCEPTED."""
    cases = [changes for changes, _ in REFUSED] + ACCEPTED
    result = run([sys.executable, "-c", READER, json.dumps(cases)])
    assert result.stderr == ""
    return result.stdout.splitlines()


def run(command, **changes) -> subprocess.CompletedProcess:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment = kept | PRODUCTION | changes
    return subprocess.run(  # noqa: S603 (our own commands)
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("number", range(len(REFUSED)), ids=[str(changes) for changes, _ in REFUSED])
def test_a_bad_setting_is_refused_in_one_sentence(answers, number):
    assert answers[number].startswith(REFUSED[number][1])
    assert answers[number].endswith(".")


@pytest.mark.parametrize("number", range(len(ACCEPTED)), ids=[str(changes) for changes in ACCEPTED])
def test_a_good_setting_is_accepted(answers, number):
    assert answers[len(REFUSED) + number] == ""


def test_every_variable_of_the_example_has_a_refusal_or_is_free():
    """What `.env.example` lists and nothing here is about would be read without a look."""
    listed = set(re.findall(r"^([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    looked_at = {sentence.split()[0].partition("=")[0].rstrip(":") for _, sentence in REFUSED}
    assert listed - looked_at - FREE - OF_THE_SERVER == set()
    assert listed >= FREE


def variables_read() -> set[str]:
    """The variables that the settings, the web server and the rest of the portal read, as their source says."""
    found = set()
    for name in ("erhvervspanel/settings.py", "deploy/gunicorn.conf.py"):
        # »env.str("NAME"«, »required("NAME"« and »day("NAME"« alike.
        named = re.findall(r'\w\(\s*"([A-Z][A-Z0-9]*_[A-Z0-9_]+|DEBUG|DEMO|BIND)"', (ROOT / name).read_text())
        found.update(named)
    for file in (ROOT / "erhvervspanel").rglob("*.py"):
        source = file.read_text()
        for name in re.findall(r'\bos\.environ(?:\.get\(|\[)("?[A-Z_]+)', source):
            constant = re.search(rf'^{name} = "(\w+)"', source, re.MULTILINE)
            found.add(constant[1] if constant else name.strip('"'))
    return found - {"DEMO_USER", "DEMO_PASSWORD"}  # which `make run` hands to a command of its own


def test_every_variable_that_is_read_stands_in_the_example_and_in_the_documentation():
    listed = set(re.findall(r"^#?([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    told = (ROOT / "docs" / "operations.md").read_text()
    read = variables_read()
    assert {
        "DATABASE_URL",
        "SECRET_KEY_FALLBACKS",
        "AWS_S3_REGION_NAME",
        "BIND",
        "PG_BIN",
        "SECURITY_REVIEW_BY",
    } <= read
    assert read - listed == set()
    assert {name for name in listed if not re.search(rf"\b{name}\b", told)} == set()


def test_a_value_may_lie_in_a_file(tmp_path, monkeypatch):
    secret = tmp_path / "secret"
    secret.write_text(f"{LONG}\n")
    monkeypatch.setenv("SECRET_KEY_FILE", str(secret))
    assert Environment().str("SECRET_KEY") == LONG


def test_a_value_that_begins_with_a_dollar_is_itself(monkeypatch):
    """django-environ takes it for the name of another variable."""
    monkeypatch.setenv("SECRET_KEY", "$andet")
    assert Environment().str("SECRET_KEY") == "$andet"


def test_a_number_of_other_digits_is_none(monkeypatch):
    monkeypatch.setenv("SESSION_HOURS", "١٢")
    with pytest.raises(BadSetting, match="SESSION_HOURS=١٢ er ikke et helt tal"):
        Environment().int("SESSION_HOURS")


@pytest.mark.parametrize(
    "command",
    [
        ("manage.py", "migrate"),
        ("manage.py", "worker"),
        ("-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"),
    ],
    ids=["manage.py", "worker", "gunicorn"],
)
def test_every_program_says_it_and_ends(command):
    told = run([sys.executable, *command], SESSION_HOURS="tolv", BIND="127.0.0.1:0")
    assert told.stderr == "SESSION_HOURS=tolv er ikke et helt tal. Skriv det med cifre alene.\n"
    assert told.stdout == ""
    assert told.returncode == EX_CONFIG


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("WEB_WORKERS", "0", "WEB_WORKERS=0 er for lidt. Skriv et helt tal, der er mindst 1.\n"),
        ("WEB_THREADS", "fire", "WEB_THREADS=fire er ikke et helt tal. Skriv det med cifre alene.\n"),
        ("WEB_MAX_REQUESTS", "-1", "WEB_MAX_REQUESTS=-1 er for lidt. Skriv et helt tal, der er mindst 0.\n"),
        (
            "WEB_LOG_LEVEL",
            "alt",
            "WEB_LOG_LEVEL=alt er ukendt. Skriv debug, info, warning, error eller critical.\n",
        ),
    ],
)
def test_the_web_server_refuses_a_bad_setting_of_its_own(name, value, sentence):
    told = run(
        [sys.executable, "-c", "import runpy; runpy.run_path('deploy/gunicorn.conf.py')"], **{name: value}
    )
    assert (told.returncode, told.stderr) == (EX_CONFIG, sentence)


def test_a_command_without_a_database_says_so_in_a_sentence():
    gone = SETTINGS | {"DATABASE_URL": f"postgres://nobody@127.0.0.1:{free_port()}/nothing"}
    told = subprocess.run(
        [sys.executable, "manage.py", "check_capacity"],
        cwd=ROOT, env={**os.environ, **gone}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 1
    assert told.stderr.strip().splitlines()[0].startswith("Databasen svarer ikke. Kontrollér DATABASE_URL.")
    assert "Traceback" not in told.stderr

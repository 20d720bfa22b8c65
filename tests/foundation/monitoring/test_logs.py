"""Records, as they become lines."""

import json
import logging
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.test import RequestFactory
from django.utils.translation import gettext_lazy

from erhvervspanel.foundation.models import OutgoingMail, User
from erhvervspanel.foundation.monitoring.tracebacks import summary
from tests.foundation.monitoring.lines import written
from tests.foundation.monitoring.test_masking import TOKEN

NAME = "Åse Østergård"
log = logging.getLogger("prøve")


@dataclass
class Party:
    """As forms and actions hand it on."""

    name: str
    email: str


def test_a_record_is_one_line():
    with written("prøve") as lines:
        log.warning("En mail til %s\nkom ikke frem", "aase@example.org", extra={"mail": 17, "to": NAME})
    assert lines.only == {
        "level": "warning",
        "logger": "prøve",
        "event": "En mail til [e-mail fjernet]\nkom ikke frem",
        "mail": 17,
        "to": "[fjernet]",
    }
    assert "\n" not in lines.texts[0]


def test_named_arguments_are_masked_by_their_names():
    with written("prøve") as lines:
        log.info("%(name)s har %(places)d pladser", {"name": NAME, "places": 2})
    assert lines.only["event"] == "[fjernet] har 2 pladser"


def test_rows_and_exceptions_among_the_arguments_are_told_without_their_words():
    with written("prøve") as lines:
        log.info("%s %s", User(pk=3, first_name="Åse"), ValueError(NAME))
    assert lines.only["event"] == "foundation.user 3 ValueError: [besked udeladt]"


def test_a_mask_takes_no_place_of_an_argument_with_it():
    with written("prøve") as lines:
        log.info("/find/?navn=%s %s@%s", "bo", "aase", "example.org")
    assert lines.only["event"] == "/find/?[fjernet] [e-mail fjernet]"


def test_what_can_be_written_in_any_way_is_told_by_its_class():
    form = Party(name=NAME, email="aase@example.org")
    with written("prøve") as lines:
        log.info("%s %s", form, [date(2026, 11, 24), Path("/tmp/x"), gettext_lazy("Ja"), form])  # noqa: S108
    assert lines.only["event"] == "<Party> ['2026-11-24', '/tmp/x', 'Ja', '<Party>']"


def test_an_exception_tells_where_in_the_code_and_not_of_whom():
    with written("prøve") as lines:
        try:
            try:
                int(NAME)
            except ValueError as error:
                raise KeyError(NAME) from error
        except KeyError:
            log.exception("Gik galt")
    told = lines.only["exception"]
    assert NAME not in told
    assert [line for line in told.splitlines() if not line.startswith(" ")] == [
        "Traceback (most recent call last):",
        "ValueError: [besked udeladt]",
        "",
        "Traceback (most recent call last):",
        "KeyError: [besked udeladt]",
    ]
    assert "int(NAME)" in told


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            AttributeError("'NoneType' object has no attribute 'pk'"),
            "AttributeError: 'NoneType' object has no attribute 'pk'",
        ),
        (
            ConnectionRefusedError(111, "Connection refused"),
            "ConnectionRefusedError: errno 111: Connection refused",
        ),
        (
            FileNotFoundError(2, "No such file or directory", f"/{NAME}.pdf"),
            "FileNotFoundError: errno 2: No such file or directory",
        ),
        (Http404(NAME), "django.http.response.Http404: [besked udeladt]"),
        (OSError(NAME), "OSError: [besked udeladt]"),
    ],
)
def test_words_about_the_code_stay_and_others_go(error, told):
    assert summary(error) == told


@pytest.mark.django_db
def test_a_unique_value_is_not_told_when_it_is_taken():
    User.objects.create(username=NAME)
    with pytest.raises(IntegrityError, match=NAME) as caught, transaction.atomic():
        User.objects.create(username=NAME)
    assert summary(caught.value) == (
        "django.db.utils.IntegrityError: 23505, foundation_user, foundation_user_username_key, "
        'duplicate key value violates unique constraint "foundation_user_username_key"'
    )


@pytest.mark.django_db
def test_a_row_that_breaks_a_rule_is_not_told():
    with pytest.raises(IntegrityError, match=NAME) as caught, transaction.atomic():
        OutgoingMail.objects.create(
            key="1", kind="x", to=NAME, subject=NAME, text="", message_id="1", state="sent"
        )
    assert "mail_sent_when" in summary(caught.value)
    assert NAME not in summary(caught.value)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("SELECT %s::int", "DataError: 22P02"),
        ("SELECT %s FROM hvor", "ProgrammingError: 42P01"),
        ("SELEKT %s", "ProgrammingError: 42601"),
    ],
)
def test_a_statement_that_fails_is_told_without_its_values(statement, told):
    with pytest.raises(Exception, match=NAME) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [NAME])
    assert NAME not in summary(caught.value)
    assert NAME not in summary(caught.value.__cause__)
    assert summary(caught.value).partition(",")[0] == f"django.db.utils.{told}"


def test_django_tells_the_route_of_a_request_that_fails_and_not_its_address():
    request = RequestFactory().get(f"/tilmelding/{TOKEN}/")
    with written("django.request") as lines:
        try:
            raise ValueError(NAME)
        except ValueError:
            extra = {"status_code": 500, "request": request}
            logging.getLogger("django.request").exception("%s: %s", "Fejl", request.path, extra=extra)
    line = lines.only
    assert (line["event"], line["status_code"], "request" in line) == ("Fejl: -", 500, False)


def test_django_is_silent_about_what_the_line_of_the_request_tells():
    with written("django.request") as lines:
        logging.getLogger("django.request").warning("%s: %s", "Not Found", "/x/")
        logging.getLogger("django.request").error("%s: %s", "Service Unavailable", "/readyz")
    assert lines.texts == []


def test_an_odd_request_is_told_without_what_was_sent():
    with written("django.security.DisallowedHost") as lines:
        logging.getLogger("django.security.DisallowedHost").error("Invalid HTTP_HOST header: '%s'", NAME)
    assert lines.only["event"] == "Mistænkelig forespørgsel"


def test_a_record_that_cannot_be_written_is_not_written_raw(capsys):
    with written("prøve") as lines:
        log.info("%d", NAME)
    assert lines.all[0]["event"] == "En loglinje kunne ikke skrives"
    assert NAME not in lines.texts[0] + capsys.readouterr().err


def test_people_get_lines_that_they_can_read():
    with written("prøve", readable=True) as lines:
        log.info("Klar til %s", "aase@example.org", extra={"port": 8000})
    assert lines.texts[0].partition(" ")[2].split() == [
        "[info]",
        "Klar",
        "til",
        "[e-mail",
        "fjernet]",
        "[prøve]",
        "port=8000",
    ]


def test_warnings_and_exceptions_that_nobody_catches_are_lines_too():
    code = f"""
import django, warnings
django.setup()
warnings.warn({NAME!r} " aase@example.org {TOKEN}")
raise ValueError({NAME!r})
"""
    command = [sys.executable, "-W", "always", "-c", code]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (our own)
    assert (ended.returncode, ended.stdout) == (1, "")
    warned, raised = map(json.loads, ended.stderr.splitlines())
    assert (warned["level"], warned["logger"]) == ("warning", "py.warnings")
    assert "[e-mail fjernet] [hemmelighed fjernet]" in warned["event"]
    assert (raised["level"], raised["event"]) == ("critical", "Processen stopper")
    assert raised["exception"].splitlines()[-1] == "ValueError: [besked udeladt]"

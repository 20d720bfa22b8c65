"""Looking companies up in CVR: by a button, shown as a difference, and never in the way."""

import contextlib
import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.contrib.messages import get_messages
from django.core.cache import cache
from django.urls import reverse

from panels.cvr import Found, LookUpFailed, adapters, look_up
from panels.cvr.adapters import size_band_of
from tests.factories import CompanyFactory, UserFactory
from tests.ideas.committee.conftest import with_rights

pytestmark = pytest.mark.django_db
NUMBER = "13748136"
DOCUMENT = {
    "reklamebeskyttet": True,
    "virksomhedMetadata": {
        "nyesteNavn": {"navn": "ÅLØKKE VÆRKSTED A/S"},
        "nyesteHovedbranche": {"branchekode": "331200", "branchetekst": "Reparation af maskiner"},
        "nyesteBeliggenhedsadresse": {"postdistrikt": "Nærum"},
        "nyesteErstMaanedsbeskaeftigelse": {"intervalKodeAntalAnsatte": "ANTAL_10_19"},
    },
    "deltagerRelation": [{"deltager": {"navne": [{"navn": "En Person"}]}}],
}


@pytest.fixture(autouse=True)
def _fresh(settings):
    settings.CVR_BACKEND = "fixture"
    cache.clear()


@pytest.fixture
def staff(client):
    client.force_login(UserFactory(superuser=True))
    return client


@pytest.fixture
def company():
    return CompanyFactory(
        name="Åløkke Værksted", cvr=NUMBER, town="Nærum", size_band="10-19", trade="Maskinfabrik"
    )


@pytest.fixture
def virk(settings):
    """A register on loopback. `answer` is what it says; `asked` the numbers and the log-ins it was asked with."""

    class Register(BaseHTTPRequestHandler):
        answer: bytes = b""
        asked: list = []

        def do_POST(self):
            query = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            number = query["query"]["term"]["Vrvirksomhed.cvrNummer"]
            self.asked.append((number, self.headers["Authorization"]))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(Register.answer)

        def log_message(self, *args):
            """Keeps quiet."""

    Register.asked = []
    server = HTTPServer(("127.0.0.1", 0), Register)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.CVR_BACKEND, settings.CVR_CREDENTIALS = "virk", "kommune:kode"
    settings.CVR_URL = f"http://127.0.0.1:{server.server_port}/"
    yield Register
    server.shutdown()
    server.server_close()


@pytest.fixture
def raw(settings):
    """A register on loopback that sends bytes as they are, and then, where it drips, one more again and again. Gives what tells that
    it was cut."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.CVR_BACKEND, settings.CVR_CREDENTIALS = "virk", "kommune:kode"
        settings.CVR_URL = f"http://127.0.0.1:{server.getsockname()[1]}/"

        def answers(answer: bytes, *, drips: bool = False) -> threading.Event:
            cut = threading.Event()

            def serve():
                channel, _ = server.accept()
                with channel, contextlib.suppress(OSError):
                    channel.recv(65536)
                    channel.sendall(answer)
                    while drips:
                        channel.sendall(b" ")
                        threading.Event().wait(0.05)
                cut.set()

            threading.Thread(target=serve, daemon=True).start()
            return cut

        yield answers


def hits(*documents) -> bytes:
    return json.dumps(
        {"hits": {"hits": [{"_source": {"Vrvirksomhed": each}} for each in documents]}}
    ).encode()


def page(company) -> str:
    return reverse("admin:panels_company_cvr", args=[company.pk])


def told(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_the_difference_is_shown_and_nothing_is_saved(staff, company):
    shown = staff.get(page(company)).context["differences"]
    assert [name for name, *_ in shown] == [
        "name",
        "trade",
        "trade_code",
        "trade_code_version",
        "advertising_protected",
    ]
    assert ("advertising_protected", "reklamebeskyttet", "Nej", "Ja") in shown
    company.refresh_from_db()
    assert company.name == "Åløkke Værksted"


def test_what_is_ticked_is_taken_over_and_remembered_as_such(staff, company):
    response = staff.post(page(company), {"felt": ["name", "trade_code"]})
    assert told(response) == ["Oplysningerne fra CVR er gemt."]
    company.refresh_from_db()
    assert (company.name, company.trade, company.trade_code, company.trade_code_version) == (
        "Åløkke Værksted A/S", "Maskinfabrik", "331200", "DB25",
    )  # fmt: skip
    assert company.history.first().history_change_reason == "Hentet fra CVR"
    assert told(staff.post(page(company), {}))[-1] == "Intet er ændret."


def test_a_number_that_is_not_there_is_told(staff):
    stranger = CompanyFactory(cvr="29189641")
    response = staff.get(page(stranger))
    assert response.url == reverse("admin:panels_company_change", args=[stranger.pk])
    assert told(response) == ["Der er ingen virksomhed med CVR-nummer 29189641 i eksemplerne."]


def test_the_button_is_there_for_those_who_may_use_it_and_where_there_is_a_register(staff, company, settings):
    change = reverse("admin:panels_company_change", args=[company.pk])
    assert page(company) in staff.get(change).text
    settings.CVR_BACKEND = "null"
    assert page(company) not in staff.get(change).text
    assert "ikke sat op" in told(staff.get(page(company)))[-1]
    settings.CVR_BACKEND = "fixture"
    reader = with_rights(staff, "panels.view_company")
    assert page(company) not in reader.get(change).text
    assert reader.get(page(company)).status_code == 403


def test_virk_is_asked_once_a_day_and_nothing_about_persons_is_kept(virk):
    virk.answer = hits(DOCUMENT)
    expected = Found(
        "ÅLØKKE VÆRKSTED A/S", "Reparation af maskiner", "331200", "DB25", "10-19", "Nærum", True
    )
    assert look_up(NUMBER) == look_up(NUMBER) == expected
    assert virk.asked == [(NUMBER, "Basic a29tbXVuZTprb2Rl")]


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (hits(), f"Der er ingen virksomhed med CVR-nummer {NUMBER}. Se efter, om det er skrevet rigtigt."),
        (b"<html>", "CVR svarer ikke lige nu. Prøv igen senere, eller skriv oplysningerne selv."),
        (b"{}", "CVR svarede med noget, som ikke kan læses. Skriv oplysningerne selv."),
        (hits({}), "CVR svarede med noget, som ikke kan læses. Skriv oplysningerne selv."),
    ],
)
def test_what_virk_cannot_tell_is_told(virk, answer, sentence):
    virk.answer = answer
    with pytest.raises(LookUpFailed) as failed:
        look_up(NUMBER)
    assert str(failed.value) == sentence


NEWEST = DOCUMENT["virksomhedMetadata"]


@pytest.mark.parametrize(
    "newest",
    [
        None,
        "x",
        [],
        NEWEST | {"nyesteNavn": None},
        NEWEST | {"nyesteNavn": {"navn": 7}},
        NEWEST | {"nyesteNavn": {"navn": "\0"}},
        NEWEST | {"nyesteNavn": {"navn": "\ud800"}},
        NEWEST | {"nyesteHovedbranche": "x"},
        NEWEST | {"nyesteHovedbranche": {"branchekode": 331200}},
        NEWEST | {"nyesteBeliggenhedsadresse": [1]},
        NEWEST | {"nyesteErstMaanedsbeskaeftigelse": {"intervalKodeAntalAnsatte": 10}},
        NEWEST | {"nyesteErstMaanedsbeskaeftigelse": {"intervalKodeAntalAnsatte": f"ANTAL_{'9' * 5000}"}},
    ],
    ids=range(12),
)
def test_an_answer_of_another_shape_is_told_and_is_no_error(staff, company, virk, newest):
    virk.answer = hits(DOCUMENT | {"virksomhedMetadata": newest})
    assert told(staff.get(page(company))) == [
        "CVR svarede med noget, som ikke kan læses. Skriv oplysningerne selv."
    ]


@pytest.mark.parametrize(
    "answer",
    [
        b"HELLO\r\n",
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\n\r\n" + b"[" * 100_000,
    ],
)
def test_what_is_no_answer_at_all_is_told(staff, company, raw, answer):
    raw(answer)
    assert told(staff.get(page(company))) == [
        "CVR svarer ikke lige nu. Prøv igen senere, eller skriv oplysningerne selv."
    ]


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_register_that_answers_byte_by_byte_is_cut(staff, company, raw, monkeypatch, head):
    """Each byte comes within the time that a socket waits, and the answer never ends."""
    monkeypatch.setattr(adapters, "TIMEOUT", 0.5)
    cut = raw(head, drips=True)
    assert "CVR svarer ikke lige nu" in told(staff.get(page(company)))[0]
    assert cut.wait(10)


def test_a_register_that_is_away_keeps_nobody_from_saving(staff, company, settings):
    settings.CVR_BACKEND, settings.CVR_URL, settings.CVR_CREDENTIALS = "virk", "http://127.0.0.1:9/", "a:b"
    assert "CVR svarer ikke lige nu" in told(staff.get(page(company)))[0]
    assert staff.get(reverse("admin:panels_company_change", args=[company.pk])).status_code == 200


@pytest.mark.parametrize(
    ("code", "band"),
    [("ANTAL_0_0", "0"), ("ANTAL_1_1", "1"), ("ANTAL_2_4", "2-4"), ("ANTAL_500_999", "500-999"), ("ANTAL_1000_999999", "1000+"), ("", ""), ("VRØVL", "")],
)  # fmt: skip
def test_bands_of_employees_are_read(code, band):
    assert size_band_of(code) == band

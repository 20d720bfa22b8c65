"""Settings for several processes and machines: what is shared, and which server is which."""

import shutil
import subprocess
import time
from contextlib import closing, contextmanager

import psycopg2
import pytest
from django.core import checks
from django.core.cache import caches
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from redis.exceptions import ConnectionError as NoConnection

from erhvervspanel.databases import PATIENCE, SESSION, database
from erhvervspanel.environment import Environment
from erhvervspanel.foundation.cluster import is_same_server
from tests.ports import free_port

SHARED = "E020"
BACKENDS = "django.core.cache.backends"


def found() -> set[str]:
    told = checks.run_checks(tags=[checks.Tags.caches], include_deployment_checks=True)
    return {message.id.removeprefix("erhvervspanel.") for message in told if message.id.startswith("erhv")}


@pytest.mark.parametrize("own", ["locmem.LocMemCache", "dummy.DummyCache", "filebased.FileBasedCache"])
def test_production_refuses_a_cache_that_each_process_has_for_itself(settings, own):
    settings.CACHES = {"default": {"BACKEND": f"{BACKENDS}.{own}", "LOCATION": "/nowhere"}}
    assert SHARED in found()


@pytest.mark.parametrize("shared", ["db.DatabaseCache", "redis.RedisCache"])
def test_production_takes_a_cache_that_all_share(settings, shared):
    settings.CACHES = {"default": {"BACKEND": f"{BACKENDS}.{shared}", "LOCATION": "redis://127.0.0.1:1"}}
    assert SHARED not in found()


@pytest.mark.django_db(transaction=True)
def test_the_databases_cache_is_one_for_all_and_not_in_the_log_that_is_replicated(settings):
    settings.CACHES = {"default": {"BACKEND": f"{BACKENDS}.db.DatabaseCache", "LOCATION": "foundation_cache"}}
    caches["default"].set("kode", "brugt", 60)
    with closing(psycopg2.connect(**connection.get_connection_params())) as other, other.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM foundation_cache")
        assert cursor.fetchone() == (1,)
    assert caches["default"].get("kode") == "brugt"
    assert not caches["default"].add("kode", "igen", 60)
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'foundation_cache'")
        assert cursor.fetchone() == ("u",)


@contextmanager
def redis():
    """A Redis server on loopback: its port."""
    port = free_port()
    command = [shutil.which("redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:  # noqa: S603 (Debian's)
        try:
            yield port
        finally:
            server.terminate()


def test_redis_is_a_cache_for_all_as_well(settings):
    with redis() as port:
        settings.CACHES = {
            "default": {"BACKEND": f"{BACKENDS}.redis.RedisCache", "LOCATION": f"redis://127.0.0.1:{port}/0"}
        }
        for _ in range(100):
            try:
                caches["default"].set("kode", "brugt", 60)
                break
            except NoConnection:
                time.sleep(0.05)
        assert caches["default"].get("kode") == "brugt"
        assert not caches["default"].add("kode", "igen", 60)


def database_at(url: str, *, writes: bool = True, name: str = "DATABASE_URL") -> dict:
    """The settings of the database that the variable `name` gives as `url`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(name, url)
        return database(name, Environment().db(name), max_age=60, writes=writes)


def test_one_host_is_taken_as_it_is():
    config = database_at("postgres://anna:kode@db:5433/portal")
    assert (config["HOST"], config["PORT"], config["NAME"]) == ("db", 5433, "portal")
    assert (config["USER"], config["PASSWORD"], config["CONN_MAX_AGE"]) == ("anna", "kode", 60)
    assert config["OPTIONS"] == PATIENCE | {"options": SESSION}


@pytest.mark.parametrize(("writes", "wanted"), [(True, "read-write"), (False, "standby")])
@pytest.mark.parametrize(
    "url", ["postgres://a@one:5432,two:5433/portal", "postgres://a@/portal?host=/run/one,/run/two"]
)
def test_of_several_hosts_the_right_one_is_wanted(url, writes, wanted):
    options = database_at(url, writes=writes)["OPTIONS"]
    assert options["target_session_attrs"] == wanted


def test_several_hosts_reach_the_driver_with_their_ports():
    config = database_at("postgres://a@one:5432,two:5433/portal")
    assert (config["HOST"], config["PORT"]) == ("one,two", "5432,5433")


def test_what_the_address_says_goes_before_what_is_usual():
    url = "postgres://a@one,two/portal?target_session_attrs=primary&connect_timeout=9"
    options = database_at(url)["OPTIONS"]
    assert (options["target_session_attrs"], options["connect_timeout"]) == ("primary", 9)


def test_a_port_at_some_of_the_hosts_is_told():
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL: Skriv porten ved alle værterne"):
        database_at("postgres://a@one,two:5433/portal")


def test_another_kind_of_database_is_told():
    with pytest.raises(ImproperlyConfigured, match="REPLICA_DATABASE_URL kan ikke læses"):
        database_at("mysql://a@one/portal", writes=False, name="REPLICA_DATABASE_URL")


@pytest.mark.parametrize(
    ("primary", "replica", "same"),
    [
        ("postgres://a@one/portal", "postgres://a@one/portal", True),
        ("postgres://a@one/portal", "postgres://a@two/portal", False),
        ("postgres://a@one/portal", "postgres://a@one/other", False),
        ("postgres://a@/portal?host=/run/one", "postgres://a@/portal?host=/run/two", False),
        ("postgres://a@one,two/portal", "postgres://a@one,two/portal", False),
    ],
)
def test_a_replica_that_is_the_primary_is_seen(primary, replica, same):
    replica = database_at(replica, writes=False, name="REPLICA_DATABASE_URL")
    assert is_same_server(database_at(primary), replica) is same

"""The databases that the settings name, as Django wants to be told of them."""

import environ
from django.core.exceptions import ImproperlyConfigured

# What libpq is told beside the address, unless the address says otherwise. A server whose machine is gone does not answer at all:
# it is given up after seconds, where the system's own patience lasts for minutes.
PATIENCE = {
    "connect_timeout": 3,  # seconds, for each host
    "keepalives_idle": 10,  # seconds without a word before a connection is probed
    "keepalives_interval": 3,  # seconds between probes
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,  # milliseconds that what was sent may stay without an answer
}
# Which of several hosts is wanted. After a failover that is another, and nothing needs to be told. A replica is a standby or none: a
# connection that had to do with the primary would be kept when the standby is back.
PRIMARY = {"target_session_attrs": "read-write"}
REPLICA = {"target_session_attrs": "standby"}


def database(name: str, url: str, *, max_age: int, writes: bool) -> dict:
    """The settings of the PostgreSQL that `url` names: `postgres://user:password@host:5432/database`, with commas between several hosts.

    Args:
        name: the variable that holds `url`, for the sentence that tells what is wrong with it.
        max_age: seconds that a connection is kept.
        writes: whether the server is wanted that takes writes, or one that follows it.

    Raises ImproperlyConfigured, naming the variable.
    """
    config = environ.Env.db_url_config(url)
    if config.get("ENGINE") != "django.db.backends.postgresql":
        raise ImproperlyConfigured(f"{name} skal pege på PostgreSQL (postgres://…).")
    options = config.get("OPTIONS", {})
    hosts = str(config["HOST"] or options.get("host", "")).split(",")
    ports = str(config["PORT"]).split(",") if config["PORT"] else []
    if ports and len(ports) != len(hosts):
        raise ImproperlyConfigured(f"{name}: Skriv porten ved alle værterne eller ved ingen af dem.")
    wanted = (PRIMARY if writes else REPLICA) if len(hosts) > 1 else {}
    # Compiling a page's statement takes longer than running it.
    config["OPTIONS"] = PATIENCE | wanted | options | {"options": "-c jit=off"}
    config["CONN_MAX_AGE"] = max_age
    return config

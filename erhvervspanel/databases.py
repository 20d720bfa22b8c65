"""The databases that the settings name, as Django wants to be told of them."""

from erhvervspanel.environment import BadSetting

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


# Compiling a page's statement takes longer than running it. A merge join is chosen where PostgreSQL believes that it can stop early, and
# then reads the whole table where what is looked for stands at one end of it: with 400,000 ideas, seconds for the 40 that have an answer.
# It materializes a table in the same belief, where an index gives the few rows of each turn.
# What is prepared is planned once from its first run on: left to choose, PostgreSQL goes on planning anew where that promises a little
# less to run, and takes longer for it than for running (foundation/prepared.py).
# Registration counts on READ COMMITTED whatever the server's or the role's default is (foundation/isolation.py looks).
SESSION = (
    "-c jit=off -c enable_mergejoin=off -c enable_material=off -c plan_cache_mode=force_generic_plan"
    r" -c default_transaction_isolation=read\ committed"
)


def database(name: str, config: dict, *, max_age: int, writes: bool) -> dict:
    """The settings of a PostgreSQL, from what its address says.

    Args:
        name: the variable that holds the address, for the sentence that tells what is wrong with it.
        config: what `Environment.db` read in it; with commas between several hosts, and between their ports.
        max_age: seconds that a connection is kept.
        writes: whether the server is wanted that takes writes, or one that follows it.

    Raises BadSetting, naming the variable.
    """
    options = config.get("OPTIONS", {})
    hosts = str(config["HOST"] or options.get("host", "")).split(",")
    ports = str(config["PORT"]).split(",") if config["PORT"] else []
    if ports and len(ports) != len(hosts):
        raise BadSetting(f"{name}: Skriv porten ved alle værterne eller ved ingen af dem.")
    wanted = (PRIMARY if writes else REPLICA) if len(hosts) > 1 else {}
    return config | {
        "OPTIONS": PATIENCE | wanted | options | {"options": SESSION},
        "CONN_MAX_AGE": max_age,
    }

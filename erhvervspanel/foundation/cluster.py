"""What `check --deploy` says where several processes and machines serve the portal: they share the database, the cache and nothing else."""

from django.conf import settings
from django.core import checks

# What each process, or each machine, has for itself.
UNSHARED = ("locmem.LocMemCache", "filebased.FileBasedCache", "dummy.DummyCache")


@checks.register(checks.Tags.caches, deploy=True)
def cache_is_shared(app_configs, **kwargs):
    backend = settings.CACHES["default"]["BACKEND"]
    if not backend.endswith(UNSHARED):
        return []
    return [
        checks.Error(
            f"Processerne deler ikke cachen ({backend.rpartition('.')[2]}).",
            hint="En engangskode kan så bruges én gang i hver af dem. Fjern CACHE_URL, så bruges databasen, eller "
            "sæt den til redis://vært:6379/0.",
            id="erhvervspanel.E020",
        )
    ]


@checks.register(checks.Tags.database, deploy=True)
def replica_is_another_server(app_configs, **kwargs):
    """An address that is the primary's own would make each page ask it twice, and gain nothing."""
    replica = settings.DATABASES.get("replica")
    if replica is None or not is_same_server(settings.DATABASES["default"], replica):
        return []
    return [
        checks.Error(
            "REPLICA_DATABASE_URL peger på samme server som DATABASE_URL.",
            hint="Sæt den til kopiens adresse, eller fjern den.",
            id="erhvervspanel.E021",
        )
    ]


def is_same_server(one: dict, other: dict) -> bool:
    """Whether the settings of two databases lead to one server: the same hosts, and of several the same one wanted."""
    return all(one[part] == other[part] for part in ("HOST", "PORT", "NAME")) and all(
        one["OPTIONS"].get(option) == other["OPTIONS"].get(option)
        for option in ("host", "port", "target_session_attrs")
    )

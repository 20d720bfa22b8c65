"""The environment of tests and benchmarks: production's, on this machine."""

from dev.checks import PRODUCTION

SETTINGS = {
    **PRODUCTION,
    "SITE_URL": "http://testserver",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "BEHIND_PROXY": "0",
    # Demanded in the tests of it (tests/foundation/accounts).
    "STAFF_SECOND_FACTOR": "false",
    # Where no server is at home. Tests in this process write to memory, as Django's runner says; what sends mail has its own server.
    "EMAIL_URL": "smtp://127.0.0.1:9",
    # Tests share a process, and most of them commit nothing. Kept pages have tests of their own.
    "PAGE_CACHE_MB": "0",
    # The live server's threads must leave no connection behind, or its database cannot be dropped.
    "CONN_MAX_AGE": "0",
}
del SETTINGS["DATABASE_URL"]

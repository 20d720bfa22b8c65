"""`python -m dev COMMAND`: one of COMMANDS. Ends with 1 and one Danish sentence where something is in the way."""

import sys

OLDEST_PYTHON = (3, 11)

if sys.version_info < OLDEST_PYTHON:
    sys.exit(
        "Portalen skal bruge Python 3.11 eller nyere; det her er {}.{}. Installér en nyere, og vælg den med "
        "PYTHON=python3.11 make run.".format(*sys.version_info)
    )

from dev import checks, environment, serve, suite, supply
from dev.console import Problem

COMMANDS = {
    "run": serve.run,
    "test": suite.test,
    "bench": suite.bench,
    "check": checks.check,
    "fmt": checks.fmt,
    "sbom": supply.sbom,
    "audit": supply.audit,
}


def main(command: str, *arguments: str) -> int:
    environment.keep_compiled_code()
    try:
        return COMMANDS[command](*arguments)
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

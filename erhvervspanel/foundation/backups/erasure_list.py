"""The list of those who were erased, kept outside the database, so that no backup brings them back.

It names nobody: what was erased is told by numbers that mean nothing to others. It lies beside the backups and is sealed as
they are.
"""

import json
from datetime import datetime
from io import BufferedReader
from pathlib import Path

from django.utils import timezone

from erhvervspanel.foundation import erasures
from erhvervspanel.foundation.backups import folder, keys
from erhvervspanel.foundation.backups.problems import BackupProblem
from erhvervspanel.foundation.backups.sealing import CHUNK, Sealer, Unsealer
from erhvervspanel.foundation.erasures import Noted
from erhvervspanel.foundation.unreadable import unreadable

FILE = "erasures.sealed"


def keep(place: Path) -> int:
    """Writes all erasures that are still remembered to the list in the folder `place`, and returns how many there are.

    Those on the list already stay there: after a restore the list may know more than the database. Raises BackupProblem
    where what is there cannot be read.
    """
    path = place / FILE
    before, _ = read(path) if path.exists() else ([], None)
    oldest = timezone.now() - erasures.kept()
    noted = sorted({*(each for each in before if each.at >= oldest), *erasures.noted()})
    told = [[each.thing, each.key, each.at.isoformat()] for each in noted]
    with folder.unfinished(path) as file:
        sealer = Sealer(file, keys.present())
        sealer.write(json.dumps({"at": timezone.now().isoformat(), "erasures": told}).encode())
        sealer.close()
    return len(noted)


def read(path: Path) -> tuple[list[Noted], datetime]:
    """The list in the file `path`, and when it was written. Raises BackupProblem where it cannot be read."""
    try:
        with path.open("rb") as file:
            told = json.loads(BufferedReader(Unsealer(file, keys.known()), CHUNK).read())
        noted = [Noted(thing, key, datetime.fromisoformat(at)) for thing, key, at in told["erasures"]]
        return noted, datetime.fromisoformat(told["at"])
    except BackupProblem as problem:
        raise BackupProblem(f"Listen over sletninger, {path}, kan ikke læses. {problem}") from problem
    except OSError as error:
        raise BackupProblem(unreadable(f"Listen over sletninger, {path},", error)) from error

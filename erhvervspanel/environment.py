"""How settings are read from the environment: strictly, with one Danish sentence about what is wrong and how to mend it."""

import ipaddress
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

EX_CONFIG = 78  # sysexits.h; systemd is told not to try again (deploy/systemd)
TRUE, FALSE = {"true", "1", "yes", "on"}, {"false", "0", "no", "off"}
LONGEST_NUMBER = 9  # digits
SHORTEST_SECRET = 50  # characters, as Django's own check demands (security.W009)
FEWEST_LETTERS = 10  # different ones in a secret
# What the examples of keys have in common, ours and Django's.
EXAMPLES = ("kun-til-demonstration", "django-insecure", "change-me", "changeme")
POSTGRESQL = ("postgres://", "postgresql://")
MAIL_SERVERS = ("smtp", "smtps", "smtp+tls", "smtp+ssl")
# A name with a comma is two addresses, unless it stands in quotation marks (RFC 5322, 3.4).
E_MAIL = re.compile(r"""(?P<name>(?:[^<>\n,;:"]*|"[^"\n]*"\s*)<)?[^\s@<>,;]+@[^\s@<>,;]+(?(name)>)""")
HOST = re.compile(r"[\w.-]+|\[[\da-fA-F:.]+\]")


class BadSetting(ImproperlyConfigured):
    """A setting that the portal cannot run with; the text names it."""


@contextmanager
def told_plainly() -> Iterator[None]:
    """Ends the program with the sentence of a BadSetting on stderr, without a traceback, and EX_CONFIG."""
    try:
        yield
    except BadSetting as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(EX_CONFIG)


class Environment(environ.Env):
    """django-environ, which takes what it cannot read for false or for something else: here it is refused.

    An empty variable counts as one that is not there, so that `.env.example` can be copied as it is. `NAME_FILE` names a file
    that holds the value, as secrets of containers do. Raises BadSetting, naming the variable.
    """

    def get_value(self, var, cast=None, default=environ.Env.NOTSET, parse_default=False):
        value = value_of(var)
        if not value:
            if default is self.NOTSET:
                raise BadSetting(f"{var} mangler. Sæt den som vist i .env.example.")
            return default
        if cast in READERS:
            return READERS[cast](var, value)
        try:
            return self.parse_value(value, cast)
        except (ValueError, TypeError):
            raise BadSetting(f"{var} kan ikke læses. Skriv den som vist i .env.example.") from None

    def number(self, var: str, *, default: int, least: int = 0, most: int | None = None) -> int:
        found = self.int(var, default=default)
        if found < least:
            raise BadSetting(f"{var}={found} er for lidt. Skriv et helt tal, der er mindst {least}.")
        if most is not None and found > most:
            raise BadSetting(f"{var}={found} er for meget. Skriv et helt tal, der er højst {most}.")
        return found

    def db_url(self, var=environ.Env.DEFAULT_DATABASE_ENV, default=environ.Env.NOTSET, engine=None) -> dict:
        """The database at an address, which must be PostgreSQL's. How transactions are kept apart is ours to say."""
        url = self.get_value(var, default=default)
        with refused(
            f"{var} kan ikke læses. Skriv adressen på en PostgreSQL-database: postgres://bruger:adgangskode@vært:5432/navn, "
            "hvor specialtegn i adgangskoden er skrevet som %XX."
        ):
            config = self.db_url_config(url, engine) if url.startswith(POSTGRESQL) else {}
            if not config.get("NAME"):
                raise ValueError(var)
        if taken := {"options", "isolation_level"} & config.get("OPTIONS", {}).keys():
            raise BadSetting(
                f"{var} må ikke sætte {' og '.join(sorted(taken))}. Tilmelding regner med READ COMMITTED. Tag det ud af adressen."
            )
        return config

    db = db_url

    def cache_url(self, var=environ.Env.DEFAULT_CACHE_ENV, default=environ.Env.NOTSET, backend=None) -> dict:
        known = ", ".join(f"{scheme}://" for scheme in ("redis", "rediss", "dbcache", "locmemcache"))
        with refused(
            f"{var} kan ikke læses. Skriv for eksempel redis://vært:6379/0; der kan bruges {known}."
        ):
            return super().cache_url(var, default, backend)

    cache = cache_url

    def email_url(self, var=environ.Env.DEFAULT_EMAIL_ENV, default=environ.Env.NOTSET, backend=None) -> dict:
        with refused(
            f"{var} kan ikke læses. Skriv adressen på en mailserver: smtp+tls://bruger:adgangskode@vært:587."
        ):
            return super().email_url(var, default, backend)

    email = email_url


def value_of(var: str) -> str:
    """What the environment says, or the file that `<var>_FILE` names; "" where neither is there."""
    path = os.environ.get(f"{var}_FILE")
    if not path:
        return os.environ.get(var, "").strip()
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise BadSetting(
            f"{var}_FILE={path} kan ikke læses. Peg på en fil, som portalens bruger må læse."
        ) from None


def boolean(var: str, value: str) -> bool:
    if value.lower() not in TRUE | FALSE:
        raise BadSetting(f"{var}={value} er hverken ja eller nej. Skriv true eller false.")
    return value.lower() in TRUE


def integer(var: str, value: str) -> int:
    if not re.fullmatch(rf"-?[0-9]{{1,{LONGEST_NUMBER}}}", value):
        raise BadSetting(f"{var}={value} er ikke et helt tal. Skriv det med cifre alene.")
    return int(value)


def pairs(var: str, value: str) -> dict[str, str]:
    found = [part.partition("=") for part in value.split(",") if part]
    if not all(name and sign and meant for name, sign, meant in found):
        raise BadSetting(
            f"{var} kan ikke læses. Skriv par med komma imellem: gruppe=Idekurator,gruppe=Læser."
        )
    return {name: meant for name, _, meant in found}


READERS = {bool: boolean, int: integer, dict: pairs}


@contextmanager
def refused(sentence: str) -> Iterator[None]:
    """Says `sentence` where the body cannot read what it is given."""
    try:
        yield
    except BadSetting:
        raise
    except (ImproperlyConfigured, ValueError):
        raise BadSetting(sentence) from None


# -- What a value must look like -------------------------------------------------------------------------------


def web_address(var: str, value: str, *, schemes: tuple[str, ...] = ("https",), page: bool = True) -> str:
    """`value`, an address with one of `schemes`; where not `page`, of a whole site. "" is none, and passes."""
    if not value:
        return value
    with refused(f"{var}={value} er ikke en adresse. Skriv den som vist i .env.example."):
        parts = urlsplit(value)
        _ = parts.port  # raises where it is none
    whole = parts.path in ("", "/") and not parts.query and not parts.fragment
    if parts.scheme not in schemes or not HOST.fullmatch(bracketed(parts.hostname)) or not (page or whole):
        ending = "" if page else ", uden noget efter værtsnavnet"
        raise BadSetting(
            f"{var}={value} er ikke en adresse, der kan bruges. Skriv den hele adresse, der begynder med "
            f"{' eller '.join(f'{scheme}://' for scheme in schemes)}{ending}."
        )
    return value


def bracketed(host: str | None) -> str:
    return f"[{host}]" if host and ":" in host else host or ""


def mail_address(var: str, value: str) -> str:
    """`value`, an e-mail address, with or without a name before it."""
    if not E_MAIL.fullmatch(value):
        raise BadSetting(
            f"{var}={value} er ikke en mailadresse. Skriv den som navn@domæne.dk eller Navn <navn@domæne.dk>; et navn med komma "
            "skal stå i anførselstegn."
        )
    return value


def contact(var: str, value: str) -> str:
    """`value` as RFC 9116 (2.5.3) wants it in security.txt."""
    if value.startswith("mailto:"):
        mail_address(var, value.removeprefix("mailto:"))
        return value
    if value.startswith("tel:+"):
        return value
    if not value.startswith("https://"):
        raise BadSetting(
            f"{var}={value} kan ikke bruges. Skriv mailto:navn@domæne.dk, https://… eller tel:+45…."
        )
    return web_address(var, value)


def choice(var: str, value: str, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise BadSetting(f"{var}={value} er ukendt. Skriv {', '.join(choices[:-1])} eller {choices[-1]}.")
    return value


class Licence(NamedTuple):
    """What others may use something by."""

    name: str
    url: str


def licence(var: str, value: str) -> Licence:
    """`value`, a licence's name and then its address, as both."""
    name, _, address = value.strip().rpartition(" ")
    if not name or not address.startswith("https://"):
        raise BadSetting(
            f"{var}={value} er ikke en licens. Skriv navnet og så adressen, for eksempel CC BY 4.0 https://creativecommons.org/licenses/by/4.0/."
        )
    return Licence(name.strip(), web_address(var, address))


def host_names(var: str, hosts: list[str]) -> list[str]:
    for host in hosts:
        if host != "*" and not HOST.fullmatch(host):
            raise BadSetting(
                f"{var}: »{host}« er ikke et værtsnavn. Skriv navnene alene, med komma imellem og uden https://, port og skråstreg."
            )
    return hosts


# -- What must fit together ------------------------------------------------------------------------------------


def is_public(host: str) -> bool:
    """Whether `host` is more than this machine or a name of tests (RFC 6761)."""
    host = host.strip("[]").lstrip(".").lower()
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return "." in host and not host.endswith((".localhost", ".test"))


def debug_at_home(hosts: list[str]) -> None:
    """DEBUG shows code and settings to everybody."""
    if public := next((host for host in hosts if host == "*" or is_public(host)), None):
        raise BadSetting(
            f"DEBUG=true må kun bruges på ens egen maskine, men portalen svarer også på »{public}«. Sæt DEBUG=false, eller ret "
            "SITE_URL og ALLOWED_HOSTS."
        )


def site_and_hosts(site: str, hosts: list[str]) -> None:
    """The portal answers to its own address, and to no more than it should. For what is in production."""
    host = bracketed(urlsplit(site).hostname)
    if "*" in hosts:
        raise BadSetting("ALLOWED_HOSTS=* lader portalen svare på alle navne. Skriv de værtsnavne, den har.")
    if not any(host == name or (name.startswith(".") and f".{host}".endswith(name)) for name in hosts):
        raise BadSetting(f"ALLOWED_HOSTS mangler værtsnavnet i SITE_URL. Tilføj {host}.")
    if site.startswith("http://") and is_public(host):
        raise BadSetting(f"SITE_URL={site} er uden kryptering. Skriv en adresse, der begynder med https://.")


def strong_secret(var: str, value: str) -> None:
    example = any(mark in value.lower() for mark in EXAMPLES)
    if example or len(value) < SHORTEST_SECRET or len(set(value)) < FEWEST_LETTERS:
        raise BadSetting(
            f"{var} er et eksempel eller for svag. Lav en ny på mindst {SHORTEST_SECRET} tilfældige tegn: "
            'python -c "import secrets; print(secrets.token_urlsafe(50))".'
        )


def real_mail_server(var: str) -> None:
    if value_of(var).partition(":")[0] not in MAIL_SERVERS or not urlsplit(value_of(var)).hostname:
        raise BadSetting(f"{var} skal i drift være en mailserver: smtp+tls://bruger:adgangskode@vært:587.")

"""What `check --deploy` says of settings that are dangerous, or that somebody has to look at."""

import ipaddress
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.db import connections
from django.utils.timezone import localdate

from erhvervspanel.foundation.notation import counted

REVIEW_SOON = timedelta(days=30)
NOWHERE = ("console", "dummy", "locmem", "filebased")  # the mail backends that reach nobody
NEVER_OURS = [
    ipaddress.ip_network(each) for each in ("127.0.0.0/8", "169.254.0.0/16", "::1/128", "fe80::/10")
]


@checks.register(checks.Tags.security, deploy=True)
def addresses_are_the_portals_own(app_configs, **kwargs):
    return list(address_problems())


def address_problems() -> Iterator[checks.CheckMessage]:
    """What is wrong with the names that the portal goes by."""
    site = urlsplit(settings.SITE_URL)
    if site.scheme != "https":
        yield checks.Error(
            "SITE_URL er ikke https.",
            hint="Cookies, mails med links og login er da for alle, der lytter med. Skriv https://… og hent et certifikat.",
            id="erhvervspanel.E003",
        )
    if any(host.startswith(("*", ".")) for host in settings.ALLOWED_HOSTS):
        yield checks.Error(
            "ALLOWED_HOSTS tillader navne, som ikke er nævnt.",
            hint="Skriv de navne, som portalen har, og intet andet.",
            id="erhvervspanel.E004",
        )
    elif site.hostname not in settings.ALLOWED_HOSTS:
        yield checks.Error(
            f"ALLOWED_HOSTS har ikke {site.hostname}, som SITE_URL er.",
            hint="Alle links i mails ville give fejl. Skriv navnet i ALLOWED_HOSTS.",
            id="erhvervspanel.E005",
        )


@checks.register(checks.Tags.security, deploy=True)
def what_goes_out_is_safe(app_configs, **kwargs):
    return list(outgoing_problems())


def outgoing_problems() -> Iterator[checks.CheckMessage]:
    """What is wrong with whom the portal asks and writes to."""
    if settings.OIDC_SERVER_URL and urlsplit(settings.OIDC_SERVER_URL).scheme != "https":
        yield checks.Error(
            "OIDC_SERVER_URL er ikke https.",
            hint="Den, der lytter med, kan da logge ind som andre. Skriv https://…",
            id="erhvervspanel.E006",
        )
    if any(ours.overlaps(never) for ours in settings.LINK_CHECK_NETWORKS for never in NEVER_OURS
           if ours.version == never.version):  # fmt: skip
        yield checks.Error(
            "LINK_CHECK_NETWORKS har maskinen selv eller dens nærmeste net med.",
            hint="Nævn kun det net, som kommunens egne hjemmesider står på.",
            id="erhvervspanel.E007",
        )
    if settings.CVR_BACKEND == "virk" and urlsplit(settings.CVR_URL).scheme != "https":
        yield checks.Warning(
            "CVR_URL er ikke https, så CVR_CREDENTIALS sendes i klartekst.",
            hint="Spørg Erhvervsstyrelsen efter adressen med https, eller brug en adgang, som kun kan slå op.",
            id="erhvervspanel.W001",
        )
    if any(name in settings.EMAIL_BACKEND for name in NOWHERE):
        yield checks.Warning(
            "Mails når ingen: EMAIL_URL peger ikke på en mailserver.",
            hint="Skriv for eksempel EMAIL_URL=smtp+tls://bruger:adgangskode@mail.example.org:587.",
            id="erhvervspanel.W002",
        )


@checks.register(checks.Tags.security, deploy=True)
def security_txt_is_looked_over(app_configs, **kwargs):
    problem = review_problem()
    hint = "Se efter, om SECURITY_CONTACT stadig er rigtig, og sæt SECURITY_REVIEW_BY højst et år frem."
    return [checks.Warning(problem, hint=hint, id="erhvervspanel.W003")] if problem else []


def review_problem() -> str:
    """What is the matter with the day that security.txt names, from REVIEW_SOON before it; "" where nothing is.

    A year ahead is the most that makes sense (RFC 9116, 2.5.5).
    """
    review_by = settings.SECURITY_REVIEW_BY
    if review_by is None:
        return "SECURITY_REVIEW_BY er ikke sat: Ingen har sagt, hvornår security.txt skal ses efter."
    ahead = review_by - localdate()
    if ahead <= timedelta(0):
        return "security.txt er udløbet. Ingen behøver at tro på den."
    if ahead <= REVIEW_SOON:
        return f"security.txt udløber om {counted(ahead.days, 'dag', 'dage')}."
    return "SECURITY_REVIEW_BY er mere end et år fremme." if ahead > timedelta(days=366) else ""


@checks.register(checks.Tags.security, deploy=True)
def retention_is_approved(app_configs, **kwargs):
    problem = retention_problem()
    hint = "Skriv i RETENTION_APPROVED, hvem der har godkendt fristerne i docs/personal-data.md, hvornår, og sagens nummer."
    return [checks.Warning(problem, hint=hint, id="erhvervspanel.W006")] if problem else []


def retention_problem() -> str:
    """What is the matter with how long persons are kept; "" where somebody has approved it."""
    if settings.RETENTION_APPROVED:
        return ""
    return "RETENTION_APPROVED er tom: Ingen har godkendt, hvor længe personoplysninger bliver gemt."


@checks.register(checks.Tags.database)
def the_role_has_few_rights(app_configs, databases, **kwargs):
    """With `--database default`: whether the portal's role could do more in the database than the portal does."""
    if settings.DEBUG or settings.DEMO or settings.TESTING or "default" not in (databases or ()):
        return []
    return role_problems(connections["default"])


def role_problems(connection) -> list[checks.CheckMessage]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls OR rolreplication,"
            " has_schema_privilege('public', 'CREATE') FROM pg_roles WHERE rolname = current_user"
        )
        [row] = cursor.fetchall()
    if not any(row):
        return []
    return [
        checks.Warning(
            "Portalens databasebruger må mere, end portalen har brug for.",
            hint="Kør deploy/roles.sql, og lad DATABASE_URL være rollen erhvervspanel_portal (docs/operations.md).",
            id="erhvervspanel.W004",
        )
    ]

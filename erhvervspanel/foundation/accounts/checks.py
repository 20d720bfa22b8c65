"""What `check --deploy` says of the log-in."""

from django.conf import settings
from django.core import checks


@checks.register(checks.Tags.security, deploy=True)
def second_factor_is_demanded(app_configs, **kwargs):
    found = []
    if settings.DEMO:
        found.append(
            checks.Error(
                "DEMO er slået til.",
                hint="Demonstrationen viser adgangskoder og kræver intet totrinslogin. Sæt DEMO=false i drift.",
                id="erhvervspanel.E001",
            )
        )
    if not settings.STAFF_SECOND_FACTOR:
        found.append(
            checks.Error(
                "Medarbejderne bliver ikke bedt om totrinslogin.",
                hint="Sæt STAFF_SECOND_FACTOR=true i drift (NIS2).",
                id="erhvervspanel.E002",
            )
        )
    return found

"""Who may change an initiative."""

from django.contrib.auth.models import AbstractBaseUser

from initiatives.models import Initiative

ALL, OWN = "initiatives.change_initiative", "initiatives.change_own_initiative"


def can_change(user: AbstractBaseUser, initiative: Initiative) -> bool:
    """Whether `user` may change `initiative` with its milestones and indicators: those who may change all, and its owner."""
    return user.has_perm(ALL) or (user.has_perm(OWN) and initiative.owner_id == user.pk)

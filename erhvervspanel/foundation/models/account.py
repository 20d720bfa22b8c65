"""Staff's accounts."""

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """A member of staff. The public needs no account."""

    class Meta:
        verbose_name = "bruger"
        verbose_name_plural = "brugere"

    def __str__(self) -> str:
        return self.get_full_name() or self.username

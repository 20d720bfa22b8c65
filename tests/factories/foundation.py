import factory

from erhvervspanel.foundation.models import User


class UserFactory(factory.django.DjangoModelFactory):
    """A person without rights: `staff=True` may log in to the admin, `superuser=True` may do all there.

    No password, as hashing one is slow: tests call `client.force_login`, or give `password=` to log in for real.
    """

    username = factory.Sequence(lambda n: f"bruger{n}")
    first_name = "Bente"
    last_name = factory.Sequence(lambda n: f"Bruger {n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.org")
    password = factory.django.Password(None)

    class Meta:
        model = User
        skip_postgeneration_save = True

    class Params:
        staff = factory.Trait(is_staff=True)
        superuser = factory.Trait(is_staff=True, is_superuser=True)

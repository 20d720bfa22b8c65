"""What stands between the right password and the back office."""

from allauth.mfa.stages import AuthenticateStage


class SecondFactor(AuthenticateStage):
    """Asks for the second factor where one is set up, but not of those whom the municipality has asked already."""

    def handle(self) -> tuple:
        if "sociallogin" in (self.login.signal_kwargs or {}):
            return None, True
        return super().handle()

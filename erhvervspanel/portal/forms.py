"""»Følg«."""

from erhvervspanel.foundation.addresses import EmailField
from erhvervspanel.foundation.guarded_forms import GuardedForm

NOTICE_VERSION = "2026-11"


class FollowForm(GuardedForm):
    """Whom to write to."""

    purpose = "follow"
    email = EmailField(help_text="Vi sender en mail hertil, hvor du bekræfter.")

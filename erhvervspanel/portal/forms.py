"""»Følg«."""

from erhvervspanel.foundation.addresses import EmailField
from erhvervspanel.foundation.guarded_forms import GuardedForm
from erhvervspanel.foundation.notices import Notice


class FollowForm(GuardedForm):
    """Whom to write to."""

    purpose = "follow"
    notice = Notice("portal/notices", "2026-12")

    email = EmailField(help_text="Vi sender en mail hertil, hvor du bekræfter.")

"""The mails in the back office: opening their list leaves a trace, and sending again is seen before it is done."""

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from django.urls import reverse

from erhvervspanel.foundation.mail_kinds import mail_kinds
from erhvervspanel.foundation.models import AuditAction, AuditEntry, MailState, OutgoingMail
from tests.factories import UserFactory
from tests.forms import fields_of
from tests.foundation.outbox.test_outbox import write

pytestmark = pytest.mark.django_db
LIST = reverse("admin:foundation_outgoingmail_changelist")


@pytest.fixture
def staff(client):
    client.force_login(UserFactory(superuser=True))
    return client


def test_opening_the_list_is_written_down(staff):
    write()
    assert "borger1@example.org" in staff.get(LIST).text
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.purpose, entry.rows) == (AuditAction.SEEN, "Åbnede listen over mails", 1)


def test_what_is_sent_again_is_seen_first(staff):
    withheld, queued = write(1), write(2)
    OutgoingMail.objects.filter(pk=withheld.pk).update(state=MailState.WITHHELD)
    chosen = {"action": "send_again", "_selected_action": [withheld.pk, queued.pk]}
    page = staff.post(LIST, chosen)
    assert "»Åbent hus« til borger1@example.org, holdt tilbage → i kø" in page.text
    assert "»Åbent hus« til borger2@example.org bliver, som den er" in page.text
    withheld.refresh_from_db()
    assert withheld.state == MailState.WITHHELD
    page = staff.post(LIST, fields_of(page), follow=True)
    assert "1 mail er lagt i køen igen." in page.text
    withheld.refresh_from_db()
    assert withheld.state == MailState.QUEUED


def test_every_kind_of_mail_has_a_name_in_danish(staff):
    texts = (settings.BASE_DIR / "templates").glob("*/emails/[!_]*.txt.jinja")
    assert {path.name.removesuffix(".txt.jinja") for path in texts} == set(mail_kinds())
    OutgoingMail.objects.create(key="1", message_id="1", kind="confirm", to="a@example.org", subject="Emne")
    page = staff.get("/admin/foundation/outgoingmail/?slags=confirm").text
    assert "Bekræft tilmeldingen (1)" in page
    assert "Påmindelse" not in page
    assert ">confirm<" not in page


@pytest.mark.parametrize(
    ("prefix", "right"), [("submission:", "view_submission"), ("follower:", "handle_person")]
)
def test_mails_about_some_things_are_for_those_who_look_after_these(client, prefix, right):
    user = UserFactory(staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_outgoingmail"))
    client.force_login(user)
    OutgoingMail.objects.create(
        key=f"{prefix}1:x", message_id="1", kind="link", to="a@example.org", subject="Emne"
    )
    assert "a@example.org" not in client.get(LIST).text
    user.user_permissions.add(Permission.objects.get(codename=right))
    assert "a@example.org" in client.get(LIST).text

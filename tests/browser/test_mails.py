"""Mails as a mail program on a telephone shows them."""

from django.db import transaction

from erhvervspanel.foundation.models import OutgoingMail
from tests.browser.test_pages import TOO_WIDE, picture
from tests.events.test_mails import KINDS, written
from tests.states import LONG, follower


def looked_at(browser, mail: OutgoingMail, pictures) -> bool:
    """Whether `mail` stays inside the telephone, and leads on by a button."""
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.set_content(mail.html)
    picture(page, pictures, f"mail {mail.kind} 360")
    button = page.locator("a.button").bounding_box()
    fits = page.evaluate(TOO_WIDE) <= 0 and button["height"] >= 44
    page.close()
    return fits


def test_no_mail_about_a_registration_is_wider_than_a_telephone(browser, pictures):
    with transaction.atomic():
        mails = [written(kind, title=f"{LONG} {kind}") for kind in KINDS]
    assert [mail.kind for mail in mails if not looked_at(browser, mail, pictures)] == []


def test_the_mail_that_asks_a_follower_to_confirm_is_not_wider_than_a_telephone(browser, pictures):
    follower()
    assert looked_at(browser, OutgoingMail.objects.get(), pictures)

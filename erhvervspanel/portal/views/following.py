"""Following by e-mail: the form, and the page behind the secret link where it is confirmed and stopped."""

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from erhvervspanel.foundation import throttle
from erhvervspanel.foundation.guarded_forms import public_form
from erhvervspanel.foundation.guarded_responses import undisclosed
from erhvervspanel.foundation.pages import by_slug_of
from erhvervspanel.foundation.references import year_and_number
from erhvervspanel.portal.following import ask, confirm, stop, stop_all
from erhvervspanel.portal.forms import FollowForm
from erhvervspanel.portal.models import Follow, Follower
from erhvervspanel.portal.models.follower import CALLED, called
from ideas.models import Idea
from initiatives.models import Initiative
from panels.models import Theme

ONE_CLICK = ("List-Unsubscribe", "One-Click")  # what a mail program's own button sends (RFC 8058)


@public_form
def follow(request: HttpRequest, name: str, key) -> HttpResponse:
    """The form. What comes of it says the same whoever follows what already.

    Args:
        name: what is to be followed, as in FOLLOWED.
        key: what stands for it in its address.
    """
    thing = FIND[name](key)
    form = FollowForm(request.POST if request.method == "POST" else None)
    context = {"form": form, "thing": thing, "kind": CALLED[name], "called": called(name, thing)}
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        try:
            throttle.admit(request, "follow", address=email)
        except throttle.TooMany as too_many:
            return throttle.refused(request, "portal/follow.html", context, too_many)
        ask(name, thing, email=email, form_token=form.token.number, notice_version=form.notice.version)
        return redirect("portal:follow-sent")
    if request.method == "POST":
        form.renew_token()
    return render(request, "portal/follow.html", context)


def idea_of(reference: str) -> Model:
    return found(Idea.objects.published().filter(Idea.referred_to(*year_and_number(reference))))


def initiative_of(slug: str) -> Model:
    public = Initiative.objects.published()
    return by_slug_of(Initiative, slug, lambda slug: public.filter(slug=slug).first())


def theme_of(year: int) -> Model:
    return found(Theme.objects.published().filter(year=year))


FIND = {"idea": idea_of, "initiative": initiative_of, "theme": theme_of}


def found(rows) -> Model:
    thing = rows.first()
    if thing is None:
        raise Http404
    return thing


@require_safe
def follow_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/follow_sent.html")


@public_form
def following(request: HttpRequest, token: str) -> HttpResponse:
    """All that an address follows, to confirm and to stop. A GET changes nothing, as mail gateways open every link."""
    follower = Follower.objects.by_token(token).first()
    if follower is None:
        return undisclosed(over(request, status=404))
    if request.method == "POST":
        return undisclosed(done(request, follower))
    follows = list(Follow.objects.public().filter(follower=follower))
    context = {
        "follower": follower,
        "asked": [follow for follow in follows if follow.confirmed_at is None],
        "followed": [follow for follow in follows if follow.confirmed_at],
        "hidden_count": follower.follows.count() - len(follows),
    }
    return undisclosed(render(request, "portal/following.html", context))


def done(request: HttpRequest, follower: Follower) -> HttpResponse:
    """Does what a button of the page, or of a mail program, says."""
    name, value = ONE_CLICK
    if "stop-alle" in request.POST or request.POST.get(name) == value:
        stop_all(follower)
        return over(request)  # no redirect: a mail program would not follow one
    for step, act in (("bekraeft", confirm), ("stop", stop)):
        for each in follower.follows.all():
            if request.POST.get(step) == str(each.pk):
                act(each)
    return redirect(follower) if follower.follows.exists() else over(request)


def over(request: HttpRequest, *, status: int = 200) -> HttpResponse:
    """The page of an address that is not kept: all is stopped, or it never was."""
    return render(request, "portal/following_over.html", {"is_known": status == 200}, status=status)

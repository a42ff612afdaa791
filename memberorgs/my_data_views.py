"""`/konto/mine-data/`: everybody with a log-in sees, takes along, corrects and erases what is kept
about them. It is also all that is left for one whose last office is over."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.audit import personal_data
from foundation.audit.actions import record
from foundation.audit.retention import rules
from memberorgs import erasure, handing_out
from memberorgs.access import open_terms
from memberorgs.account.guards import fresh_log_in
from memberorgs.account.signals import network_address
from memberorgs.models import User
from memberorgs.my_data_forms import OwnFactsForm

# Rows of each table on the page; the file has all of them.
MOST_ROWS = 20


def _person(request: HttpRequest) -> User:
    """For views behind `login_required`."""
    assert isinstance(request.user, User)  # noqa: S101
    return request.user


@login_required
@never_cache
@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    """All of it, by table; up to twenty rows of each."""
    return _page(request, OwnFactsForm(instance=_person(request)))


@login_required
@never_cache
@require_POST
def correct(request: HttpRequest) -> HttpResponse:
    """The own name and language. POST `first_name`, `last_name`, `language`."""
    # Of its own: a form that is refused has changed the row that it was given.
    form = OwnFactsForm(request.POST, instance=User.objects.get(pk=_person(request).pk))
    if not form.is_valid():
        return _page(request, form, status=422)
    if form.has_changed():
        user = form.save()
        record(
            "person.data_corrected",
            by=user,
            person=user,
            address=network_address(request),
            fields=sorted(form.changed_data),
        )
    messages.success(request, _("Saved."))
    return redirect("my_data")


@login_required
@never_cache
@require_POST
def download(request: HttpRequest) -> HttpResponse:
    """All of it as JSON."""
    user = _person(request)
    sections = personal_data.sections_of(user)
    record(
        "person.data_handed_out",
        by=user,
        person=user,
        address=network_address(request),
        how="page",
        tables=len(sections),
    )
    response = HttpResponse(handing_out.as_json(sections), content_type="application/json")
    name = f"mine-data-{timezone.localdate():%Y-%m-%d}.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@fresh_log_in
@reauthentication_required  # type: ignore[untyped-decorator]
def delete(request: HttpRequest) -> HttpResponse:
    """GET says what goes and what stays; POST erases, and logs out."""
    user = _person(request)
    at_work = works_in_admin(user)
    if request.method == "POST" and not at_work:
        try:
            erasure.erase(user, by=user)
        except erasure.LastLeader:
            pass  # the page says so, and to whom to turn
        else:
            logout(request)
            return redirect("my_data_deleted")
    alone = [] if at_work else erasure.left_without_leader(user)
    kept = [one for one in personal_data.sections_of(user, most=1) if one.why_kept]
    return render(
        request,
        "memberorgs/my_data_delete.html",
        {
            "at_work": at_work,
            "alone": [(one, _address("member_people", one.code)) for one in alone],
            "kept": kept,
            "days": _days(),
        },
        status=409 if request.method == "POST" else 200,
    )


@never_cache
@require_safe
def deleted(request: HttpRequest) -> HttpResponse:
    """What one reads after that; anybody may."""
    return render(request, "memberorgs/my_data_deleted.html")


def works_in_admin(user: User) -> bool:
    """Whose roles come from groups asks the secretariat: they hold more than an office."""
    return user.is_superuser or user.is_staff or user.groups.exists()


def _page(request: HttpRequest, form: OwnFactsForm, status: int = 200) -> HttpResponse:
    user = _person(request)
    sections = personal_data.sections_of(user, most=MOST_ROWS)
    return render(
        request,
        "memberorgs/my_data.html",
        {
            "form": form,
            "sections": handing_out.for_reading(sections),
            "without_role": not works_in_admin(user) and not open_terms(user),
            "days": _days(),
            "change_email_url": _address("account_change_email"),
        },
        status=status,
    )


def _days() -> dict[str, int]:
    """How long each kind of data is kept."""
    return {rule.code: rule.days for rule in rules()}


def _address(name: str, *args: str) -> str:
    """Of a page that another part of the portal may bring; empty without it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""

"""The pages of `/hva-er-nytt/`."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.intake import drafts, held
from foundation.intake.drafts import Clash, Place, Saved, TooMuchError
from memberorgs.rooms import person_in, to_log_in
from priorities import whats_new as actions
from priorities.models import ProgressUpdatePage, StatusChange
from priorities.whats_new import TELL, News, NewsForm

PLACE = Place("", "whats-new")
BUTTONS = {"draft", "again", "throw_away"}
View = Callable[..., HttpResponse]


def for_those_who_tell(view: View) -> View:
    """A visitor logs in; for others than editors and publishers there is nothing here."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return to_log_in(request)
        if not request.user.has_perm(TELL):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
@for_those_who_tell
def whats_new(request: HttpRequest) -> HttpResponse:
    """POST tells it, or, with one of these names in it: `draft` keeps the draft, `throw_away` ends
    it, `again` shows what came and keeps nothing."""
    if request.method != "POST":
        return _empty(request)
    if "draft" in request.POST:
        return _keep_draft(request)
    if "throw_away" in request.POST:
        drafts.drop_draft(person_in(request), PLACE)
        held.drop(request)
        messages.success(request, _("The draft is thrown away."))
        return redirect("whats_new")
    if "again" in request.POST:
        return _show(request, NewsForm(request.POST).shown_as_typed(), **_known(request))
    form = NewsForm(request.POST)
    if not form.is_valid():
        return _show(request, form, **_known(request), status=422)
    return _tell(request, form)


def _tell(request: HttpRequest, form: NewsForm) -> HttpResponse:
    user, told = person_in(request), list[News]()

    def make() -> ProgressUpdatePage:
        filled = {name: value for name, value in form.cleaned_data.items() if name != "priority"}
        told.append(actions.tell(page=form.page, by=user, **filled))
        return told[0].update

    try:
        typed = drafts.typed_fields(request.POST, leave_out=BUTTONS)
    except TooMuchError:
        # More than this form holds: there is nothing to compare.
        typed = None
    sent = drafts.submit_once(
        by=user,
        key=drafts.key_in(request.POST),
        form=PLACE.form,
        model=ProgressUpdatePage,
        make=make,
        place=PLACE,
        typed=typed,
        version=drafts.version_in(request.POST),
    )
    held.drop(request)
    if sent.row is not None and (sent.is_first or sent.is_same):
        receipt = reverse("whats_new_receipt", args=[sent.row.pk])
        change = told[0].change if told else None
        return redirect(f"{receipt}?status={change.pk}" if change else receipt)
    messages.info(
        request,
        _("You have sent news from this form before. Send it to tell what stands here too."),
    )
    form = NewsForm(request.POST).shown_as_typed()
    return _show(request, form, key=drafts.new_key(), is_unsaved=True)


@require_safe
@for_those_who_tell
def whats_new_receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of it, for the one who told it. `?status=<number>`: the change of status."""
    user = person_in(request)
    update = get_object_or_404(ProgressUpdatePage.objects.filter(owner=user), pk=pk)
    typed = request.GET.get("status", "")
    number = int(typed) if typed.isdecimal() and len(typed) < 10 else 0
    context = {
        "update": update,
        "change": StatusChange.objects.filter(typed_by=user, pk=number).first(),
        "keys": drafts.keys_of(user, update),
    }
    return render(request, "priorities/whats_new_receipt.html", context)


def _known(request: HttpRequest) -> dict[str, Any]:
    """What a form that is shown once more goes on with."""
    return {
        "key": drafts.key_in(request.POST),
        "version": drafts.version_in(request.POST),
        "is_unsaved": True,
    }


def _empty(request: HttpRequest) -> HttpResponse:
    """The form with what was sent and held, or stands in a draft, or nothing."""
    user = person_in(request)
    if (waiting := held.held_for(request)) is not None:
        return _show(
            request,
            NewsForm(drafts.as_data(waiting.fields)).shown_as_typed(),
            key=waiting.key,
            version=waiting.version,
            held=waiting,
            is_unsaved=True,
        )
    draft = drafts.draft_of(user, PLACE)
    form = NewsForm(drafts.as_data(draft.fields)).shown_as_typed() if draft else NewsForm()
    version = draft.version if draft else 0
    return _show(request, form, key=drafts.new_key(), version=version, draft=draft)


def _show(
    request: HttpRequest,
    form: NewsForm,
    *,
    key: str,
    version: int = 0,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {
        "form": form,
        "key": key,
        "version": version,
        "typed_by": held.mark_of(person_in(request)),
        **more,
    }
    return render(request, "priorities/whats_new.html", context, status=status)


def _save(request: HttpRequest) -> Saved | Clash:
    return drafts.save_draft(
        by=person_in(request),
        place=PLACE,
        fields=drafts.typed_fields(request.POST, leave_out=BUTTONS),
        version=drafts.version_in(request.POST),
    )


def _keep_draft(request: HttpRequest) -> HttpResponse:
    """The button for those without JavaScript."""
    form = NewsForm(request.POST).shown_as_typed()
    try:
        found = _save(request)
    except TooMuchError:
        messages.error(
            request, _("This is more than a draft can hold. Nothing is lost yet: make it shorter.")
        )
        return _show(request, form, **_known(request))
    if isinstance(found, Saved):
        held.drop(request)
        messages.success(
            request, _("The draft is saved, at %(time)s.") % {"time": _clock(found.saved_at)}
        )
        return redirect("whats_new")
    # To save all the same, the next time.
    version = found.kept.version if found.kept else 0
    known = _known(request) | {"version": version}
    return _show(request, form, **known, clash=found, status=409)


@require_POST
@for_those_who_tell
def whats_new_draft(request: HttpRequest) -> HttpResponse:
    """What the page sends while one types. JSON: `version` and `saved` (a time of day); with 409
    what another tab has kept, with 413 nothing was kept."""
    try:
        found = _save(request)
    except TooMuchError:
        return JsonResponse({}, status=413)
    if isinstance(found, Saved):
        held.drop(request, reverse("whats_new"))
        return JsonResponse({"version": found.version, "saved": _clock(found.saved_at)})
    kept = found.kept
    told = {"version": kept.version, "saved": _clock(kept.saved_at)} if kept else {"version": 0}
    return JsonResponse(told, status=409)


def _clock(when: Any) -> str:
    return str(time_format(timezone.localtime(when), "TIME_FORMAT"))

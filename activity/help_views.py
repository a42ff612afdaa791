"""Questions of an organisation to NSO: `/medlem/<org>/hjelp/…`."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activity import help as actions
from activity.forms.help import HelpForm
from activity.models import HelpRequest
from activity.views import BUTTONS
from foundation.intake import drafts, held
from foundation.intake.attachments import attach
from foundation.intake.drafts import Clash, Place, Saved, TooMuchError
from foundation.intake.models import Attachment
from memberorgs.access import Need, Standing
from memberorgs.rooms import in_room, person_in, render_room

ON_A_PAGE = 20


def _place(at: Standing) -> Place:
    return Place(at.organisation.code, "help")


@require_safe
@in_room()
def help_list(request: HttpRequest, at: Standing) -> HttpResponse:
    """`…/hjelp/`: what was asked, the newest first. `?side=`."""
    rows = HelpRequest.objects.of({at.organisation.pk}).select_related("asked_by").newest_first()
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("side"))
    return render_room(request, at, "activity/help_list.html", {"page": page})


@require_safe
@in_room()
def help_request(request: HttpRequest, at: Standing, pk: int) -> HttpResponse:
    """One question, with its answer."""
    rows = HelpRequest.objects.of({at.organisation.pk}).select_related("asked_by", "answered_by")
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    context = {
        "row": row,
        "attachments": list(Attachment.objects.of(row).in_order()),
        # For the browser to forget what it kept of the form.
        "keys": drafts.keys_of(person_in(request), row),
    }
    return render_room(request, at, "activity/help_request.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@in_room(Need.WRITE)
def help_new(request: HttpRequest, at: Standing) -> HttpResponse:
    """`…/hjelp/ny/`. POST asks, or, with one of these names in it: `draft` keeps the draft,
    `throw_away` ends it, `again` shows what came and keeps nothing."""
    if request.method != "POST":
        return _empty(request, at)
    if "draft" in request.POST:
        return _keep_draft(request, at)
    if "throw_away" in request.POST:
        drafts.drop_draft(person_in(request), _place(at))
        held.drop(request)
        messages.success(request, _("The draft is thrown away."))
        return redirect("help_new", at.organisation.code)
    if "again" in request.POST:
        return _show(request, at, _as_typed(request), **_known(request))
    form = HelpForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, at, form, **_known(request), status=422)
    return _ask(request, at, form)


def _ask(request: HttpRequest, at: Standing, form: HelpForm) -> HttpResponse:
    user, code = person_in(request), at.organisation.code

    def make() -> HelpRequest:
        filled = form.cleaned_data
        row = actions.ask(
            organisation=at.organisation,
            topic=filled["topic"],
            title=filled["title"],
            question=filled["question"],
            wanted_until=filled["wanted_until"],
            by=user,
        )
        for upload in form.uploads:
            attach(owner=row, upload=upload, by=user)
        return row

    place = _place(at)
    try:
        typed = drafts.typed_fields(request.POST, leave_out=BUTTONS)
    except TooMuchError:
        # More than any form of ours holds: there is nothing to compare.
        typed = None
    sent = drafts.submit_once(
        by=user,
        key=drafts.key_in(request.POST),
        form=place.form,
        model=HelpRequest,
        make=make,
        place=place,
        typed=typed,
        version=drafts.version_in(request.POST),
    )
    held.drop(request)
    if sent.row is not None and (sent.is_first or sent.is_same):
        if sent.is_first:
            messages.success(
                request, _("Your question is sent to NSO. You get the answer by e-mail and here.")
            )
        return redirect("help_request", code, sent.row.pk)
    # Somebody went back and wrote something else in what is sent already.
    messages.info(
        request,
        _("You have sent a question from this form before. Send it to ask what stands here too."),
    )
    return _show(request, at, _as_typed(request), key=drafts.new_key(), is_unsaved=True)


def _known(request: HttpRequest) -> dict[str, Any]:
    """What a form that is shown once more goes on with."""
    return {
        "key": drafts.key_in(request.POST),
        "version": drafts.version_in(request.POST),
        "is_unsaved": True,
    }


def _as_typed(request: HttpRequest) -> HelpForm:
    return HelpForm(request.POST).shown_as_typed()


def _empty(request: HttpRequest, at: Standing) -> HttpResponse:
    """The form with what was sent and held, or stands in a draft, or nothing."""
    user, place = person_in(request), _place(at)
    others = drafts.others_at(user, place)
    if (waiting := held.held_for(request)) is not None:
        return _show(
            request,
            at,
            HelpForm(drafts.as_data(waiting.fields)).shown_as_typed(),
            key=waiting.key,
            version=waiting.version,
            held=waiting,
            is_unsaved=True,
            others=others,
        )
    draft = drafts.draft_of(user, place)
    form = HelpForm(drafts.as_data(draft.fields)).shown_as_typed() if draft else HelpForm()
    version = draft.version if draft else 0
    return _show(
        request, at, form, key=drafts.new_key(), version=version, draft=draft, others=others
    )


def _show(
    request: HttpRequest,
    at: Standing,
    form: HelpForm,
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
        "files_again": bool(request.FILES),
        "typed_by": held.mark_of(person_in(request)),
        **more,
    }
    return render_room(request, at, "activity/help_form.html", context, status=status)


def _save(request: HttpRequest, at: Standing) -> Saved | Clash:
    return drafts.save_draft(
        by=person_in(request),
        place=_place(at),
        fields=drafts.typed_fields(request.POST, leave_out=BUTTONS),
        version=drafts.version_in(request.POST),
    )


def _keep_draft(request: HttpRequest, at: Standing) -> HttpResponse:
    """The button for those without JavaScript."""
    try:
        found = _save(request, at)
    except TooMuchError:
        messages.error(
            request, _("This is more than a draft can hold. Nothing is lost yet: make it shorter.")
        )
        return _show(request, at, _as_typed(request), **_known(request))
    if isinstance(found, Saved):
        held.drop(request)
        messages.success(
            request, _("The draft is saved, at %(time)s.") % {"time": _clock(found.saved_at)}
        )
        return redirect("help_new", at.organisation.code)
    # To save all the same, the next time.
    version = found.kept.version if found.kept else 0
    known = _known(request) | {"version": version}
    return _show(request, at, _as_typed(request), **known, clash=found, status=409)


@require_POST
@in_room(Need.WRITE)
def help_draft(request: HttpRequest, at: Standing) -> HttpResponse:
    """What the page sends while one types; answers as `log_draft` does."""
    try:
        found = _save(request, at)
    except TooMuchError:
        return JsonResponse({}, status=413)
    if isinstance(found, Saved):
        held.drop(request, request.path.removesuffix("utkast/"))
        return JsonResponse({"version": found.version, "saved": _clock(found.saved_at)})
    kept = found.kept
    told = {"version": kept.version, "saved": _clock(kept.saved_at)} if kept else {"version": 0}
    return JsonResponse(told, status=409)


def _clock(when: Any) -> str:
    return str(time_format(timezone.localtime(when), "TIME_FORMAT"))

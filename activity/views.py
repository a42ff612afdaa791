"""The pages of the members' log: `/medlem/<org>/logg/…`."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activity.forms.base import LogForm
from activity.history import history_of
from activity.kinds import KINDS, Kind, in_order
from activity.log import Filters, page_of
from activity.semesters import Semester
from content.languages import query_of
from foundation.intake import drafts, held
from foundation.intake.drafts import Clash, Fields, Place, Saved, Sent, TooMuchError
from foundation.intake.models import Attachment, Draft
from memberorgs.access import Need, Standing
from memberorgs.actions import NotPossible
from memberorgs.rooms import in_room, person_in, render_room

# Semesters that one can choose among.
SEMESTERS = 8
# Names of buttons, which are nothing that was typed.
BUTTONS = {"draft", "again", "throw_away"}


def _kind(slug: str) -> Kind:
    if slug not in KINDS:
        raise Http404
    return KINDS[slug]


def _place(at: Standing, kind: Kind) -> Place:
    return Place(at.organisation.code, f"log-{kind.slug}")


@require_safe
@in_room()
def member_log(request: HttpRequest, at: Standing) -> HttpResponse:
    """`…/logg/`: what was logged, the newest first. `?type=`, `?semester=`, `?q=`, `?side=`, and
    `?borte=1` for what was taken away."""
    filters = Filters.of(request.GET)
    here = query_of(**filters.kept)
    semesters = [Semester.of(at.day)]
    while len(semesters) < SEMESTERS:
        semesters.append(semesters[-1].before)
    context = {
        "kinds": in_order(),
        "filters": filters,
        "semesters": semesters,
        "page": page_of(at, filters, request.GET.get("side")),
        "query": f"{here}&" if here else "?",
    }
    return render_room(request, at, "activity/log.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@in_room(Need.WRITE)
def log_new(request: HttpRequest, at: Standing, kind: str) -> HttpResponse:
    """`…/logg/ny/<kind>/`: a new one. `?som=<number>`: like that one.

    POST keeps it, or, with one of these names in it: `draft` keeps the draft, `throw_away` ends it,
    `again` shows what came, such as what the browser had kept, and keeps nothing.
    """
    pages, user = _kind(kind), person_in(request)
    place = _place(at, pages)
    if request.method != "POST":
        return _empty(request, at, pages, place)
    if "draft" in request.POST:
        return _keep_draft(request, at, pages, place)
    if "throw_away" in request.POST:
        return _throw_away(request, at, pages, place)
    if "again" in request.POST:
        return _show_typed(request, at, pages)
    form = pages.form(at, request.POST, request.FILES)
    if form.is_step or not form.is_valid():
        return _show(
            request,
            at,
            pages,
            form.shown_as_typed() if form.is_step else form,
            key=drafts.key_in(request.POST),
            version=drafts.version_in(request.POST),
            is_unsaved=True,
            status=200 if form.is_step else 422,
        )
    typed = _typed(request)
    sent = drafts.submit_once(
        by=user,
        key=drafts.key_in(request.POST),
        form=place.form,
        model=pages.model,
        make=lambda: pages.log(at, form, user),
        place=place,
        typed=typed,
        version=drafts.version_in(request.POST),
    )
    held.drop(request)
    if sent.is_first and sent.row is not None:
        return redirect(pages.address("log_receipt", at.organisation.code, sent.row.pk))
    return _sent_before(request, at, pages, sent, typed)


def _typed(request: HttpRequest) -> Fields | None:
    """None for more than any form of ours holds: there is nothing to compare then."""
    try:
        return drafts.typed_fields(request.POST, leave_out=BUTTONS)
    except TooMuchError:
        return None


def _sent_before(
    request: HttpRequest, at: Standing, pages: Kind, sent: Sent[Any], typed: Fields | None
) -> HttpResponse:
    """A double tap, or somebody went back and sent the form once more, with other words maybe."""
    code = at.organisation.code
    row = pages.find(at, sent.row.pk) if sent.row is not None else None
    if row is None:
        messages.info(
            request,
            _(
                "This was logged before, and has been taken away since. "
                "What stands here is not sent: send it to log it anew."
            ),
        )
        form = pages.form(at, request.POST).shown_as_typed()
        return _show(request, at, pages, form, key=drafts.new_key(), is_unsaved=True)
    if sent.is_same or typed is None:
        return redirect(pages.address("log_receipt", code, row.pk))
    change = pages.address("log_change", code, row.pk)
    held.put(
        request,
        path=change,
        person=person_in(request).pk,
        fields={**typed, "opened": [str(row.version)]},
        had_files=bool(request.FILES),
    )
    messages.info(request, _("This is logged already. Save to change it to what stands here."))
    return redirect(change)


def _show_typed(request: HttpRequest, at: Standing, pages: Kind, **more: Any) -> HttpResponse:
    form = pages.form(at, request.POST, row=more.get("row")).shown_as_typed()
    return _show(
        request,
        at,
        pages,
        form,
        key=drafts.key_in(request.POST),
        version=drafts.version_in(request.POST),
        is_unsaved=True,
        **more,
    )


def _throw_away(request: HttpRequest, at: Standing, pages: Kind, place: Place) -> HttpResponse:
    drafts.drop_draft(person_in(request), place)
    held.drop(request)
    messages.success(request, _("The draft is thrown away."))
    return redirect(pages.address("log_new", at.organisation.code))


def _empty(request: HttpRequest, at: Standing, pages: Kind, place: Place) -> HttpResponse:
    """The form with what was sent and held, or stands in a draft, or in the one that it shall be
    like, or nothing."""
    user = person_in(request)
    again = request.GET.get("som", "")
    others = drafts.others_at(user, place)
    if (waiting := held.held_for(request)) is not None:
        form = pages.form(at, drafts.as_data(waiting.fields)).shown_as_typed()
        return _show(
            request,
            at,
            pages,
            form,
            key=waiting.key,
            version=waiting.version,
            held=waiting,
            is_unsaved=True,
            others=others,
        )
    draft = drafts.draft_of(user, place)
    if draft is not None and not again:
        form = pages.form(at, drafts.as_data(draft.fields)).shown_as_typed()
        version = draft.version
    else:
        row = pages.find(at, int(again)) if again.isdecimal() and len(again) < 10 else None
        form = pages.form(at, initial=pages.again(row) if row is not None else None)
        version = draft.version if draft else 0
    return _show(
        request,
        at,
        pages,
        form,
        key=drafts.new_key(),
        version=version,
        draft=draft if not again else None,
        others=others,
    )


def _show(
    request: HttpRequest,
    at: Standing,
    pages: Kind,
    form: LogForm,
    *,
    key: str = "",
    version: int = 0,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {
        "kind": pages,
        "form": form,
        "key": key,
        "version": version,
        "files_again": bool(request.FILES),
        "typed_by": held.mark_of(person_in(request)),
        **more,
    }
    return render_room(request, at, "activity/form.html", context, status=status)


def _keep_draft(request: HttpRequest, at: Standing, pages: Kind, place: Place) -> HttpResponse:
    """The button for those without JavaScript."""
    form = pages.form(at, request.POST).shown_as_typed()
    key = drafts.key_in(request.POST)
    try:
        found = _save(request, place)
    except TooMuchError:
        messages.error(
            request, _("This is more than a draft can hold. Nothing is lost yet: make it shorter.")
        )
        return _show(request, at, pages, form, key=key, version=drafts.version_in(request.POST))
    if isinstance(found, Saved):
        held.drop(request)
        messages.success(
            request,
            _("The draft is saved, at %(time)s.")
            % {"time": time_format(timezone.localtime(found.saved_at), "TIME_FORMAT")},
        )
        return redirect(pages.address("log_new", at.organisation.code))
    return _show(
        request, at, pages, form, key=key, clash=found, is_unsaved=True, **_after(found), status=409
    )


def _after(clash: Clash) -> dict[str, Any]:
    """To save all the same, the next time."""
    return {"version": clash.kept.version if clash.kept else 0}


def _save(request: HttpRequest, place: Place) -> Saved | Clash:
    return drafts.save_draft(
        by=person_in(request),
        place=place,
        fields=drafts.typed_fields(request.POST, leave_out=BUTTONS),
        version=drafts.version_in(request.POST),
    )


@require_POST
@in_room(Need.WRITE)
def log_draft(request: HttpRequest, at: Standing, kind: str) -> HttpResponse:
    """What the page sends while one types. JSON: `version` and `saved` (a time of day); with 409
    what another tab has kept (`version`, `saved`), with 413 nothing was kept."""
    pages = _kind(kind)
    try:
        found = _save(request, _place(at, pages))
    except TooMuchError:
        return JsonResponse({}, status=413)
    if isinstance(found, Saved):
        held.drop(request, pages.address("log_new", at.organisation.code))
        return JsonResponse({"version": found.version, "saved": _clock(found.saved_at)})
    kept: Draft | None = found.kept
    told = {"version": kept.version, "saved": _clock(kept.saved_at)} if kept else {"version": 0}
    return JsonResponse(told, status=409)


def _clock(when: Any) -> str:
    return str(time_format(timezone.localtime(when), "TIME_FORMAT"))


def _row(at: Standing, pages: Kind, pk: int, *, removed: bool = False) -> Any:
    row = pages.find(at, pk, removed=removed)
    if row is None:
        raise Http404
    return row


@require_safe
@in_room()
def log_entry(request: HttpRequest, at: Standing, kind: str, pk: int) -> HttpResponse:
    """One entry, with its history."""
    pages = _kind(kind)
    row = _row(at, pages, pk, removed=True)
    return render_room(request, at, "activity/entry.html", _told(at, pages, row))


def _told(at: Standing, pages: Kind, row: Any) -> dict[str, Any]:
    return {
        "kind": pages,
        "row": row,
        "headline": pages.headline(row),
        "told": pages.told(row),
        "attachments": list(Attachment.objects.of(row).in_order()),
        "history": history_of(
            pages.versions(row),
            with_notes=bool(at.terms) and row.organisation_id == at.organisation.pk,
        ),
        "may_change": pages.may_change(at, row),
        **pages.besides(at, row),
    }


@require_safe
@in_room()
def log_receipt(request: HttpRequest, at: Standing, kind: str, pk: int) -> HttpResponse:
    """What was kept, who sees it, and what one may do next."""
    pages = _kind(kind)
    row = _row(at, pages, pk)
    keys = drafts.keys_of(person_in(request), row)
    return render_room(
        request, at, "activity/receipt.html", {**_told(at, pages, row), "keys": keys}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_room(Need.WRITE)
def log_change(request: HttpRequest, at: Standing, kind: str, pk: int) -> HttpResponse:
    """Put right what was logged; how it was stays in the history."""
    pages, user = _kind(kind), person_in(request)
    row = _row(at, pages, pk)
    if not pages.may_change(at, row):
        raise Http404
    if request.method != "POST":
        if (waiting := held.held_for(request)) is not None:
            typed = drafts.as_data(waiting.fields)
            form = pages.form(at, typed, row=row).shown_as_typed()
            opened = _opened_in(typed, row)
            return _show(
                request, at, pages, form, row=row, opened=opened, held=waiting, is_unsaved=True
            )
        form = pages.form(at, initial=pages.initial(row), row=row)
        return _show(request, at, pages, form, row=row, opened=row.version)
    opened = _opened_in(request.POST, row)
    if "throw_away" in request.POST:
        held.drop(request)
        return redirect(request.path)
    if "again" in request.POST:
        return _show_typed(request, at, pages, row=row, opened=opened)
    form = pages.form(at, request.POST, request.FILES, row=row)
    if form.is_step:
        return _show(request, at, pages, form.shown_as_typed(), row=row, opened=opened)
    if not form.is_valid():
        return _show(request, at, pages, form, row=row, opened=opened, is_unsaved=True, status=422)
    try:
        changed = pages.change(row, form, user, opened)
    except NotPossible as reason:
        # The next save is meant: the page says who was first, and links to it.
        return _show(
            request,
            at,
            pages,
            form,
            row=row,
            opened=row.version,
            told=str(reason),
            is_unsaved=True,
            status=409,
        )
    held.drop(request)
    if changed:
        messages.success(request, _("The change is saved."))
    else:
        messages.info(request, _("Nothing was changed."))
    return redirect(pages.address("log_entry", at.organisation.code, pk))


def _opened_in(data: Mapping[str, Any], row: Any) -> int:
    """The version that the page began with; the present one where it is missing or garbled."""
    typed = str(data.get("opened") or "")
    return int(typed) if typed.isdecimal() and len(typed) < 9 else int(row.version)


@require_POST
@in_room(Need.WRITE)
def log_remove(request: HttpRequest, at: Standing, kind: str, pk: int) -> HttpResponse:
    """Take it away; the page of the entry says how to undo it."""
    pages = _kind(kind)
    row = _row(at, pages, pk, removed=True)
    if not pages.may_change(at, row):
        raise Http404
    pages.remove(row, person_in(request))
    messages.success(request, _("It is taken away. You can put it back for 30 days."))
    return redirect(pages.address("log_entry", at.organisation.code, pk))


@require_POST
@in_room(Need.WRITE)
def log_put_back(request: HttpRequest, at: Standing, kind: str, pk: int) -> HttpResponse:
    pages = _kind(kind)
    row = _row(at, pages, pk, removed=True)
    if not pages.may_change(at, row):
        raise Http404
    try:
        pages.put_back(row, person_in(request))
    except NotPossible as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("It is back in the log."))
    return redirect(pages.address("log_entry", at.organisation.code, pk))

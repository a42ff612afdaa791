"""wagtail-localize's ways to translate a page, without those that would put a copy before readers.

Its own views publish without asking for the right to, and fill in bokmål where texts are missing.
These stand at the same addresses, before its own.
"""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.models import Page
from wagtail_localize.models import Translation
from wagtail_localize.views import convert, edit_translation
from wagtail_localize.views.submit_translations import SubmitPageTranslationView
from wagtail_localize.views.update_translations import UpdateTranslationsView

from content import translations


def _without(form: Any, name: str) -> Any:
    """`form` without the choice `name`, which counts as not chosen."""
    del form.fields[name]
    clean = form.clean

    def cleaned() -> dict[str, Any]:
        values: dict[str, Any] = clean() or form.cleaned_data
        return values | {name: False}

    form.clean = cleaned
    return form


class SubmitView(SubmitPageTranslationView):  # type: ignore[misc]
    """Sends one page to translation. A whole branch would overwrite what is translated already."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        page = get_object_or_404(Page, pk=kwargs["page_id"])
        if not page.permissions_for_user(request.user).can_edit():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[no-any-return]

    def get_form(self) -> Any:
        return _without(super().get_form(), "include_subtree")


class UpdateView(UpdateTranslationsView):  # type: ignore[misc]
    """Fetches the texts of the bokmål page. Publishing is done where one sees the translation."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        source = self.get_object().get_source_instance()
        if not source.permissions_for_user(request.user).can_edit():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[no-any-return]

    def get_form(self) -> Any:
        return _without(super().get_form(), "publish_translations")


def _must_publish(request: HttpRequest, page: Page) -> None:
    if not page.permissions_for_user(request.user).can_publish():
        raise PermissionDenied


@require_POST
def stop(request: HttpRequest, translation_id: int) -> HttpResponse:
    """The page is written by itself from now on; that is a publisher's choice."""
    translation = get_object_or_404(Translation, pk=translation_id)
    _must_publish(request, translation.get_target_instance())
    response: HttpResponse = edit_translation.stop_translation(request, translation_id)
    return response


@require_POST
def submit(request: HttpRequest, translation_id: int) -> HttpResponse:
    """Sends a translation to those who publish."""
    translation = get_object_or_404(Translation, pk=translation_id, enabled=True)
    page = translation.get_target_instance()
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    try:
        sent = translations.submit(translation=translation, by=request.user)
    except translations.NotWhole as error:
        messages.error(request, told_missing(error.missing))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        if sent:
            messages.success(request, _("Sent to be approved. A publisher takes it from here."))
        else:
            messages.warning(request, _("It has been sent already, and waits for a publisher."))
    return redirect("wagtailadmin_pages:edit", page.pk)


def told_missing(missing: int) -> str:
    """Why a translation with `missing` texts goes no further."""
    sentence = ngettext(
        "%(count)s text is not translated yet. Readers see what they saw before.",
        "%(count)s texts are not translated yet. Readers see what they saw before.",
        missing,
    )
    return sentence % {"count": missing}


def make_alias(request: HttpRequest, page_id: int) -> HttpResponse:
    """Takes a translation from the readers, who get bokmål again: a publisher's choice."""
    _must_publish(request, get_object_or_404(Page, pk=page_id))
    response: HttpResponse = convert.convert_to_alias(request, page_id)
    return response

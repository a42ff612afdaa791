"""Choosers of Wagtail for rows that are made on pages of their own."""

from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from wagtail.snippets.views.chooser import SnippetChooserViewSet, SnippetCreateView


class NothingIsMadeHere(SnippetCreateView):  # type: ignore[misc]
    """Not there where the chooser has no form: Wagtail's own answers with a server error."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.get_creation_form_class() is None:
            raise Http404
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response


class ChoosingOnly(SnippetChooserViewSet):  # type: ignore[misc]
    create_view_class = NothingIsMadeHere

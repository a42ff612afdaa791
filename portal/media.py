"""The pictures of the site, where no web server in front hands them out."""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.static import serve


def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """The file ``path`` below ``MEDIA_ROOT``; 404 where there is none.

    The folder is looked up at each request, so that it does not matter when
    the addresses were read.
    """
    return serve(request, path, document_root=settings.MEDIA_ROOT)

"""The one way to an attachment."""

from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from foundation.intake import owners
from foundation.intake.attachments import open_file
from foundation.intake.models import Attachment
from foundation.intake.uploads import KINDS


@require_safe
def attachment(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file, to be saved and never shown as a page of ours.

    404 for all who may not read what it hangs on, as for a number that never was.
    """
    row = Attachment.objects.filter(pk=pk).first()
    if row is None or not owners.may_read(request.user, row.owner_type, row.owner_id):
        raise Http404
    file = open_file(row)
    if file is None:
        raise Http404
    response = FileResponse(
        file, as_attachment=True, filename=row.name, content_type=KINDS[row.kind].served_as
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    return response

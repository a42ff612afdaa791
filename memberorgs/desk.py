"""The secretariat's panel on the start page of the admin: which organisations need a hand."""

from typing import Any, NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.components import Component

from memberorgs import statistics
from memberorgs.access import is_staff
from memberorgs.models import AccessRequest, Invitation, MemberOrganisation
from memberorgs.viewsets import NAMESPACE

MOST_LINES = 10


class Need(NamedTuple):
    """How many organisations need something, and the list of them."""

    words: Any
    number: int
    url: str


def needs() -> list[Need]:
    """What needs attention now, with nothing where all is well. Five queries."""
    day, now = timezone.localdate(), timezone.now()
    after = statistics.looked_after(day)
    index = reverse(f"{NAMESPACE}:index")
    found = [
        Need(
            _("without anybody who leads them"),
            statistics.without_leader(after, day).count(),
            f"{index}?lacks=leader",
        ),
        Need(
            _("with fewer than two who can log in"),
            statistics.without_second_log_in(after, day).count(),
            f"{index}?lacks=second_log_in",
        ),
        Need(
            _("with an invitation unanswered for a week"),
            statistics.with_unanswered_invitation(after, now).count(),
            f"{index}?lacks=invitation",
        ),
        Need(
            _("with a request for access without an answer"),
            statistics.with_undecided_request(after).count(),
            f"{index}?lacks=request",
        ),
        Need(
            _("not confirmed, so known to staff alone"),
            MemberOrganisation.objects.here_on(day).filter(confirmed_at=None).count(),
            f"{index}?confirmed=no&membership=here",
        ),
    ]
    return [need for need in found if need.number]


class OrganisationsPanel(Component):  # type: ignore[misc]
    """Numbers that lead to the lists; the longest-waiting invitations and requests."""

    name = "organisations"
    template_name = "memberorgs/admin/desk.html"
    order = 160

    def render_html(self, parent_context: Any = None) -> Any:
        if not is_staff(parent_context["request"].user):
            return ""
        return super().render_html(parent_context)

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        now = timezone.now()
        invitations = Invitation.objects.waiting_long(now).select_related("organisation")
        requests = AccessRequest.objects.undecided().select_related("organisation")
        return {
            "needs": needs(),
            "invitations": invitations.order_by("sent_at", "pk")[:MOST_LINES],
            "requests": requests.order_by("asked_at", "pk")[:MOST_LINES],
        }

"""What images, documents and site facts hold about people."""

from django.utils.translation import gettext_lazy as _

from foundation.audit.personal_data import by_number, exempt

WHY = _("The file belongs to the pages. The number stays, the name goes with you.")

HOLDINGS = (
    by_number(
        "content.PortalImage",
        "uploaded_by_user",
        title=_("Images that you uploaded"),
        shown=("created_at",),
        why_kept=WHY,
    ),
    by_number(
        "content.PortalDocument",
        "uploaded_by_user",
        title=_("Documents that you uploaded"),
        shown=("created_at",),
        why_kept=WHY,
    ),
)


def register_exemptions() -> None:
    exempt(
        "content.SiteFacts",
        *("name", "address", "phone", "email", "press_phone", "press_email"),
        why="the organisation's own, and public",
    )

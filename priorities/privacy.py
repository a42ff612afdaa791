"""What the tables of the plan hold about people: numbers of those who typed it in."""

from django.utils.translation import gettext_lazy as _

from foundation.audit.personal_data import by_number

WHY = _("Who put it in is part of the plan's history. The number stays, the name goes with you.")

HOLDINGS = (
    by_number(
        "priorities.PlanImport",
        "uploaded_by",
        "imported_by",
        title=_("Plans that you read in"),
        why_kept=WHY,
    ),
    by_number(
        "priorities.StatusChange",
        "typed_by",
        "locked_by",
        title=_("Statuses that you typed in or locked"),
        shown=("priority", "decided_on"),
        why_kept=WHY,
    ),
    by_number(
        "priorities.Milestone",
        "locked_by",
        title=_("Milestones that you locked"),
        shown=("priority",),
        why_kept=WHY,
    ),
    by_number(
        "priorities.Indicator",
        "locked_by",
        title=_("Indicators that you locked"),
        shown=("priority",),
        why_kept=WHY,
    ),
    by_number(
        "priorities.Correction",
        "corrected_by",
        title=_("Corrections that you made"),
        shown=("corrected_at",),
        why_kept=WHY,
    ),
)

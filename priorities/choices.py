"""Fixed choices of the action plan."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SectionKind(models.TextChoices):
    """What a section of the plan is about; `read_plan` decides it from the heading."""

    POLITICAL = "political", _("political")
    ORGANISATIONAL = "organisational", _("organisational")
    OTHER = "other", _("other")


class ImportChannel(models.TextChoices):
    """Through which door a document came in."""

    ADMIN = "admin", _("the editors' admin")
    COMMAND = "command", _("the command line")


class Status(models.TextChoices):
    """How a priority goes, on a fixed scale. Words and icons: docs/glossary.md."""

    NOT_STARTED = "not_started", _("Not started")
    UNDER_WAY = "under_way", _("Under way")
    PARTLY = "partly", _("Partly won")
    WON = "won", _("Won")
    BEHIND = "behind", _("Behind plan")
    PAUSED = "paused", _("Paused")
    LOST = "lost", _("Lost")
    CANNOT_JUDGE = "cannot_judge", _("Cannot be judged")


# What a status says about the work, in public.
STATUS_DEFINITIONS = {
    Status.NOT_STARTED: _("The work has not begun."),
    Status.UNDER_WAY: _("The work goes on as planned."),
    Status.PARTLY: _("We have got part of what we asked for, in a decision that can be shown."),
    Status.WON: _(
        "What the priority asks for is decided, or for organisational priorities: it is done."
    ),
    Status.BEHIND: _("The work is later than planned, and we say why."),
    Status.PAUSED: _("The work rests until something else is settled, and we say what."),
    Status.LOST: _("Those who decide have said no, or we did not get it done."),
    Status.CANNOT_JUDGE: _("We do not know enough to say, and we say why."),
}
NEEDS_CAUSE = frozenset({Status.PARTLY, Status.BEHIND, Status.PAUSED, Status.LOST})
# What a plan has brought so far.
GIVES_RESULT = frozenset({Status.PARTLY, Status.WON})
# The class and icon of a status in the style sheet.
STATUS_MARKS = {
    Status.NOT_STARTED: "none",
    Status.UNDER_WAY: "go",
    Status.PARTLY: "part",
    Status.WON: "win",
    Status.BEHIND: "late",
    Status.PAUSED: "pause",
    Status.LOST: "lost",
    Status.CANNOT_JUDGE: "unknown",
}
# The order in which sums of statuses are shown.
STATUS_ORDER = (
    Status.WON,
    Status.PARTLY,
    Status.UNDER_WAY,
    Status.BEHIND,
    Status.PAUSED,
    Status.LOST,
    Status.CANNOT_JUDGE,
    Status.NOT_STARTED,
)


class Cause(models.TextChoices):
    """Why a priority is behind, partly won, paused or lost."""

    MAJORITY = "majority", _("The majority wanted otherwise")
    COMPROMISE = "compromise", _("It became a compromise")
    OTHERS = "others", _("Waits for others to decide")
    CAPACITY = "capacity", _("Too little time or too few people")
    MONEY = "money", _("Money")
    KNOWLEDGE = "knowledge", _("Knowledge is lacking")
    CIRCUMSTANCES = "circumstances", _("Circumstances have changed")
    PRIORITISED = "prioritised", _("Other work came first")


class DecidedBy(models.TextChoices):
    """The body that decided a status; not the person who typed it."""

    EXECUTIVE_COMMITTEE = "executive_committee", _("the executive committee")
    NATIONAL_BOARD = "national_board", _("the national board")
    GENERAL_ASSEMBLY = "general_assembly", _("the general assembly")
    SECRETARIAT = "secretariat", _("the secretariat")


class Direction(models.TextChoices):
    """Which way an indicator should move."""

    UP = "up", _("up")
    DOWN = "down", _("down")


class MilestoneState(models.TextChoices):
    """Computed from the dates of a milestone, never stored."""

    DONE = "done", _("Done")
    LATE = "late", _("Late")
    DUE = "due", _("Due soon")
    UPCOMING = "upcoming", _("Upcoming")

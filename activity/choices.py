"""Kinds of what is logged, and what each kind chooses among."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class EntryKind(models.TextChoices):
    """What an entry tells of. Contacts are rows of `lobbying`."""

    RECRUITMENT = "recruitment", _("recruitment")
    TURNOUT = "turnout", _("turnout")
    ROUTINE = "routine", _("routine")
    OTHER = "other", pgettext_lazy("entry", "other")


class LogKind(models.TextChoices):
    """Everything that the log holds; the value stands in addresses."""

    LOBBYING = "pavirkning", _("contact with parties and others who decide")
    RECRUITMENT = "rekruttering", _("recruitment")
    TURNOUT = "valgoppslutning", _("turnout")
    ROUTINE = "rutine", _("routine")
    OTHER = "annet", pgettext_lazy("entry", "other")


LOG_KINDS = {
    EntryKind.RECRUITMENT: LogKind.RECRUITMENT,
    EntryKind.TURNOUT: LogKind.TURNOUT,
    EntryKind.ROUTINE: LogKind.ROUTINE,
    EntryKind.OTHER: LogKind.OTHER,
}


class RecruitmentWay(models.TextChoices):
    """What was done to find candidates."""

    STAND = "stand", pgettext_lazy("recruitment", "stand")
    VISIT = "visit", _("visit to a class or group")
    CAMPAIGN = "campaign", _("campaign")
    EVENT = "event", _("event")
    COURSE = "course", _("course or introduction")
    DIRECT = "direct", _("asked people directly")
    OTHER = "other", pgettext_lazy("recruitment", "something else")


class ElectionForm(models.TextChoices):
    """How a student democracy elects."""

    DIRECT = "direct", _("direct election")
    INDIRECT = "indirect", _("indirect election")
    MEETING = "meeting", pgettext_lazy("student election", "general meeting")


class RoutineTopic(models.TextChoices):
    STATUTES = "statutes", _("statutes")
    WHEEL = "wheel", _("year's wheel")
    HANDOVER = "handover", pgettext_lazy("routine", "handover")
    ARCHIVE = "archive", _("archive")
    FINANCE = "finance", _("finance")
    ELECTION_RULES = "election_rules", _("election rules")
    WHISTLEBLOWING = "whistleblowing", _("whistleblowing")
    OWN = "own", _("one of our own")


class RoutineState(models.TextChoices):
    HAVE = "have", pgettext_lazy("routine", "We have it")
    UNDER_WAY = "under_way", pgettext_lazy("routine", "Under way")
    MISSING = "missing", pgettext_lazy("routine", "We don't have it")


class HelpTopic(models.TextChoices):
    """What an organisation asks NSO for help with."""

    LOBBYING = "lobbying", _("influencing parties locally")
    RECRUITMENT = "recruitment", _("recruitment")
    TURNOUT = "turnout", _("turnout in student elections")
    ROUTINES = "routines", _("routines and statutes")
    CASE = "case", _("a political matter")
    PORTAL = "portal", _("the portal")
    OTHER = "other", pgettext_lazy("help", "something else")


class HelpOwner(models.TextChoices):
    """Who at NSO answers: a role, not a person."""

    SECRETARIAT = "secretariat", _("the secretariat")
    LEADER = "leader", _("NSO's president")
    POLITICS = "politics", _("the executive committee's political officers")
    ORGANISATION = "organisation", _("the executive committee's organisational officer")

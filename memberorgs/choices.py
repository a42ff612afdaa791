"""Roles, kinds and states of people and member organisations."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RoleGroup(models.TextChoices):
    """Names of `auth.Group` rows. Rights of member organisations come from terms, not groups."""

    EDITOR = "Redaktører"
    PUBLISHER = "Godkjennere"
    STAFF = "Sekretariat"
    INSIGHT = "Innsyn"


class OrganisationKind(models.TextChoices):
    """What an organisation's students study at; or no member, but a partner of members."""

    UNIVERSITY = "university", _("at a university")
    SPECIALISED = "specialised_university", _("at a specialised university")
    COLLEGE = "university_college", _("at a university college")
    PRIVATE = "private", _("at a private college")
    ART = "art", _("at a college of art")
    THEOLOGICAL = "theological", _("at a theological college")
    POLICE = "police", _("at the police college")
    MILITARY = "military", _("at a military college")
    PARTNER = "partner", _("partner, not a member")


class ElectsIn(models.TextChoices):
    """When the student body is usually elected."""

    SPRING = "spring", _("spring")
    AUTUMN = "autumn", _("autumn")
    UNKNOWN = "unknown", pgettext_lazy("season", "not known")


class Confidence(models.TextChoices):
    """How sure a figure or a fact is; the words of docs/data.md."""

    SOURCED = "sourced", _("a public source says so")
    COMPUTED = "computed", _("worked out from a rule")
    INFERRED = "inferred", _("not confirmed")
    ESTIMATE = "estimate", _("a round number")
    DEMO = "demo", _("written for the demo")


class SocialService(models.TextChoices):
    INSTAGRAM = "instagram", "Instagram"
    FACEBOOK = "facebook", "Facebook"
    TIKTOK = "tiktok", "TikTok"
    LINKEDIN = "linkedin", "LinkedIn"
    YOUTUBE = "youtube", "YouTube"
    OTHER = "other", _("other")


class SuccessionKind(models.TextChoices):
    MERGER = "merger", _("merged into")
    SPLIT = "split", _("split off as")


class Role(models.TextChoices):
    """What a term lets one do; each may what those before it may."""

    READER = "reader", _("reader")
    REPORTER = "reporter", _("reporter")
    LEADER = "leader", _("leader")


# Who may log activity, and write and submit reports.
WRITING = frozenset({Role.REPORTER, Role.LEADER})
RANK = {role: place for place, role in enumerate(Role)}


class RequestDecision(models.TextChoices):
    CONFIRMED = "confirmed", _("confirmed")
    REFUSED = "refused", _("not confirmed")


class AddressCheck(models.TextChoices):
    """How staff made sure who asks for another address."""

    CALLED = "called", _("We called the person on a number that we knew before")
    MET = "met", _("We have met the person")
    LEADER = "leader", _("A leader of the organisation confirmed it")
    MINUTES = "minutes", _("The organisation's own page or minutes show the address")


class HandoverStart(models.TextChoices):
    """Why a handover began."""

    TERM_ENDS = "term_ends", _("the last leader's term ends soon")
    ELECTION = "election", _("there has been an election")
    BUTTON = "button", _("somebody began it")


class HandoverItem(models.TextChoices):
    """What is good to have done before the old ones leave. Never blocks anything."""

    SUCCESSOR = "successor", _("The successor is invited")
    SECOND_LOGIN = "second_login", _("At least two have a log-in")
    FACTS = "facts", _("The mailbox and the facts about the organisation are right")
    ARCHIVE = "archive", _("Archive, agreements and routines are passed on")
    MEETING = "meeting", _("Old and new have met")


class DateKind(models.TextChoices):
    """What a date in the year's wheel is about."""

    ELECTION = "election", _("election")
    PARTIES = "parties", _("the parties")
    BUDGET = "budget", _("budgets")
    NSO = "nso", "NSO"
    STUDENT_ELECTION = "student_election", _("student elections")
    STUDY_START = "study_start", _("start of studies")
    PUBLIC_HOLIDAY = "public_holiday", _("public holiday")
    QUIET = "quiet", _("exams and holidays")


class OwnDateKind(models.TextChoices):
    """Dates that an organisation sets itself."""

    ELECTION = "election", _("our student election")
    GENERAL_MEETING = "general_meeting", _("our general meeting")
    MEETING = "meeting", _("a meeting")
    DEADLINE = "deadline", _("a deadline")
    OTHER = "other", pgettext_lazy("date", "something else")

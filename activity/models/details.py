"""What belongs to one kind of entry. Numbers are four-valued; what follows is computed."""

from decimal import ROUND_HALF_UP, Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from activity.choices import ElectionForm, RecruitmentWay, RoutineState, RoutineTopic
from activity.models.entries import Entry
from activity.semesters import Semester
from foundation.intake.columns import AnswerColumn, Counted, NumberColumn, count_constraint
from foundation.intake.numbers import Count


def share(part: Count, whole: Count, *, digits: str = "0.1") -> Decimal | None:
    """Per cent, rounded to one decimal; None unless both are numbers and the whole is not 0."""
    if part.number is None or not whole.number:
        return None
    value = Decimal(100) * part.number / whole.number
    return value.quantize(Decimal(digits), ROUND_HALF_UP)


def ratio(part: Count, whole: Count) -> Decimal | None:
    """How many of `part` there are for each of `whole`, to one decimal; None as `share`."""
    if part.number is None or not whole.number:
        return None
    return (Decimal(part.number) / whole.number).quantize(Decimal("0.1"), ROUND_HALF_UP)


class Recruitment(models.Model):
    """Work to find people for offices, and how many candidates and offices there are."""

    entry = models.OneToOneField(Entry, models.CASCADE, primary_key=True)
    way = models.CharField(_("what was done"), max_length=20, choices=RecruitmentWay)
    place = models.CharField(_("where"), max_length=120, blank=True)
    offices = models.CharField(_("for which offices"), max_length=255, blank=True)
    open_number = NumberColumn(_("offices to fill"))
    open_answer = AnswerColumn(_("offices to fill: kind of answer"))
    filled_number = NumberColumn(_("offices filled"))
    filled_answer = AnswerColumn(_("offices filled: kind of answer"))
    candidates_number = NumberColumn(_("candidates"))
    candidates_answer = AnswerColumn(_("candidates: kind of answer"))
    reached_number = NumberColumn(_("people reached"))
    reached_answer = AnswerColumn(_("people reached: kind of answer"))
    interested_number = NumberColumn(_("people interested"))
    interested_answer = AnswerColumn(_("people interested: kind of answer"))

    open = Counted("open")
    filled = Counted("filled")
    candidates = Counted("candidates")
    reached = Counted("reached")
    interested = Counted("interested")
    COUNTS: ClassVar[tuple[str, ...]] = ("open", "filled", "candidates", "reached", "interested")

    class Meta:
        verbose_name = _("recruitment")
        verbose_name_plural = _("recruitment")
        default_permissions: ClassVar[tuple[str, ...]] = ()
        constraints: ClassVar[list[models.BaseConstraint]] = [
            count_constraint("open", name="recruitment_open"),
            count_constraint("filled", name="recruitment_filled"),
            count_constraint("candidates", name="recruitment_candidates"),
            count_constraint("reached", name="recruitment_reached"),
            count_constraint("interested", name="recruitment_interested"),
            models.CheckConstraint(
                condition=Q(filled_number=None)
                | Q(open_number=None)
                | Q(filled_number__lte=F("open_number")),
                name="recruitment_filled_of_open",
                violation_error_message=_("No more offices can be filled than there are."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_way_display())

    @property
    def vacant(self) -> int | None:
        """Offices that nobody was found for; None unless both numbers are known."""
        if self.open.number is None or self.filled.number is None:
            return None
        return self.open.number - self.filled.number

    @property
    def candidates_per_office(self) -> Decimal | None:
        """None unless both numbers are known and there are offices."""
        return ratio(self.candidates, self.open)


class Turnout(models.Model):
    """An election to a student parliament or council: how many could vote, and did."""

    entry = models.OneToOneField(Entry, models.CASCADE, primary_key=True)
    form = models.CharField(_("kind of election"), max_length=20, choices=ElectionForm)
    semester = models.CharField(
        _("semester"), max_length=5, help_text=_("The year, and v for spring or h for autumn.")
    )
    eligible_number = NumberColumn(_("people who could vote"))
    eligible_answer = AnswerColumn(_("people who could vote: kind of answer"))
    votes_number = NumberColumn(_("people who voted"))
    votes_answer = AnswerColumn(_("people who voted: kind of answer"))
    candidates_number = NumberColumn(_("candidates"))
    candidates_answer = AnswerColumn(_("candidates: kind of answer"))
    seats_number = NumberColumn(_("seats"))
    seats_answer = AnswerColumn(_("seats: kind of answer"))
    contested_number = NumberColumn(_("contested seats"))
    contested_answer = AnswerColumn(_("contested seats: kind of answer"))
    break_note = models.CharField(
        _("why it can't be compared with earlier elections"), max_length=255, blank=True
    )

    eligible = Counted("eligible")
    votes = Counted("votes")
    candidates = Counted("candidates")
    seats = Counted("seats")
    contested = Counted("contested")
    COUNTS: ClassVar[tuple[str, ...]] = ("eligible", "votes", "candidates", "seats", "contested")

    class Meta:
        verbose_name = _("turnout")
        verbose_name_plural = _("turnouts")
        default_permissions: ClassVar[tuple[str, ...]] = ()
        constraints: ClassVar[list[models.BaseConstraint]] = [
            count_constraint("eligible", name="turnout_eligible"),
            count_constraint("votes", name="turnout_votes"),
            count_constraint("candidates", name="turnout_candidates"),
            count_constraint("seats", name="turnout_seats"),
            count_constraint("contested", name="turnout_contested"),
            models.CheckConstraint(
                condition=Q(votes_number=None)
                | Q(eligible_number=None)
                | Q(votes_number__lte=F("eligible_number")),
                name="turnout_votes_of_eligible",
                violation_error_message=_("No more people can have voted than could vote."),
            ),
            models.CheckConstraint(
                condition=Q(contested_number=None)
                | Q(seats_number=None)
                | Q(contested_number__lte=F("seats_number")),
                name="turnout_contested_of_seats",
                violation_error_message=_("No more seats can be contested than there are."),
            ),
            models.CheckConstraint(
                condition=Q(semester__regex=r"^(19|20|21)[0-9][0-9][vh]$"),
                name="turnout_semester_known",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["semester"], name="turnout_semester"),
        ]

    def __str__(self) -> str:
        return f"{self.get_form_display()}, {self.semester}"

    @property
    def share(self) -> Decimal | None:
        """Per cent of those who could vote; None unless both numbers are known."""
        return share(self.votes, self.eligible)

    @property
    def candidates_per_seat(self) -> Decimal | None:
        """None unless both numbers are known and there are seats."""
        return ratio(self.candidates, self.seats)

    @property
    def when(self) -> Semester | None:
        return Semester.read(self.semester)


class Routine(models.Model):
    """Where an organisation stands with one of its routines, on the day of the entry."""

    entry = models.OneToOneField(Entry, models.CASCADE, primary_key=True)
    topic = models.CharField(_("which routine"), max_length=20, choices=RoutineTopic)
    own_name = models.CharField(_("what you call it"), max_length=80, blank=True)
    state = models.CharField(_("how it stands"), max_length=20, choices=RoutineState)
    reviewed_on = models.DateField(_("last reviewed"), null=True, blank=True)
    link = models.URLField(_("where it lies"), max_length=500, blank=True)
    may_be_shared = models.BooleanField(
        _("may be shared as a template with other organisations"), default=False
    )

    class Meta:
        verbose_name = _("routine")
        verbose_name_plural = _("routines")
        default_permissions: ClassVar[tuple[str, ...]] = ()
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~Q(topic=RoutineTopic.OWN) | ~Q(own_name=""),
                name="routine_of_its_own_has_a_name",
                violation_error_message=_("Write what you call the routine."),
            ),
            models.CheckConstraint(
                condition=Q(topic=RoutineTopic.OWN) | Q(own_name=""),
                name="routine_of_others_has_no_name",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.get_state_display()}"

    @property
    def name(self) -> str:
        return self.own_name or str(self.get_topic_display())

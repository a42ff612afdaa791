"""What parties have answered to demands."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Case, Count, F, IntegerField, Q, Value, When, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _

from lobbying.choices import STRENGTH, Grade, Reply
from lobbying.models.contacts import ContactParty
from lobbying.models.elections import Demand, Election
from lobbying.places import Place

# One party's word on one demand; lists without a row of their own are told apart by their name.
ONE_CELL = ("asked__party", "asked__list_name", "demand")


class AnswerQuerySet(models.QuerySet["Answer"]):
    def there(self) -> Self:
        """Of contacts that were not taken away."""
        return self.filter(asked__contact__removed_at=None)

    def in_place(self, place: Place) -> Self:
        return self.filter(**place.filter("asked__contact__"))

    def to(self, election: Election) -> Self:
        return self.filter(demand__election=election)

    def with_strength(self) -> Self:
        """Each with `strength`: 0 for no answer, 1 (said) to 4 (voted)."""
        return self.annotate(
            strength=Case(
                *(When(grade=grade, then=Value(place)) for grade, place in STRENGTH.items()),
                default=Value(0),
                output_field=IntegerField(),
            )
        )

    def leading(self) -> Self:
        """Of one place: of each party and demand the strongest answer, and the latest.

        Each has `by_strength` and `by_day` (1: it leads), and `told` (answers in its cell). The
        strongest is the latest among equally strong ones: a weaker one never replaces it. No
        answer counts as later than none.
        """
        latest = (
            F("asked__contact__day").desc(),
            F("asked__contact__logged_at").desc(),
            F("pk").desc(),
        )
        cell = [F(name) for name in ONE_CELL]
        ranked = self.with_strength().annotate(
            by_strength=Window(
                RowNumber(), partition_by=cell, order_by=[F("strength").desc(), *latest]
            ),
            by_day=Window(RowNumber(), partition_by=cell, order_by=list(latest)),
            told=Window(Count("pk"), partition_by=cell),
        )
        return ranked.filter(Q(by_strength=1) | Q(by_day=1))


class Answer(models.Model):
    """What a party said to a demand in one contact. No row: it was not asked there."""

    asked = models.ForeignKey(
        ContactParty, models.CASCADE, related_name="answers", verbose_name=_("party")
    )
    demand = models.ForeignKey(
        Demand, models.PROTECT, related_name="answers", verbose_name=_("demand")
    )
    answer = models.CharField(_("answer"), max_length=10, choices=Reply)
    grade = models.CharField(_("how binding"), max_length=10, choices=Grade, blank=True)
    evidence = models.CharField(
        _("evidence"),
        max_length=255,
        blank=True,
        help_text=_("Where it stands: a link, or the case and page."),
    )

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering: ClassVar[list[str]] = ["asked", "demand"]
        default_permissions: ClassVar[tuple[str, ...]] = ("view",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["asked", "demand"], name="answer_once_per_demand"),
            models.CheckConstraint(
                condition=Q(answer=Reply.NO_ANSWER, grade="")
                | (~Q(answer=Reply.NO_ANSWER) & ~Q(grade="")),
                name="answer_has_a_grade",
                violation_error_message=_("Say how binding the answer is."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_answer_display())

"""What parties have answered to demands."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Case, Count, F, Func, Max, Q, QuerySet, Value, When
from django.db.models.sql.compiler import SQLCompiler
from django.utils.translation import gettext_lazy as _

from lobbying.choices import STRENGTH, Grade, Reply
from lobbying.models.contacts import ContactParty
from lobbying.models.elections import Demand
from lobbying.places import Place

# One party's word on one demand; lists without a row of their own are told apart by their name.
ONE_CELL = ("asked__party", "asked__list_name", "demand")
# Of the number of an answer, where it stands at the end of what sorts.
DIGITS = 19


class AnswerQuerySet(models.QuerySet["Answer"]):
    def there(self) -> Self:
        """Of contacts that were not taken away."""
        return self.filter(asked__contact__removed_at=None)

    def in_place(self, place: Place) -> Self:
        return self.filter(**place.filter("asked__contact__"))

    def leading(self) -> "QuerySet[Answer, dict[str, Any]]":
        """Of one place, for each party and demand: how many answers (`told`), and which leads.

        `strongest` and `latest` end in the number of that answer (`number_in`). The strongest is
        the latest among equally strong ones: a weaker one never replaces it. No answer counts as
        later than none.

        One pass over the rows. To rank them all by window functions takes ten times as long.
        """
        strength = Case(
            *(When(grade=grade, then=Value(str(place))) for grade, place in STRENGTH.items()),
            default=Value("0"),
        )
        when = (F("asked__contact__day"), F("asked__contact__logged_at"), F("pk"))
        return (
            self.order_by()
            .values(*ONE_CELL)
            .annotate(
                told=Count("pk"),
                strongest=Max(_InOrder(strength, *when)),
                latest=Max(_InOrder(Value(""), *when)),
            )
        )


def number_in(leader: str) -> int:
    """The number of the answer that `AnswerQuerySet.leading` found."""
    return int(leader[-DIGITS:])


class _InOrder(Func):
    """A text, a day, a moment and a number as one text, which sorts as they do."""

    output_field = models.TextField()

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *args: Any, **context: Any
    ) -> tuple[str, tuple[Any, ...]]:
        parts: list[str] = []
        values: list[Any] = []
        for expression in self.get_source_expressions():
            sql, given = compiler.compile(expression)
            parts.append(sql)
            values.extend(given)
        first, day, moment, number = parts
        if connection.vendor == "postgresql":
            # Digits alone, which sort alike in every collation.
            day = f"to_char({day}, 'YYYYMMDD')"
            moment = f"to_char({moment} AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS')"
            last = f"lpad(({number})::text, {DIGITS}, '0')"
        else:
            # A moment may end in a fraction: a space comes before its point.
            last = f"' ' || substr('{'0' * DIGITS}' || {number}, -{DIGITS})"
        return f"({first} || {day} || {moment} || {last})", tuple(values)


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

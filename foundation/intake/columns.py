"""A four-valued number as two columns that a constraint holds together.

    class Turnout(models.Model):
        votes_number = NumberColumn(_("votes"))
        votes_answer = AnswerColumn(_("votes: kind of answer"))
        votes = Counted("votes")

        class Meta:
            constraints = [count_constraint("votes", name="turnout_votes")]

`Sum("votes_number")` then leaves out what is no number, and counting by `votes_answer` tells how
many those are.
"""

from typing import Any, overload

from django.db import models
from django.db.models import Q

from foundation.intake.numbers import Answer, Count


class NumberColumn(models.PositiveIntegerField):  # type: ignore[type-arg]
    """The number, or NULL where the answer is none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"null": True, "blank": True, "editable": False, **kwargs})


class AnswerColumn(models.CharField):  # type: ignore[type-arg]
    """Which of the four it is; empty means that nobody has answered."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        fixed = {
            "max_length": 20,
            "choices": Answer.choices,
            "blank": True,
            "default": "",
            "editable": False,
        }
        super().__init__(*args, **{**fixed, **kwargs})


class Counted:
    """Reads and writes the two columns `<name>_number` and `<name>_answer` as one `Count`."""

    def __init__(self, name: str) -> None:
        self._number, self._answer = f"{name}_number", f"{name}_answer"

    @overload
    def __get__(self, row: None, model: type[models.Model]) -> "Counted": ...
    @overload
    def __get__(self, row: models.Model, model: type[models.Model]) -> Count: ...
    def __get__(self, row: models.Model | None, model: type[models.Model]) -> "Count | Counted":
        if row is None:
            return self
        return Count(Answer(getattr(row, self._answer)), getattr(row, self._number))

    def __set__(self, row: models.Model, count: Count) -> None:
        setattr(row, self._number, count.number)
        setattr(row, self._answer, str(count.answer))


def count_constraint(field: str, *, name: str) -> models.CheckConstraint:
    """That `<field>_number` is there exactly where `<field>_answer` says so, and the latter is one
    of the four."""
    number, answer = f"{field}_number", f"{field}_answer"
    without = [str(one) for one in Answer if one != Answer.NUMBER]
    return models.CheckConstraint(
        condition=Q(**{answer: str(Answer.NUMBER), f"{number}__gte": 0})
        | Q(**{f"{answer}__in": without, f"{number}__isnull": True}),
        name=name,
    )

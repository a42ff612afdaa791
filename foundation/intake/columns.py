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

from typing import Any

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


class Counted(property):
    """Reads and writes the two columns `<name>_number` and `<name>_answer` as one `Count`.

    A property, so that `Turnout(votes=…)` and `create(votes=…)` know it too.
    """

    def __init__(self, name: str) -> None:
        number, answer = f"{name}_number", f"{name}_answer"

        def read(row: models.Model) -> Count:
            return Count(Answer(getattr(row, answer)), getattr(row, number))

        def write(row: models.Model, count: Count) -> None:
            setattr(row, number, count.number)
            setattr(row, answer, str(count.answer))

        super().__init__(read, write)


def count_constraint(field: str, *, name: str) -> models.CheckConstraint:
    """That `<field>_number` is there exactly where `<field>_answer` says so, and the latter is one
    of the four."""
    number, answer = f"{field}_number", f"{field}_answer"
    without = [str(one) for one in Answer if one != Answer.NUMBER]
    return models.CheckConstraint(
        # NULL ≥ 0 is neither true nor false, and a check lets pass what is not false.
        condition=Q(**{answer: str(Answer.NUMBER), f"{number}__isnull": False, f"{number}__gte": 0})
        | Q(**{f"{answer}__in": without, f"{number}__isnull": True}),
        name=name,
    )

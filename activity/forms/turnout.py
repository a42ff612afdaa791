"""An election to a student parliament or council."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from activity.choices import ElectionForm, LogKind
from activity.forms.base import to_choose
from activity.forms.entries import EntryForm
from activity.models import Entry, Turnout
from activity.semesters import Semester
from activity.turnout import elections_of
from foundation.intake.fields import CountField
from foundation.intake.numbers import Count
from foundation.intake.plausibility import QUESTION, check_at_most, unlike_last_time
from memberorgs.access import Standing

# Semesters to choose among; the form takes older ones too.
SHOWN = 10


class SemesterField(forms.ChoiceField):
    """Cleans to a code of `Semester`, from 1990 to the present one."""

    default_error_messages = {
        "required": _("Choose in which semester it was."),
        "invalid_choice": _("Choose one of the semesters."),
        "future": _("This semester has not begun."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.choices = self.shown

    def shown(self) -> list[tuple[str, str]]:
        one = Semester.of(timezone.localdate())
        found = []
        for _place in range(SHOWN):
            found.append((one.code, str(one).capitalize()))
            one = one.before
        return found

    def with_also(self, code: str) -> None:
        """Shows an older one too."""
        found, asked = self.shown(), Semester.read(code)
        if asked is not None and code not in dict(found):
            found.append((code, str(asked).capitalize()))
        self.choices = found

    def valid_value(self, value: Any) -> bool:
        found = Semester.read(str(value))
        if found is not None and found > Semester.of(timezone.localdate()):
            raise ValidationError(self.error_messages["future"], code="future")
        return found is not None and found.year >= 1990


class TurnoutForm(EntryForm):
    kind = LogKind.TURNOUT
    first = ("form", "day", "semester", "campus", "eligible", "votes")
    more = (
        "candidates", "seats", "contested", "break_note", "text", "note", "files", "priorities",
        "may_be_told",
    )  # fmt: skip
    may_ask = ("day", "semester", "eligible", "votes")

    form = forms.ChoiceField(
        label=_("What kind of election?"),
        choices=lambda: to_choose(ElectionForm),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what kind of election it was.")},
    )
    semester = SemesterField(label=_("Semester"))
    eligible = CountField(label=_("How many could vote?"), required=False)
    votes = CountField(label=_("How many voted?"), required=False)
    candidates = CountField(label=_("Candidates"), required=False)
    seats = CountField(label=_("Seats"), required=False)
    contested = CountField(
        label=_("Contested seats"),
        required=False,
        help_text=_("Seats that more than one person stood for."),
    )
    break_note = forms.CharField(
        label=_("Can't it be compared with earlier elections? Write why."),
        required=False,
        max_length=255,
        help_text=_("For example a merger or a new way of voting. A new series begins then."),
    )
    text = forms.CharField(
        label=_("Tell more"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        semester: Any = self.fields["semester"]
        semester.with_also(str(self["semester"].value() or ""))

    def usual(self, at: Standing) -> dict[str, Any]:
        return super().usual(at) | {"semester": Semester.of(timezone.localdate()).code}

    def clean(self) -> dict[str, Any]:
        filled: dict[str, Any] = super().clean() or self.cleaned_data
        for part, whole, message in (
            ("votes", "eligible", _("No more people can have voted than could vote.")),
            ("contested", "seats", _("No more seats can be contested than there are.")),
        ):
            try:
                check_at_most(filled.get(part, Count()), filled.get(whole, Count()), message)
            except ValidationError as error:
                self.add_error(part, error)
        self._ask_about_the_day(filled)
        if {"form", "semester"} <= filled.keys():
            # A question takes its field out of what is cleaned: the semester's comes last.
            self._ask_about_last_time(filled)
            self._ask_whether_it_is_logged(filled)
        return filled

    def _ask_about_the_day(self, filled: dict[str, Any]) -> None:
        day, code = filled.get("day"), filled.get("semester")
        if day is None or code is None or Semester.of(day).code == code:
            return
        question = ValidationError(
            _("This day is in the %(semester)s. Is it right? Then write why."),
            code=QUESTION,
            params={"semester": str(Semester.of(day))},
        )
        self.ask("day", question)

    @cached_property
    def _before(self) -> list[Turnout]:
        """Of the same campus and form, the newest first; without the one that is changed."""
        filled = self.cleaned_data
        rows = elections_of(self.at.organisation).filter(
            form=filled["form"], entry__campus=filled.get("campus")
        )
        if isinstance(self.row, Entry):
            rows = rows.exclude(entry=self.row)
        return list(rows.order_by("-semester", "-entry__day", "-entry_id"))

    def _ask_whether_it_is_logged(self, filled: dict[str, Any]) -> None:
        same = [one for one in self._before if one.semester == filled["semester"]]
        if isinstance(self.row, Entry) and self._is_still_the_same(self.row, filled):
            # The one that was there first is not asked about the other.
            same = [one for one in same if one.entry_id < self.row.pk]
        if not same:
            return
        question = ValidationError(
            _("An election like this is logged for %(semester)s. Is this one more? Write which."),
            code=QUESTION,
            params={"semester": str(same[0].when)},
        )
        self.ask("semester", question)

    def _is_still_the_same(self, row: Entry, filled: dict[str, Any]) -> bool:
        was, campus = row.turnout, filled.get("campus")
        return (was.form, was.semester, row.campus_id) == (
            filled["form"], filled["semester"], campus.pk if campus else None,
        )  # fmt: skip

    def _ask_about_last_time(self, filled: dict[str, Any]) -> None:
        """Not where the series is broken: then nothing is like last time."""
        if filled.get("break_note"):
            return
        for name in ("eligible", "votes"):
            if name in filled:
                self.ask(name, unlike_last_time(filled[name], self._last(name)))

    def _last(self, name: str) -> Count:
        """The last number before this semester, back to where the series begins."""
        for one in self._before:
            if one.semester >= self.cleaned_data["semester"]:
                continue
            count: Count = getattr(one, name)
            if count.number is not None or one.break_note:
                return count
        return Count()

    def detail(self, filled: dict[str, Any]) -> Turnout:
        return Turnout(
            form=filled["form"],
            semester=filled["semester"],
            break_note=filled["break_note"],
            **{name: filled[name] for name in Turnout.COUNTS},
        )

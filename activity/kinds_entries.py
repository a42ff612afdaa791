"""The kinds with numbers and states of their own: recruitment, turnout and routines."""

from typing import Any

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.choices import EntryKind, LogKind
from activity.forms.recruitment import RecruitmentForm
from activity.forms.routine import RoutineForm
from activity.forms.turnout import TurnoutForm
from activity.kinds import EntryKindPages
from activity.models import Entry, Recruitment, Routine, Turnout
from activity.words import name_of
from foundation.intake.numbers import shown_percent

Told = list[tuple[str, Any]]


def _counts(detail: Recruitment | Turnout) -> dict[str, tuple[str, Any]]:
    """The numbers that somebody has answered, by name, each with its label."""
    found = {name: getattr(detail, name) for name in detail.COUNTS}
    return {name: (capfirst(name_of(name)), count) for name, count in found.items() if count}


class RecruitmentPages(EntryKindPages):
    slug, kind, form = LogKind.RECRUITMENT, EntryKind.RECRUITMENT, RecruitmentForm
    icon, words, heading = "people", gettext_lazy("Recruitment"), gettext_lazy("Log recruitment")
    hint = gettext_lazy("Candidates and offices")

    def initial_detail(self, detail: Recruitment) -> dict[str, Any]:
        return {
            "way": detail.way,
            "place": detail.place,
            "offices": detail.offices,
            **{name: getattr(detail, name) for name in detail.COUNTS},
        }

    def again(self, row: Entry) -> dict[str, Any]:
        """As many offices, and numbers of its own."""
        new = {"text"} | (_COUNTED[0] - {"open"})
        return {name: value for name, value in super().again(row).items() if name not in new}

    def headline(self, row: Entry) -> str:
        way, offices = row.recruitment.get_way_display(), row.recruitment.offices
        return capfirst(f"{way}: {offices}" if offices else str(way))

    def told_detail(self, detail: Recruitment) -> Told:
        counts = _counts(detail)
        told: Told = [
            (_("What was done"), capfirst(detail.get_way_display())),
            (_("For which offices"), detail.offices),
            (_("Where"), detail.place),
            *(counts[name] for name in ("open", "filled") if name in counts),
            (_("Offices left to fill"), detail.vacant),
            *(counts[name] for name in ("candidates",) if name in counts),
            (_("Candidates for each office"), detail.candidates_per_office),
            *(counts[name] for name in ("reached", "interested") if name in counts),
        ]
        return told


class TurnoutPages(EntryKindPages):
    slug, kind, form = LogKind.TURNOUT, EntryKind.TURNOUT, TurnoutForm
    icon, words, heading = "ballot", gettext_lazy("Turnout"), gettext_lazy("Log turnout")
    hint = gettext_lazy("An election with you")

    def initial_detail(self, detail: Turnout) -> dict[str, Any]:
        return {
            "form": detail.form,
            "semester": detail.semester,
            "break_note": detail.break_note,
            **{name: getattr(detail, name) for name in detail.COUNTS},
        }

    def again(self, row: Entry) -> dict[str, Any]:
        """The next election: as many could vote, the rest is new."""
        new = {"semester", "break_note", "text"} | (_COUNTED[1] - {"eligible", "seats"})
        return {name: value for name, value in super().again(row).items() if name not in new}

    def headline(self, row: Entry) -> str:
        named = f"{row.turnout.get_form_display()}, {row.turnout.when}"
        share = row.turnout.share
        return capfirst(f"{named}: {shown_percent(share)}" if share is not None else named)

    def told_detail(self, detail: Turnout) -> Told:
        counts, share = _counts(detail), detail.share
        return [
            (_("Kind of election"), capfirst(detail.get_form_display())),
            (_("Semester"), capfirst(str(detail.when))),
            *(counts[name] for name in ("eligible", "votes") if name in counts),
            (_("Turnout"), shown_percent(share) if share is not None else ""),
            *(counts[name] for name in ("candidates", "seats") if name in counts),
            (_("Candidates for each seat"), detail.candidates_per_seat),
            *(counts[name] for name in ("contested",) if name in counts),
            (_("Can't be compared with earlier elections"), detail.break_note),
        ]


class RoutinePages(EntryKindPages):
    slug, kind, form = LogKind.ROUTINE, EntryKind.ROUTINE, RoutineForm
    icon, words, heading = "list", gettext_lazy("Routine"), gettext_lazy("Log a routine")
    hint = gettext_lazy("Statutes, archive, year's wheel")

    @property
    def template(self) -> str:
        return "activity/routine_fields.html"

    def initial_detail(self, detail: Routine) -> dict[str, Any]:
        return {
            "topic": detail.topic,
            "own_name": detail.own_name,
            "state": detail.state,
            "reviewed_on": detail.reviewed_on,
            "link": detail.link,
            "may_be_shared": detail.may_be_shared,
        }

    def headline(self, row: Entry) -> str:
        return capfirst(str(row.routine))

    def told_detail(self, detail: Routine) -> Told:
        reviewed = detail.reviewed_on
        return [
            (_("Which routine"), capfirst(detail.name)),
            (_("How it stands"), detail.get_state_display()),
            (_("Last reviewed"), date_format(reviewed, "DATE_FORMAT") if reviewed else ""),
            (_("Where it lies"), detail.link),
            (_("May be shared as a template"), _("Yes") if detail.may_be_shared else _("No")),
        ]


_COUNTED = (set(Recruitment.COUNTS), set(Turnout.COUNTS))
PAGES = (RecruitmentPages(), TurnoutPages(), RoutinePages())

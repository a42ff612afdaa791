"""The form of a contact with parties and others who decide.

The demands follow the place and the counterpart, and the parties may have a set of answers each. So
the page may have to be shown once more before it is sent in (`is_step`), with all that was typed.
"""

from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from activity.choices import LogKind
from activity.forms import together
from activity.forms.answers import Asks, key_of
from activity.forms.base import LogForm
from activity.forms.contact_values import initial_of_contact, kept_answers, list_names
from foundation.intake.fields import DayField
from geography.models import Party
from lobbying import actions, parties, place_choice, who_asked
from lobbying.choices import (
    ANSWERS_DEMANDS,
    HAS_A_PLACE,
    HAS_PARTIES,
    ContactKind,
    Counterpart,
    Grade,
    Level,
    Reply,
)
from lobbying.facts import Asked, ContactFacts, Said
from lobbying.models import Contact, Demand
from lobbying.places import Place
from lobbying.who_asked import Before, Column
from memberorgs.access import Standing
from memberorgs.models import MemberOrganisation

# In the place of a number: no one kommune or fylke.
SEVERAL = "flere"
# Characters of a party's short name that three beside each other have no room for on a phone.
LONG = 5
# What stands under the grades.
WHERE_FROM = {
    Grade.SAID: pgettext_lazy("grade", "in the meeting"),
    Grade.WRITTEN: pgettext_lazy("grade", "e-mail, letter"),
    Grade.PROGRAMME: pgettext_lazy("grade", "adopted locally"),
    Grade.VOTE: pgettext_lazy("grade", "by the politicians"),
}
# Where the errors of `lobbying.actions` are mended.
AT_FIELD = {"asked": "party", "kommune": "place", "fylke": "place", "kind": "contact_kind"}


class ContactForm(LogForm):
    kind = LogKind.LOBBYING
    data: Any
    first = ("party", "place", "day", "contact_kind", "grade")
    more = (
        "next_step", "next_step_due", "note", "evidence", "together", "together_names", "files",
        "priorities", "may_be_told",
    )  # fmt: skip

    party = forms.MultipleChoiceField(
        label=_("Which party?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    counterpart = forms.ChoiceField(
        label=_("With whom?"), choices=Counterpart.choices, widget=forms.RadioSelect
    )
    place = forms.ChoiceField(
        label=_("Municipality or county"),
        error_messages={"required": _("Choose the municipality or county.")},
    )
    find_place = forms.CharField(label=_("Find by name"), required=False, max_length=80)
    contact_kind = forms.ChoiceField(label=_("What kind of contact?"))
    differ = forms.BooleanField(label=_("They answered differently"), required=False)
    grade = forms.ChoiceField(
        label=_("Where did you get the answer?"), choices=Grade.choices, widget=forms.RadioSelect
    )
    next_step = forms.CharField(
        label=_("What did you agree on?"),
        required=False,
        max_length=255,
        help_text=_("It stands among your tasks until it is done."),
    )
    next_step_due = DayField(label=_("To be done by"), required=False)
    evidence = forms.CharField(
        label=_("Where does the answer stand?"),
        required=False,
        max_length=255,
        help_text=_("A link, or the case and page."),
    )
    together = forms.ModelMultipleChoiceField(
        MemberOrganisation.objects.none(), label=_("Together with"), required=False
    )
    together_names = forms.CharField(
        label=_("Others that took part"),
        required=False,
        max_length=500,
        help_text=_("The name of the organisation. Several: put a semicolon between them."),
    )

    def __init__(
        self,
        at: Standing,
        data: Any = None,
        files: Any = None,
        *,
        initial: dict[str, Any] | None = None,
        row: Contact | None = None,
    ) -> None:
        self.was = initial_of_contact(row) if row is not None else {}
        self.kept = kept_answers(row) if row is not None else {}
        self.contact = row
        super().__init__(at, data, files, initial={**self.was, **(initial or {})}, row=row)
        if self.is_bound:
            # What was sought by name is filled in as chosen.
            self.data = self.data.copy()
        note: Any = self.fields["note"]
        note.help_text = _(
            "Only your own organisation reads it. NSO does not. Write no names of politicians."
        )
        kinds: Any = self.fields["contact_kind"]
        kinds.choices = [(one.value, capfirst(one.label)) for one in ContactKind]
        self._fill_parties()
        self._fill_place()
        self._fill_together()

    def usual(self, at: Standing) -> dict[str, Any]:
        if self.contact is not None:
            # What is changed says all of it.
            return {}
        return {
            **super().usual(at),
            "counterpart": Counterpart.PARTY,
            "contact_kind": ContactKind.MEETING,
            "grade": Grade.SAID,
        }

    def _fill_campuses(self) -> None:
        # The place says it.
        del self.fields["campus"]

    def _typed(self, name: str) -> Any:
        return self.data.get(name) if self.is_bound else self.initial.get(name)

    # Parties

    def _fill_parties(self) -> None:
        self.party_choice = parties.to_choose()
        plain = self.party_choice.plain
        for row in self.contact.asked.all() if self.contact is not None else ():
            if not row.list_name:
                plain.setdefault(row.party_id, row.party)
        self.plain = plain
        field: Any = self.fields["party"]
        field.choices = [(code, parties.name_of(party)) for code, party in plain.items()]
        for one in self.party_choice.lists:
            self.fields[f"list_{one.pk}"] = forms.CharField(
                label=parties.name_of(one), required=False, max_length=300
            )

    @cached_property
    def ticked(self) -> set[str]:
        """Codes of the parties that are ticked."""
        return set(map(str, self["party"].value() or ()))

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The parties that are ticked and the lists that are named, in their order."""
        found = [Column(party) for code, party in self.plain.items() if code in self.ticked]
        for one in self.party_choice.lists:
            names = list_names(self._typed(f"list_{one.pk}"))
            found += [Column(one, name) for name in names]
        return tuple(sorted(found, key=lambda column: column.place))

    @property
    def chips(self) -> list[tuple[Party, str, bool]]:
        """Each party in sight with its name, and whether it is ticked."""
        return self._ticks(self.party_choice.first)

    @property
    def chips_are_long(self) -> bool:
        return any(len(party.short_name) > LONG for party in self.party_choice.first)

    @property
    def other_chips(self) -> list[tuple[Party, str, bool]]:
        first = set(self.party_choice.first)
        return self._ticks(tuple(party for party in self.plain.values() if party not in first))

    def _ticks(self, rows: tuple[Party, ...]) -> list[tuple[Party, str, bool]]:
        return [(party, parties.name_of(party), party.pk in self.ticked) for party in rows]

    @property
    def list_fields(self) -> list[forms.BoundField]:
        return self._bound([f"list_{one.pk}" for one in self.party_choice.lists])

    @property
    def others_are_open(self) -> bool:
        shown = any(is_ticked for _party, _name, is_ticked in self.other_chips)
        return shown or any(bound.value() or bound.errors for bound in self.list_fields)

    # Whom and where

    @property
    def with_whom(self) -> Counterpart:
        typed = self._typed("counterpart")
        return Counterpart(typed) if typed in Counterpart.values else Counterpart.PARTY

    @property
    def is_with_a_party(self) -> bool:
        return self.with_whom == Counterpart.PARTY

    def _fill_place(self) -> None:
        typed = str(self._typed("place") or "")
        self.places = place_choice.of(self.at.organisation, typed)
        known = {place.number: place for group in self.places.groups for place in group.places}
        chosen = self.places.chosen
        self.found: list[Place] = []
        sought = " ".join(str(self.data.get("find_place") or "").split())
        if sought:
            self.found = _with_name(known, sought)
            if len(self.found) == 1:
                chosen, typed, sought = self.found[0], self.found[0].number, ""
                self.data["find_place"] = ""
        self.is_unclear = bool(sought)
        self.chosen_place = None if typed == SEVERAL else chosen
        if chosen is not None and typed in {"", chosen.number, _fylke_of(chosen)}:
            (self.data if self.is_bound else self.initial)["place"] = chosen.number
        field: Any = self.fields["place"]
        field.choices = [(one, place.label) for one, place in known.items()]
        field.choices += [(SEVERAL, gettext("Several municipalities"))]

    @property
    def several(self) -> str:
        return SEVERAL

    @property
    def place_number(self) -> str:
        return str(self._typed("place") or "")

    @property
    def place_told(self) -> str:
        """What to say where the name that was sought is none, or means several places."""
        if not self.is_unclear:
            return ""
        if not self.found:
            return gettext("No municipality or county is called that.")
        names = ", ".join(place.label for place in self.found[:8])
        return gettext("There are several: %(names)s. Write more of the name.") % {"names": names}

    @cached_property
    def before(self) -> list[Before]:
        """The last time that others spoke with the parties there; two queries. Not of what is
        changed: that was booked before."""
        if self.chosen_place is None or self.contact is not None:
            return []
        rows = [*self.plain.values(), *self.party_choice.lists]
        return who_asked.asked_before(
            place=self.chosen_place, parties=rows, but=self.at.organisation
        )

    @property
    def before_is_open(self) -> bool:
        return any(one.column.party.pk in self.ticked for one in self.before)

    # Demands and answers

    @property
    def _levels(self) -> frozenset[Level]:
        """Whose demands are asked there of those."""
        # Where no one place is chosen yet, the demands of the own one are not taken away.
        place = self.chosen_place or self.places.chosen
        if place is None or self.with_whom not in ANSWERS_DEMANDS:
            return frozenset()
        return place.levels

    @property
    def wanted(self) -> str:
        """The same as it is sent; `-` for none."""
        return ",".join(sorted(map(str, self._levels))) or "-"

    @cached_property
    def demands(self) -> tuple[Demand, ...]:
        """Those of the next election, and those that were answered in what is changed."""
        levels = self._levels
        if not levels:
            return ()
        kept = {answer.demand_id: answer.demand for answer in self.kept.values()}
        rows = Demand.objects.of_current(self.at.day).for_levels(levels).shown()
        found = list(rows.order_by("level", "position", "pk"))
        gone = [one for pk, one in kept.items() if pk not in {demand.pk for demand in found}]
        return tuple(found + [one for one in gone if one.level in levels])

    @property
    def is_each(self) -> bool:
        """Whether each party has a set of answers of its own."""
        return bool(self.columns) and bool(self["differ"].value())

    @cached_property
    def asks(self) -> Asks:
        typed = self.data if self.is_bound else self.initial
        return Asks(self.demands, self.columns, self.is_each, typed)

    @property
    def keys(self) -> list[str]:
        """Of the parties that have a set of answers on the page."""
        return [key_of(column) for column in self.columns] if self.is_each else []

    @property
    def grades_of_each(self) -> list[tuple[str, Column, str]]:
        """Name of the field, party, and the grade that its answers have, where another."""
        return [
            (f"grade_{key_of(column)}", column, self._own_grade(column)) for column in self.columns
        ]

    @property
    def grades_differ(self) -> bool:
        return any(grade for _name, _column, grade in self.grades_of_each)

    @property
    def grades(self) -> list[tuple[str, Any]]:
        return list(Grade.choices)

    @property
    def grade_options(self) -> list[tuple[str, Any, Any, bool]]:
        chosen = str(self["grade"].value() or "")
        return [(one.value, one.label, WHERE_FROM[one], one == chosen) for one in Grade]

    @property
    def is_step(self) -> bool:
        """Whether the page must be shown once more before what was sent says what is meant.

        So when a button asks for it, when answers were given to demands that are not asked of
        those, and when parties have no set of answers yet that shall have one.
        """
        if super().is_step:
            return True
        if self.columns and self.with_whom not in HAS_PARTIES:
            # That is an error, whatever was answered.
            return False
        others = self.data.get("shown_for") != self.wanted
        if others and self.asks.of_other_demands:
            return True
        shown = set(filter(None, str(self.data.get("shown_each") or "").split(" ")))
        if self.is_each:
            return bool(self.demands) and not set(self.keys) <= shown
        return bool(shown) and self.wanted != "-"

    # Together with

    def _fill_together(self) -> None:
        field: Any = self.fields["together"]
        ticked = self["together"].value() or ()
        numbers = {str(getattr(one, "pk", one)) for one in ticked}
        also = {int(number) for number in numbers if number.isdecimal() and len(number) < 10}
        self.with_others = also
        field.queryset = MemberOrganisation.objects.filter(pk__in=also).exclude(
            pk=self.at.organisation.pk
        )
        if self.contact is None:
            field.queryset = together.others(self.at.organisation, self.at.day)

    @cached_property
    def close_by(self) -> list[tuple[MemberOrganisation, bool]]:
        rows = together.close_by(self.at.organisation, self.at.day, self.with_others)
        return [(row, row.pk in self.with_others) for row in rows]

    def clean_together_names(self) -> list[MemberOrganisation]:
        return together.by_names(
            self.at.organisation, self.at.day, self.cleaned_data["together_names"]
        )

    # All of it

    def clean_find_place(self) -> str:
        if self.place_told:
            raise ValidationError(self.place_told)
        return ""

    def clean(self) -> dict[str, Any]:
        filled = self.cleaned_data
        self._clean_whom()
        self._clean_agreed(filled)
        if self.asks.strange:
            self.add_error(None, gettext("Choose one of the answers that stand there."))
        if filled.get("evidence") and "party" not in self.errors and not self._has_answers:
            self.add_error(
                "evidence",
                gettext("This belongs to an answer. Tap what they answered, or make it a note."),
            )
        if not self.errors:
            try:
                actions.check(facts=self.facts)
            except ValidationError as error:
                self._take(error)
        return filled

    def _clean_whom(self) -> None:
        whom = self.with_whom
        if whom == Counterpart.PARTY and not self.columns:
            self.add_error(
                "party", gettext("Choose which party it was, or say who else you spoke with.")
            )
        if whom not in HAS_PARTIES and self.columns:
            self.add_error(
                "party",
                gettext("You have ticked a party, and that it was somebody else. Take one away."),
            )
        if self.chosen_place is None and whom in HAS_A_PLACE and "place" not in self.errors:
            self.add_error("place", gettext("Choose the municipality or county."))
        keys = [key_of(column) for column in self.columns]
        for column in self.columns:
            if keys.count(key_of(column)) > 1:
                name = f"list_{column.party.pk}"
                if name in self.fields and name not in self.errors:
                    self.add_error(name, gettext("A list stands there twice."))
        is_answered = any(ask.is_answered for ask in self.asks.rows)
        if whom == Counterpart.COUNCIL and is_answered and not self.columns:
            self.add_error("party", gettext("Tick the parties that answered."))

    def _clean_agreed(self, filled: dict[str, Any]) -> None:
        due, day = filled.get("next_step_due"), filled.get("day")
        if due and not filled.get("next_step") and "next_step" not in self.errors:
            self.add_error("next_step", gettext("Say what was agreed, not only by when."))
        if due and day and due < day:
            self.add_error("next_step_due", gettext("This is before the day of the contact."))

    def _take(self, error: ValidationError) -> None:
        """Errors of `lobbying.actions`, at the fields where one mends them."""
        told = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        for name, messages in told.items():
            at = AT_FIELD.get(name, name)
            for message in messages:
                self.add_error(at if at in self.fields else None, message)

    @property
    def _has_answers(self) -> bool:
        return any(one.answers for one in self._asked)

    @property
    def facts(self) -> ContactFacts:
        """What was filled in, once it is valid."""
        filled, place = self.cleaned_data, self.chosen_place
        kommune = place.kommune if place is not None else None
        fylke = place.fylke if place is not None else None
        if self.with_whom == Counterpart.BENCH and kommune is not None:
            # Members of the Storting belong to the fylke of the place.
            fylke, kommune = kommune.fylke, None
        took_part = {one.pk: one for one in (*filled["together"], *filled["together_names"])}
        return ContactFacts(
            counterpart=self.with_whom,
            kind=filled["contact_kind"],
            day=filled["day"],
            kommune=kommune,
            fylke=fylke,
            asked=self._asked,
            together_with=tuple(took_part.values()),
            priorities=tuple(filled["priorities"]),
            next_step=filled["next_step"],
            next_step_due=filled["next_step_due"],
            note=filled["note"],
            may_be_told=filled["may_be_told"],
        )

    @property
    def _asked(self) -> tuple[Asked, ...]:
        return tuple(
            Asked(column.party, column.list_name, self._said(column)) for column in self.columns
        )

    def _said(self, column: Column) -> tuple[Said, ...]:
        answers = ((demand, self.asks.value(demand, column)) for demand in self.demands)
        return tuple(
            self._said_to(column, demand, answer)
            for demand, answer in answers
            if answer in Reply.values
        )

    def _said_to(self, column: Column, demand: Demand, answer: str) -> Said:
        """Grade and evidence of an answer that stays are kept, unless they are changed here."""
        grade = self._own_grade(column) or self.cleaned_data.get("grade", "")
        evidence = self.cleaned_data.get("evidence", "")
        kept = self.kept.get((column.party.pk, column.list_name, demand.pk))
        if kept is not None and kept.answer == answer:
            own = self.was.get(f"grade_{key_of(column)}") or self.was["grade"]
            grade = kept.grade if grade == own else grade
            evidence = kept.evidence if evidence == self.was["evidence"] else evidence
        return Said(demand, answer, "" if answer == Reply.NO_ANSWER else grade, evidence)

    def _own_grade(self, column: Column) -> str:
        typed = str(self._typed(f"grade_{key_of(column)}") or "") if self.is_each else ""
        return typed if typed in Grade.values else ""


def _fylke_of(place: Place) -> str:
    """Its number, where it is kommune and fylke in one."""
    kommune = place.kommune
    return kommune.fylke_id if kommune is not None and Level.FYLKE in place.levels else ""


def _with_name(known: dict[str, Place], sought: str) -> list[Place]:
    """Places of that name; else those that begin so; else those that hold it."""
    wanted = sought.casefold()
    named = [(place, place.label.casefold()) for place in known.values()]
    for fits in (str.__eq__, str.startswith, str.__contains__):
        found = [place for place, label in named if fits(label, wanted)]
        if found:
            return found
    return []

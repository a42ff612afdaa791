"""The first questions of a contact: which parties or who else, and where."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from activity.forms.base import LogForm
from activity.forms.contact_values import SEVERAL, list_names
from geography.models import Party
from lobbying import parties, place_choice, who_asked
from lobbying.choices import Counterpart, Level
from lobbying.models import Contact
from lobbying.places import Place
from lobbying.who_asked import Before, Column

# Characters of a party's short name that three beside each other have no room for on a phone.
LONG = 5


class WhomAndWhere(LogForm):
    """`contact` is what is changed; its forms call `_fill_parties` and `_fill_place`."""

    data: Any
    contact: Contact | None

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
    def place_options(self) -> SafeString:
        """All of them in groups, as markup: a template takes four times as long for hundreds."""
        chosen = self.place_number
        return format_html_join(
            "",
            '<optgroup label="{}">{}</optgroup>',
            (
                (group.name, _options(((one.number, one.label) for one in group.places), chosen))
                for group in self.places.groups
            ),
        ) + _options([(SEVERAL, gettext("Several municipalities"))], chosen)

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

    def clean_find_place(self) -> str:
        if self.place_told:
            raise ValidationError(self.place_told)
        return ""


def _options(places: Iterable[tuple[str, str]], chosen: str) -> SafeString:
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        (
            (number, SafeString(" selected" if number == chosen else ""), label)
            for number, label in places
        ),
    )


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

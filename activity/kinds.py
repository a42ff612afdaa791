"""The kinds of the log: what a page must know to log, show, change and take away one of them."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import Model
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from activity import access, actions
from activity.choices import EntryKind, LogKind
from activity.forms.base import LogForm, initial_of
from activity.forms.entries import EntryForm, OtherForm
from activity.models import Entry, EntryVersion
from activity.words import name_of
from foundation.intake.attachments import attach
from memberorgs.access import Standing
from memberorgs.models import User


class Kind(ABC):
    """`slug` stands in addresses, `model` is what is kept."""

    slug: LogKind
    model: ClassVar[type[Model]]
    form: type[LogForm]
    # The name of a symbol in icons.svg, the words of its button, and a line under them.
    icon: str
    words: str | Promise
    hint: str | Promise = ""
    # The heading of the form.
    heading: str | Promise

    @property
    def template(self) -> str:
        """Of the fields of the form."""
        return "activity/fields.html"

    # Of what an entry says, of who sees it, and of what its receipt tells besides.
    told_template = "activity/told.html"
    seen_template = "activity/who_sees.html"
    receipt_template = ""

    def besides(self, at: Standing, row: Any) -> dict[str, Any]:
        """What those templates are given besides."""
        return {}

    @abstractmethod
    def log(self, at: Standing, form: Any, by: User) -> Any:
        """Keep what was filled in, with its files; in the transaction of the caller."""

    @abstractmethod
    def change(self, row: Any, form: Any, by: User, opened: int) -> bool:
        """False where nothing differs. Raises NotPossible."""

    @abstractmethod
    def initial(self, row: Any) -> dict[str, Any]:
        """What the form holds to change `row`."""

    @abstractmethod
    def again(self, row: Any) -> dict[str, Any]:
        """What the form holds for one more like `row`: without what belongs to that day."""

    @abstractmethod
    def find(self, at: Standing, pk: int, *, removed: bool = False) -> Any | None:
        """The row, with what its page shows; `removed`: also one that was taken away."""

    @abstractmethod
    def may_change(self, at: Standing, row: Any) -> bool: ...

    @abstractmethod
    def remove(self, row: Any, by: User) -> None: ...

    @abstractmethod
    def put_back(self, row: Any, by: User) -> None:
        """Raises NotPossible."""

    @abstractmethod
    def headline(self, row: Any) -> str:
        """One line that says what it was."""

    @abstractmethod
    def told(self, row: Any) -> list[tuple[str, Any]]:
        """Labels and values for its page, without what is empty; files and notes apart."""

    @abstractmethod
    def versions(self, row: Any) -> list[Any]:
        """Earlier and present versions, the newest first, each with number, facts, who and when."""

    def address(self, name: str, code: str, *args: Any) -> str:
        return reverse(name, args=[code, str(self.slug), *args])


class EntryKindPages(Kind):
    """One of the kinds whose rows are entries."""

    model = Entry
    form: type[EntryForm]
    kind: EntryKind

    def log(self, at: Standing, form: EntryForm, by: User) -> Entry:
        entry = actions.log_entry(organisation=at.organisation, facts=form.facts, by=by)
        for upload in form.uploads:
            attach(owner=entry, upload=upload, by=by)
        return entry

    def change(self, row: Entry, form: EntryForm, by: User, opened: int) -> bool:
        changed = actions.change_entry(entry=row, facts=form.facts, by=by, opened=opened)
        for upload in form.uploads:
            attach(owner=row, upload=upload, by=by)
        return changed or bool(form.uploads)

    def initial(self, row: Entry) -> dict[str, Any]:
        return {**initial_of(row), **self.initial_detail(row.detail)}

    def again(self, row: Entry) -> dict[str, Any]:
        kept = self.initial(row)
        for name in ("day", "note", "may_be_told"):
            kept.pop(name, None)
        return {name: value for name, value in kept.items() if not name.endswith("_reason")}

    def initial_detail(self, detail: Any) -> dict[str, Any]:
        return {}

    def find(self, at: Standing, pk: int, *, removed: bool = False) -> Entry | None:
        own = {at.organisation.pk}
        rows = Entry.objects.all() if removed else Entry.objects.there()
        rows = rows.of(own).of_kind(self.kind).with_details()
        found = rows.select_related("logged_by").filter(pk=pk).first()
        if found is not None and not at.terms:
            # Staff read no notes.
            found.note = ""
        return found

    def may_change(self, at: Standing, row: Entry) -> bool:
        return access.may_change(at, row)

    def remove(self, row: Entry, by: User) -> None:
        actions.remove_entry(entry=row, by=by)

    def put_back(self, row: Entry, by: User) -> None:
        actions.put_back(entry=row, by=by)

    def headline(self, row: Entry) -> str:
        return row.title or str(row.detail or row.get_kind_display())

    def told(self, row: Entry) -> list[tuple[str, Any]]:
        told: list[tuple[str, Any]] = [*self.told_detail(row.detail)]
        told += [(str(_("Campus")), row.campus), (str(_("More about it")), row.text)]
        told += [
            (capfirst(_("%(what)s: why it is right") % {"what": name_of(name)}), reason)
            for name, reason in sorted(row.reasons.items())
        ]
        return [(label, value) for label, value in told if value not in (None, "")]

    def told_detail(self, detail: Any) -> list[tuple[str, Any]]:
        return []

    def versions(self, row: Entry) -> list[EntryVersion]:
        return list(row.versions.select_related("saved_by").order_by("-number"))


class Other(EntryKindPages):
    slug, kind, form = LogKind.OTHER, EntryKind.OTHER, OtherForm
    icon, words, heading = "plus", _("Something else"), _("Log something else")
    hint = _("Whatever you did for a priority")


KINDS: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    for kind in kinds:
        KINDS[str(kind.slug)] = kind


register(Other())


def in_order() -> list[Kind]:
    """As the buttons stand: the order of `LogKind`."""
    return [KINDS[slug] for slug in map(str, LogKind) if slug in KINDS]


def labels() -> Mapping[str, str]:
    return {str(kind.slug): str(kind.words) for kind in in_order()}

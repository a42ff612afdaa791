"""What all forms of the log share: the first screen, what is folded, files, questions back."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db.models import Choices, Model
from django.forms.utils import ErrorDict
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from activity.choices import LogKind
from activity.models import Entry, KindPriority
from foundation.intake.fields import DayField
from foundation.intake.plausibility import AsksMixin
from foundation.intake.uploads import KINDS, Upload, check_upload
from memberorgs.access import Standing
from memberorgs.models import OrganisationCampus
from priorities.models import Priority
from priorities.models.pages import current_plan_page

MOST_FILES = 5


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Up to five files, each looked through. Cleans to a list of `Upload`."""

    widget = FilesInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs["accept"] = ",".join(f".{ending}" for ending in KINDS)

    def clean(self, data: Any, initial: Any = None) -> list[Upload]:  # type: ignore[override]
        sent: Sequence[File[bytes]] = data if isinstance(data, list | tuple) else [data]
        files = [one for one in sent if one]
        if len(files) > MOST_FILES:
            raise ValidationError(
                _("At most %(most)d files at a time."), params={"most": MOST_FILES}, code="too_many"
            )
        found, errors = [], []
        for one in files:
            try:
                found.append(check_upload(one))
            except ValidationError as error:
                # The name says which of them it is.
                errors += [f"{one.name}: {message}" for message in error.messages]
        if errors:
            raise ValidationError(errors)
        return found


def to_choose(choices: type[Choices], *, empty: bool = False) -> list[tuple[str, str]]:
    """As they stand in a form, each with a capital letter; `empty`: for a list that is unfolded,
    with nothing chosen at first."""
    found = [(str(value), str(capfirst(label))) for value, label in choices.choices]
    return [("", gettext("Choose")), *found] if empty else found


class PrioritiesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Model) -> str:
        return str(self.titles.get(obj.pk, obj))

    titles: dict[int, str]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Priority.objects.none(), widget=forms.CheckboxSelectMultiple, **kwargs)
        self.titles = {}


class LogForm(AsksMixin):
    """The form of one kind. `first` names the fields of the first screen, at most six; `more` those
    that are folded. Both are left out of where the form has none of that name.

    `at` is the writer's standing; `row` is what is being changed.
    """

    kind: ClassVar[LogKind]
    first: ClassVar[tuple[str, ...]] = ()
    more: ClassVar[tuple[str, ...]] = ()
    # Of fields in `first` or `more`, how they are shown, where that is not a plain field.
    as_choices: ClassVar[frozenset[str]] = frozenset()

    day = DayField(
        label=_("When?"),
        help_text=_("We have filled in today."),
        error_messages={"required": _("Write on which day it was.")},
    )
    campus = forms.ModelChoiceField(
        OrganisationCampus.objects.none(),
        label=_("Campus"),
        required=False,
        empty_label=_("All campuses"),
    )
    note = forms.CharField(
        label=_("Private note"),
        required=False,
        max_length=4000,
        help_text=_("Only your own organisation reads it. NSO does not."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    files = FilesField(  # type: ignore[assignment]
        label=_("Attachments"),
        required=False,
        help_text=_(
            "Up to 5 files of 20 MB each: PDF, pictures, office files. "
            "Those who read the entry can read them."
        ),
    )
    priorities = PrioritiesField(label=_("Belongs to these priorities"), required=False)
    may_be_told = forms.BooleanField(
        label=_("May be told in public"),
        required=False,
        help_text=_("NSO may then write about it, with credit to you. Notes and files never."),
    )

    def __init__(
        self,
        at: Standing,
        data: Any = None,
        files: Any = None,
        *,
        initial: dict[str, Any] | None = None,
        row: Model | None = None,
    ) -> None:
        self.at, self.row = at, row
        super().__init__(data, files, initial={**self.usual(at), **(initial or {})})
        self._fill_priorities()
        self._fill_campuses()

    def usual(self, at: Standing) -> dict[str, Any]:
        """What stands in a new form."""
        return {"day": timezone.localdate(), "priorities": usual_priorities(self.kind)}

    def _fill_priorities(self) -> None:
        field: Any = self.fields["priorities"]
        page = current_plan_page()
        rows = page.rows("nb") if page else []
        field.titles = {row.page.priority_id: f"{row.number}. {row.title}" for row in rows}
        kept = {one.pk for one in self.initial.get("priorities") or () if isinstance(one, Model)}
        field.queryset = Priority.objects.filter(pk__in=field.titles.keys() | kept).in_order()

    def _fill_campuses(self) -> None:
        field: Any = self.fields["campus"]
        own = self.at.organisation.campuses.select_related("kommune")
        field.queryset = own.order_by("-is_main", "position")
        if len(field.queryset) < 2:
            # With one campus there is nothing to choose.
            del self.fields["campus"]

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day > timezone.localdate():
            raise ValidationError(_("The day is in the future. Write when it was."), code="future")
        return day

    @property
    def is_step(self) -> bool:
        """Whether what was sent only asks for the page once more, as the button `show` does."""
        return "show" in self.data

    def shown_as_typed(self) -> "LogForm":
        """What a draft holds, with no word about what is missing."""
        self._errors = ErrorDict()
        return self

    @property
    def first_fields(self) -> list[forms.BoundField]:
        return self._bound(self.first)

    @property
    def more_fields(self) -> list[forms.BoundField]:
        return self._bound(self.more)

    def _bound(self, names: Iterable[str]) -> list[forms.BoundField]:
        return [self[name] for name in names if name in self.fields]

    @property
    def is_unfolded(self) -> bool:
        """Whether something in the folded part needs to be seen."""
        if self.row is not None:
            return True
        asked = set(self.asked)
        return any(
            one.errors or one.name in asked or (self.is_bound and _is_filled(one.data))
            for one in self.more_fields
        )

    @property
    def uploads(self) -> list[Upload]:
        return list(self.cleaned_data.get("files") or ())


def _is_filled(data: Any) -> bool:
    """Of what came for a field: whether somebody has typed or ticked something in it."""
    return any(map(_is_filled, data)) if isinstance(data, list | tuple) else bool(data)


def usual_priorities(kind: LogKind) -> list[Priority]:
    """Those that a kind belongs to unless somebody says otherwise; one query."""
    return list(
        Priority.objects.standing()
        .filter(pk__in=KindPriority.objects.filter(kind=kind).values("priority"))
        .in_order()
    )


def initial_of(entry: Entry) -> dict[str, Any]:
    """What all kinds fill a form with, of an entry that is there."""
    return {
        "day": entry.day,
        "campus": entry.campus_id,
        "title": entry.title,
        "text": entry.text,
        "note": entry.note,
        "priorities": list(entry.priorities.all()),
        "may_be_told": entry.may_be_told,
        **{f"{name}_reason": reason for name, reason in entry.reasons.items()},
    }

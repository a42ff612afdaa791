"""What to take out of the log as a file, and which file to take in."""

import base64
import binascii
import zlib
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from activity.choices import LogKind
from activity.kinds import KINDS
from activity.log import LONGEST_SEARCH, Filters
from activity.table_columns import KINDS as IN_TABLES
from activity.table_plans import MOST_ROWS
from foundation.intake.errors import TableError
from foundation.intake.fields import FIRST, LAST, DayField
from foundation.intake.reading import Table
from foundation.intake.sheets import read_table

# Bytes that a table may have that comes in.
MOST_BYTES = 2 * 1024 * 1024


def kinds() -> list[tuple[str, str]]:
    """Those that have tables: entries, and contacts in a table of their own."""
    named = {LogKind.LOBBYING.value: str(LogKind.LOBBYING.label)}
    named |= {slug: str(KINDS[slug].words) for slug in IN_TABLES}
    return [(slug, str(capfirst(named[slug]))) for slug in map(str, LogKind) if slug in named]


class ExportForm(forms.Form):
    """Named as the filters of the list, so that the list's address leads here with them."""

    type = forms.ChoiceField(
        label=pgettext_lazy("column", "Kind"),
        choices=lambda: [("", gettext("All but contacts")), *kinds()],
        required=False,
    )
    fra = DayField(label=_("From"), required=False, help_text="")
    til = DayField(label=_("To and with"), required=False, help_text="")
    q = forms.CharField(
        label=_("With these words"), required=False, max_length=LONGEST_SEARCH, strip=True
    )
    format = forms.ChoiceField(
        label=_("Kind of file"),
        choices=[("xlsx", "Excel (.xlsx)"), ("csv", "CSV (.csv)")],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a kind of file.")},
    )

    @classmethod
    def of_list(cls, query: QueryDict) -> "ExportForm":
        """Filled with what a list was filtered by; its semester as days."""
        asked = Filters.of(query)
        days = asked.semester and {"fra": asked.semester.first, "til": asked.semester.last}
        return cls(initial={"type": asked.kind, "q": asked.words, "format": "xlsx", **(days or {})})

    def days(self) -> tuple[date, date]:
        """Both inside."""
        return self.cleaned_data["fra"] or FIRST, self.cleaned_data["til"] or LAST


class ImportForm(forms.Form):
    """A table. Only looked at here: nothing of it is kept."""

    kind = forms.ChoiceField(
        label=_("What does the table tell of?"),
        choices=lambda: [("", gettext("Several kinds: a column says which")), *kinds()],
        required=False,
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("Excel (.xlsx) or CSV. At most 500 rows and 2 MB."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )

    def clean_file(self) -> Any:
        """Keeps what was read in `table` and `packed`."""
        file = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            size = MOST_BYTES // (1024 * 1024)
            raise ValidationError(gettext("The file is larger than %(size)d MB.") % {"size": size})
        content = file.read()
        try:
            self.table = read_table(content, most_rows=MOST_ROWS)
        except TableError as error:
            raise ValidationError(str(error)) from error
        self.packed = packed(content)
        return file


def packed(content: bytes) -> str:
    """A file as a hidden field holds it, between looking at it and importing it."""
    return base64.b64encode(zlib.compress(content)).decode()


def unpacked(text: str) -> Table:
    """The table in it. Raises TableError, also for what `packed` did not make."""
    try:
        opened = zlib.decompressobj()
        content = opened.decompress(base64.b64decode(text, validate=True), MOST_BYTES + 1)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise TableError(gettext("The file is empty.")) from error
    if len(content) > MOST_BYTES:
        size = MOST_BYTES // (1024 * 1024)
        raise TableError(gettext("The file is larger than %(size)d MB.") % {"size": size})
    return read_table(content, most_rows=MOST_ROWS)

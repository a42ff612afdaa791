"""What an editor hands in to have a plan read."""

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from priorities.actions import PlanImportError, check_importable, checksum, with_years
from priorities.plan_reader import PlanReadError, ReadPlan, read_plan, read_plan_text

ACCEPTED = ".docx,.odt,.html,.htm,.md,.txt"


class PlanDocumentForm(forms.Form):
    """A document or pasted text; valid when it reads as a plan that can be imported."""

    document = forms.FileField(
        label=_("Document"),
        required=False,
        allow_empty_file=True,
        help_text=_("The adopted plan as .docx, .odt, .html, .md or .txt, at most 10 MB."),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )
    text = forms.CharField(
        label=_("… or paste the text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("Headings and lists may stay as they are."),
    )
    year_start = forms.IntegerField(
        label=_("First year"),
        required=False,
        localize=False,
        validators=[MinValueValidator(1900), MaxValueValidator(2200)],
        help_text=_("Only if the document does not say which years it is for."),
    )
    year_end = forms.IntegerField(
        label=_("Last year"),
        required=False,
        localize=False,
        validators=[MinValueValidator(1900), MaxValueValidator(2200)],
    )

    reading: ReadPlan
    filename: str
    sha256: str

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        document, text = values.get("document"), values.get("text") or ""
        if self.errors:
            return values
        if bool(document) == bool(text.strip()):
            self.add_error(
                "document",
                _("Choose one of the two: a document, or pasted text.")
                if document
                else _("Choose a document, or paste the text below."),
            )
            return values
        field = "document" if document else "text"
        try:
            if document:
                data = document.read()
                self.reading = read_plan(data, document.name)
                self.filename = document.name
            else:
                data = text.encode("utf-8", "surrogatepass")
                self.reading = read_plan_text(text)
                self.filename = ""
            self.sha256 = checksum(data)
            self.reading = with_years(self.reading, self._years(values))
            if not self.errors:
                check_importable(self.reading)
        except PlanReadError as error:
            self.add_error(field, str(error))
        except PlanImportError as error:
            self.add_error("year_start" if error.code == "no_years" else field, str(error))
        return values

    def _years(self, values: dict[str, Any]) -> tuple[int, int] | None:
        given = [values.get(name) for name in ("year_start", "year_end")]
        years = [year for year in given if year is not None]
        if not years:
            return None
        start, end = years[0], years[-1]
        if end < start:
            self.add_error("year_end", _("The last year is before the first."))
            return None
        return start, end

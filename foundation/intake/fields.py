"""Form fields that take days and numbers the way people write them."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from foundation.intake.numbers import (
    BLANK,
    INSTEAD,
    MOST,
    Answer,
    Count,
    read_count,
    read_percent,
    shown_count,
    shown_decimal,
)

DAY_FORMATS = ["%d.%m.%Y", "%d.%m.%y", "%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"]
# Nothing in the portal is older or lies farther ahead; a slip of the finger does.
FIRST, LAST = date(1990, 1, 1), date(2100, 12, 31)


class DayField(forms.DateField):
    """A day written as 13.09.2027 or 2027-09-13; `1. 9. 2027` is understood too."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("For example 13.09.2027."))
        errors = {
            "invalid": _("Write the date as day.month.year, like 13.09.2027."),
            **kwargs.pop("error_messages", {}),
        }
        super().__init__(
            input_formats=DAY_FORMATS,
            widget=forms.DateInput(
                format="%d.%m.%Y", attrs={"inputmode": "text", "autocomplete": "off"}
            ),
            error_messages=errors,
            **kwargs,
        )

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, str):
            value = re.sub(r"\s+", "", value).rstrip(".")
        day = super().to_python(value)
        if day is not None and not FIRST <= day <= LAST:
            raise ValidationError(_("Check the year of the date."), code="far_away")
        return day


class WholeNumberField(forms.IntegerField):
    """A whole number as Norwegians write it: `12 345`, with any kind of space."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}), **kwargs
        )

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, str):
            return read_count(value) if value.strip() else None
        return super().to_python(value)


class PercentField(forms.Field):
    """Per cent from 0 to 100: `12,5`, `12.5` or `12,5 %`. Cleans to a Decimal, or to None."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def to_python(self, value: Any) -> Decimal | None:
        text = str(value or "").strip()
        return read_percent(text) if text else None

    def prepare_value(self, value: Any) -> Any:
        return shown_decimal(value) if isinstance(value, Decimal) else value


class CountWidget(forms.Widget):
    """A field for the number, and two boxes for what stands in for it.

    The number is sent as `<name>`, the boxes as `<name>_answer`. Boxes and not a choice of three:
    they can be unticked, and need no tap where a number is typed.
    """

    template_name = "components/count.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> tuple[str, list[str]]:
        boxes = f"{name}_answer"
        many = data.getlist(boxes) if hasattr(data, "getlist") else data.get(boxes) or []
        ticked = [many] if isinstance(many, str) else list(many)
        typed = data.get(name)
        return "" if typed is None else str(typed), ticked

    def use_required_attribute(self, initial: Any) -> bool:
        """Never: a browser would ask for a number where a box is ticked."""
        return False

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and f"{name}_answer" not in data

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        typed, ticked = _typed(value)
        attrs = self.build_attrs(self.attrs, attrs)
        place = attrs.get("id", f"id_{name}")
        boxes = [
            forms.CheckboxInput(attrs={"id": f"{place}_{one}"}).render(
                f"{name}_answer", str(one) in ticked, {"value": str(one)}
            )
            for one in INSTEAD
        ]
        number = forms.TextInput({"inputmode": "numeric", "autocomplete": "off", **attrs})
        return render_to_string(
            self.template_name,
            {
                "id": place,
                "number": number.render(name, typed),
                "boxes": [(box, one.label) for box, one in zip(boxes, INSTEAD, strict=True)],
            },
        )


def _typed(value: Any) -> tuple[str, list[str]]:
    """What stands in the widget: of a `Count`, or of what was sent and sent back."""
    if isinstance(value, Count):
        if value.number is not None:
            return shown_count(value.number), []
        return "", [str(value.answer)] if value else []
    if isinstance(value, int):
        return shown_count(value), []
    return value or ("", [])


class CountField(forms.Field):
    """A number, 0, "doesn't apply" or "don't know". Cleans to a `Count`, blank where not required.

    `most` is the largest number that is taken.
    """

    widget = CountWidget
    default_error_messages = {
        "both": _("Write a number or tick a box, not both."),
        "two_boxes": _("Tick only one of the boxes."),
        "required": _("Write a number, or tick what fits."),
    }

    def __init__(self, *, most: int = MOST, **kwargs: Any) -> None:
        self.most = most
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Count:
        typed, sent = _typed(value)
        ticked = [one for one in INSTEAD if str(one) in sent]
        if typed.strip() and ticked:
            raise ValidationError(self.error_messages["both"], code="both")
        if len(ticked) > 1:
            raise ValidationError(self.error_messages["two_boxes"], code="two_boxes")
        if ticked:
            return Count(Answer(ticked[0]))
        if typed.strip():
            return Count.of(read_count(typed, most=self.most))
        if self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        return BLANK

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.clean(data) != self.clean(initial))
        except ValidationError:
            return True

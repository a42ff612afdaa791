"""Fields of a form, the way every form here shows them: label, hint, error, control."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.forms import BaseForm, BoundField

register = template.Library()


@register.inclusion_tag("components/field.html")
def field(
    bound: BoundField,
    *,
    hint: str = "",
    also: Iterable[str] = (),
    css: str = "input",
    **attrs: str,
) -> dict[str, Any]:
    """A labelled control.

    `also`: errors of the whole form that are told at this field, since it is where one mends
    them. `attrs` become attributes of the control, `_` read as `-`.
    """
    errors = [*bound.errors, *also]
    name = bound.id_for_label
    told = [f"{name}_{part}" for part, there in (("error", errors), ("hint", hint)) if there]
    # Placeholders repeat the label and are gone while one types.
    control: dict[str, Any] = {"class": css, "placeholder": False}
    control |= {key.replace("_", "-"): value for key, value in attrs.items()}
    control["aria-invalid"] = "true" if errors else False
    # Django points to the help text of the field; here only `hint` is shown.
    bound.help_text = hint
    if told:
        control["aria-describedby"] = " ".join(told)
    return {
        "name": name,
        "label": bound.label,
        "hint": hint,
        "errors": errors,
        "control": bound.as_widget(attrs=control),
    }


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, Any]:
    """All errors of `form`, each a link to the field where one mends it."""
    visible = form.visible_fields()
    first = visible[0].id_for_label if visible else ""
    found = [(first, error) for error in form.non_field_errors()]
    found += [(bound.id_for_label, error) for bound in visible for error in bound.errors]
    return {"errors": found}

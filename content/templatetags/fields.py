"""Fields of a form, the way every form here shows them: label, hint, error, control."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.forms import BaseForm, BoundField, Select

register = template.Library()


@register.inclusion_tag("components/field.html")
def field(
    bound: BoundField,
    *,
    hint: str = "",
    also: Iterable[str] = (),
    css: str = "",
    quiet: bool = False,
    **attrs: str,
) -> dict[str, Any]:
    """A labelled control.

    `also`: errors of the whole form that are told at this field, since it is where one mends
    them. `quiet`: the form says itself what may be left empty. `attrs` become attributes of the
    control, `_` read as `-`.
    """
    errors = [*bound.errors, *also]
    name = bound.id_for_label
    told = [f"{name}_{part}" for part, there in (("error", errors), ("hint", hint)) if there]
    is_select = type(bound.field.widget) is Select
    if not css:
        css = "select" if is_select else "input"
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
        "is_select": is_select,
        "optional": not (bound.field.required or quiet),
        "control": bound.as_widget(attrs=control),
    }


@register.inclusion_tag("components/choices.html")
def choices(bound: BoundField) -> dict[str, Any]:
    """A few choices, all of them in sight. The field's `notes` (value → words) stand under them."""
    notes = getattr(bound.field, "notes", {})
    return {
        "name": bound.auto_id,
        "label": bound.label,
        "errors": bound.errors,
        "options": [
            (option.tag(), option.choice_label, notes.get(option.data["value"], ""))
            for option in bound.subwidgets
        ],
    }


@register.inclusion_tag("components/check.html")
def check(bound: BoundField) -> dict[str, Any]:
    """One box to tick, with its help text."""
    name = bound.id_for_label
    told = [f"{name}_error"] if bound.errors else []
    attrs: dict[str, str | bool] = {}
    if told:
        attrs = {"aria-invalid": "true", "aria-describedby": " ".join(told)}
    hint, bound.help_text = bound.help_text, ""
    return {
        "name": name,
        "label": bound.label,
        "hint": hint,
        "errors": bound.errors,
        "control": bound.as_widget(attrs=attrs),
    }


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: BaseForm) -> dict[str, Any]:
    """All errors of the forms of a page, each a link to the field where one mends it."""
    found: list[tuple[str, Any]] = []
    for form in forms:
        visible = form.visible_fields()
        first = _target(visible[0]) if visible else ""
        found += [(first, error) for error in form.non_field_errors()]
        found += [(_target(bound), error) for bound in visible for error in bound.errors]
    return {"errors": found}


@register.inclusion_tag("components/error_summary.html")
def error_summary_of(forms: Iterable[BaseForm]) -> dict[str, Any]:
    """`error_summary` of a list."""
    return error_summary(*forms)


def _target(bound: BoundField) -> str:
    # A set of choices has an id of its own and no one label.
    return bound.id_for_label or bound.auto_id

"""Rules of the house that no linter knows."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.urls import get_resolver
from wagtail.models import Page

ROOT = Path(__file__).resolve().parents[1]
OURS = {
    "portal",
    "home",
    "activity",
    "lobbying",
    "priorities",
    "memberorgs",
    "content",
    "geography",
    "outbox",
    "jobs",
    "intake",
}


def templates():
    """All but those of mails, since mail clients know no style sheets."""
    found = sorted((ROOT / "templates").rglob("*.html"))
    return [path for path in found if "emails" not in path.parts]


@pytest.mark.parametrize("path", templates(), ids=lambda path: path.name)
def test_no_inline_style_or_script(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(
        r"\sstyle=|<style|<script(?![^>]*\ssrc=)|\son(click|submit|change|load|input|focus|blur|error)=|javascript:",
        text,
    )


@pytest.mark.parametrize("path", sorted((ROOT / "assets").rglob("*.css")), ids=lambda p: p.name)
def test_no_data_addresses_in_style_sheets(path):
    assert "data:" not in path.read_text(encoding="utf-8")


def test_nothing_cascades_from_a_person():
    for model in apps.get_models():
        if model._meta.app_label not in OURS:
            continue
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey) and field.remote_field.model.__name__ == "User":
                assert field.remote_field.on_delete is not models.CASCADE, field


def test_who_and_when_come_in_pairs():
    """A `…_by` has its `…_at`; where the when may be empty, a constraint holds the two together."""
    for model in apps.get_models():
        if model._meta.app_label not in OURS or issubclass(model, Page):
            continue
        held = {
            name
            for constraint in model._meta.constraints
            if isinstance(constraint, models.CheckConstraint)
            for name in re.findall(r"'(\w+?)(?:__\w+)?'", str(constraint.condition))
        }
        for field in model._meta.get_fields():
            if isinstance(field, models.DateField):
                # A day by which something is wanted.
                continue
            # Wagtail's own pair, which it keeps itself.
            if field.name.endswith("_by") and field.name != "locked_by":
                stem = field.name[:-3]
                names = {other.name for other in model._meta.get_fields()}
                when = model._meta.get_field(
                    f"{stem}_at" if f"{stem}_at" in names else f"{stem}_on"
                )
                assert not when.null or {field.name, when.name} <= held, f"{model}.{field.name}"


def test_every_view_has_one_address():
    """A second pattern with the same name would win or lose by accident."""
    seen = {}
    for pattern in get_resolver().url_patterns:
        name = getattr(pattern, "name", None)
        if name:
            assert name not in seen, name
            seen[name] = pattern


def test_no_committed_file_names_a_registry_or_a_machine():
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        assert "http://" not in text
        assert "https://" not in text
        assert "--index-url" not in text

"""The README's pictures, and the command that takes them."""

import re
import sys
import types

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from PIL import Image

from portal.management.commands.screenshots import PICTURES

FOLDER = settings.BASE_DIR / "docs" / "bilder"


def test_each_picture_is_there_as_the_command_takes_it():
    assert {one.stem for one in FOLDER.iterdir()} == set(PICTURES)
    for name, picture in PICTURES.items():
        path = FOLDER / f"{name}.png"
        assert path.stat().st_size <= 150_000
        with Image.open(path) as opened:
            assert opened.size == (picture.width, picture.height)


def test_the_readme_shows_three_and_says_what_one_sees():
    readme = (settings.BASE_DIR / "README.md").read_text("utf-8")
    shown = re.findall(r"!\[([^\]]*)\]\(docs/bilder/([\w-]+)\.png\)", readme)
    assert len(shown) == 3
    assert {name for _, name in shown} <= set(PICTURES)
    assert all(len(alt) > 20 for alt, _ in shown)


def test_without_chromium_the_command_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "playwright", types.ModuleType("playwright"))
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "chromium"))
    with pytest.raises(CommandError, match="Chromium"):
        call_command("screenshots", out=tmp_path / "pictures")
    assert not (tmp_path / "pictures").exists()

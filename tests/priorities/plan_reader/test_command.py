"""`manage.py read_plan`: JSON for a document, one sentence for what is none."""

import io
import json
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from priorities.plan_reader import read_plan
from tests.priorities.plan_reader.documents import as_markdown, as_odt

ADOPTED = Path(__file__).parents[3] / "priorities" / "data" / "handlingsplan-2026-2027.md"


def test_prints_the_contract(capsys):
    call_command("read_plan", str(ADOPTED))
    printed = capsys.readouterr().out
    assert json.loads(printed) == read_plan(ADOPTED.read_bytes(), ADOPTED.name).as_json()
    assert "høyere utdanning" in printed


@pytest.mark.parametrize("make", [as_markdown, as_odt])
def test_reads_standard_input(make, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(make())))
    call_command("read_plan", "-")
    assert json.loads(capsys.readouterr().out)["title"] == "Handlingsplan for 2026/2027"


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PK\x03\x04 cut", b"Hei.\n"])
def test_refuses_with_one_sentence(content, tmp_path):
    path = tmp_path / "plan.docx"
    path.write_bytes(content)
    with pytest.raises(CommandError) as caught:
        call_command("read_plan", str(path))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["missing.md", ".", "nul\x00byte.md"])
def test_file_that_cannot_be_opened(name, tmp_path):
    with pytest.raises(CommandError) as caught:
        call_command("read_plan", str(tmp_path / name))
    assert str(tmp_path) in str(caught.value)

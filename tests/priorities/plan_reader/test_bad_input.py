"""Documents that are none, are too much, or mean harm: one sentence each, or the right reading."""

import os
import subprocess
import sys
import time

import pytest

from priorities.plan_reader import PlanReadError, isolation, read_plan, read_plan_text
from priorities.plan_reader.errors import MESSAGES
from tests.priorities.plan_reader.documents import as_odt, packed, paragraph, word, word_xml

HEAD = "# Handlingsplan 2026/2027\n\n## Politiske prioriteringer\n\n"
ENTITY = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
BOMB = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
GOOD_WORD = word(paragraph("Handlingsplan 2026/2027") + paragraph("- Jobbe for boliger"))


def encrypted(data):
    """The archive with the flag of encryption set in each of its members."""
    return data.replace(b"PK\x03\x04\x14\x00\x00", b"PK\x03\x04\x14\x00\x01").replace(
        b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"
    )


def understated(data):
    """The archive with declared sizes of one byte."""
    place = data.rfind(b"PK\x01\x02")
    return data[: place + 24] + (1).to_bytes(4, "little") + data[place + 28 :]


REFUSED = {
    "nothing": (b"", "empty"),
    "white space": (b" \n\t\r\n ", "empty"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "binary"),
    "program": (b"MZ\x90\x00\x03\x00\x00\x00" + bytes(400), "binary"),
    "random bytes": (bytes(range(256)) * 40, "binary"),
    "archive": (packed([("a.txt", "- Jobbe for boliger")]), "wrong_archive"),
    "spreadsheet": (packed([("xl/workbook.xml", "<a/>")]), "wrong_archive"),
    "presentation": (packed([("ppt/presentation.xml", "<a/>")]), "wrong_archive"),
    "20 MB of text": (b"- Jobbe for noe.\n" * 1_200_000, "too_large"),
    "3 MB of text": (b"- Jobbe for noe.\n" * 180_000, "too_much_text"),
    "scanned": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "pdf"),
    "old Word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old_word"),
    "rich text": (rb"{\rtf1\ansi Handlingsplan}", "rtf"),
    "unpacks to 200 MB": (
        packed([("word/document.xml", word_xml("<w:p/>")), ("word/x", b"0" * 200_000_000)]),
        "unsafe_archive",
    ),
    "lies about its size": (
        understated(packed([("word/document.xml", word_xml("<w:p/>" * 6_000_000))])),
        None,
    ),
    "20,000 members": (packed([(f"{i}", "") for i in range(20_000)]), "unsafe_archive"),
    "climbing names": (
        packed([("../../x", ""), ("word/document.xml", word_xml(""))]),
        "unsafe_archive",
    ),
    "encrypted": (encrypted(GOOD_WORD), "encrypted"),
    "external entity": (
        packed([("word/document.xml", word_xml(paragraph("&x;"), ENTITY))]),
        "unsafe_xml",
    ),
    "entity bomb": (
        packed([("word/document.xml", word_xml(paragraph("&b;"), BOMB))]),
        "unsafe_xml",
    ),
    "cut in half": (GOOD_WORD[: len(GOOD_WORD) // 2], "damaged"),
    "cut at the end": (as_odt()[:-30], "damaged"),
    "broken XML": (packed([("word/document.xml", "<w:document>")]), "damaged"),
    "a letter": (b"Kj\xc3\xa6re alle.\n\nDette er et brev.\n\nHilsen meg.\n", "no_priorities"),
    "deeply nested": (
        word("<w:sdt><w:sdtContent>" * 3_000 + "</w:sdtContent></w:sdt>" * 3_000),
        "too_hard",
    ),
    "two plans": (
        (HEAD + "- Jobbe for a\n\n# Handlingsplan 2027/2028\n\n- Jobbe for b\n").encode(),
        "two_plans",
    ),
}


@pytest.mark.parametrize(("data", "code"), REFUSED.values(), ids=REFUSED)
def test_refused_with_a_sentence(data, code):
    start = time.monotonic()
    with pytest.raises(PlanReadError) as caught:
        read_plan(data, "plan.docx")
    assert time.monotonic() - start < 10
    assert code is None or caught.value.code == code
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "%(" not in sentence


ODD = {
    "5,000 bullets": ("".join(f"- Jobbe for sak {i}.\n" for i in range(5_000)), 5_000),
    "a bullet of 48,000 characters": ("- " + "Jobbe for ting. " * 3_000, 1),
    "a word of 48,000 characters": ("- " + "x" * 48_000, 1),
    "emphasis without end": ("- " + "*a_" * 16_000, 1),
    "brackets without end": ("- " + "[" * 48_000, 1),
    "half links": ("- " + "[a](<" * 380, 1),
    "many levels": ("".join(f"{'  ' * i}- Jobbe\n" for i in range(1_000)), 1),
    "dashes": ("- " * 10_000 + "Jobbe", 1),
    "quotes": ("> " * 10_000 + "Jobbe\n\n- Jobbe for boliger", 1),
    "a gap": ("- Jobbe" + " " * 140_000 + "for boliger", 1),
    "dots": ("." * 140_000 + "\n\n- Jobbe for boliger", 1),
    "numbers": ("1 " * 70_000 + "\n\n- Jobbe for boliger", 1),
    "pipes": ("|a" * 70_000 + "\n|-|-|\n\n- Jobbe for boliger", 1),
    "hashes": ("#" * 140_000 + "\n\n- Jobbe for boliger", 1),
    "addresses": ("a.a" * 40_000 + "@\n\n- Jobbe for boliger", 1),
    "escapes": ("\x1b]" * 40_000 + "\n\n- Jobbe for boliger", 1),
}


@pytest.mark.parametrize(("body", "priorities"), ODD.values(), ids=ODD)
def test_odd_but_read(body, priorities):
    start = time.monotonic()
    plan = read_plan_text(HEAD + body)
    assert time.monotonic() - start < 5
    assert sum(len(section.priorities) for section in plan.sections) == priorities


@pytest.mark.parametrize("head", [HEAD, "Handlingsplan 2026\n\nPolitiske saker\n\n"])
def test_scripts_in_a_text_are_no_text(head):
    text = (
        f"{head}- Jobbe for <script>alert('x')\n- Jobbe for x</SCRIPT>boliger\n\n- Jobbe for <b>mer"
    )
    plan = read_plan_text(f"{text}<img src=x onerror=alert(1)></b>.\n")
    words = [one.text for section in plan.sections for one in section.priorities]
    assert words == ["Jobbe for boliger", "Jobbe for mer."]
    assert [one.reason for one in plan.skipped] == ["script"]


def test_nested_tags_are_read():
    page = "<html><h1>Handlingsplan 2026</h1>" + "<div>" * 10_000 + "<ul><li>Jobbe for boliger"
    assert read_plan(page.encode()).sections[0].priorities[0].text == "Jobbe for boliger"


def test_reading_in_a_process_of_its_own_has_a_limit_of_time(monkeypatch):
    monkeypatch.setattr(isolation, "WALL_SECONDS", 0.001)
    with pytest.raises(PlanReadError) as caught:
        read_plan(GOOD_WORD)
    assert caught.value.code == "too_hard"


@pytest.mark.skipif(sys.platform != "linux", reason="memory limits are the kernel's")
def test_worker_stays_below_300_mb():
    body = paragraph("Jobbe for boliger") * 250_000
    script = (
        "import resource, subprocess, sys\n"
        "subprocess.run([sys.executable, '-m', 'priorities.plan_reader.worker'], "
        "stdin=sys.stdin, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        input=packed([("word/document.xml", word_xml(body))]),
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(isolation._ROOT)},
    )
    assert int(done.stdout) < 300_000


def test_every_error_has_a_sentence_and_its_details():
    for code in MESSAGES:
        error = PlanReadError(code, limit=10, first="A", second="B", name="C")
        assert "%(" not in str(error)

"""The same plan in every format, and what only word processors and web pages have."""

import unicodedata

import docx
import pytest

from priorities.plan_reader import PlanReadError, read_plan, read_plan_text
from tests.priorities.plan_reader import documents
from tests.priorities.plan_reader.documents import (
    PLAN,
    paragraph,
    saved,
    sections_of,
    word,
    word_xml,
)

FORMATS = {
    "markdown": documents.as_markdown,
    "text": documents.as_text,
    "html": documents.as_html,
    "styled .docx": documents.as_styled_docx,
    "bold .docx": documents.as_bold_docx,
    "odt": documents.as_odt,
}


@pytest.mark.parametrize("make", FORMATS.values(), ids=FORMATS)
def test_same_plan_in_every_format(make):
    plan = read_plan(make())
    assert plan.title == "Handlingsplan for 2026/2027"
    assert (plan.year_start, plan.year_end) == (2026, 2027)
    assert plan.adopted_on.isoformat() == "2026-04-12"
    assert plan.language == "nb"
    assert [one.kind for one in plan.sections] == ["political", "organisational", "other"]
    assert sections_of(plan) == PLAN
    skipped = [one.text for one in plan.skipped if one.reason == "introduction"]
    assert skipped == [documents.INTRODUCTION]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_and_line_ends(encoding, newline):
    plan = read_plan(documents.as_text(encoding, newline))
    assert sections_of(plan) == PLAN
    assert plan == read_plan(documents.as_text())


def test_decomposed_letters_are_composed():
    data = unicodedata.normalize("NFD", documents.as_markdown().decode()).encode()
    assert data != documents.as_markdown()
    assert sections_of(read_plan(data)) == PLAN


def test_pasted_text_reads_like_a_file():
    assert read_plan_text(documents.as_markdown().decode()) == read_plan(documents.as_markdown())
    assert sections_of(read_plan_text(documents.as_html().decode())) == PLAN


def test_hidden_characters_are_removed_with_a_warning():
    text = documents.as_markdown().decode()
    dirty = text.replace("Jobbe", "Jo\u200bb\u202eb\x00e\x1b[31m").replace("Holde", "\ud800Holde")
    plan = read_plan_text(dirty)
    assert sections_of(plan) == PLAN
    assert [notice.code for notice in plan.warnings] == ["hidden_characters"]


def test_contract_has_exactly_its_keys():
    contract = read_plan(documents.as_styled_docx()).as_json()
    assert list(contract) == [
        "title",
        "year_start",
        "year_end",
        "adopted_on",
        "language",
        "sections",
        "skipped",
        "warnings",
    ]
    assert list(contract["sections"][0]) == ["heading", "kind", "preamble", "priorities"]
    assert list(contract["sections"][0]["priorities"][0]) == ["text", "items"]
    assert list(contract["skipped"][0]) == ["line", "text", "why"]
    assert all(isinstance(one["why"], str) for one in contract["skipped"])


def word_plan(*priorities):
    return word(
        paragraph("Handlingsplan 2026/2027")
        + paragraph("Politiske prioriteringer", '<w:outlineLvl w:val="0"/>')
        + "".join(priorities)
    )


def first_section(data):
    return sections_of(read_plan(data))[0][2]


def test_tracked_deletions_are_no_text_and_insertions_are():
    plan = read_plan(
        word_plan(
            paragraph(
                "<w:r><w:t>- Jobbe for </w:t></w:r>"
                "<w:del><w:r><w:delText>to</w:delText></w:r></w:del>"
                "<w:ins><w:r><w:t>tre</w:t></w:r></w:ins>"
                "<w:r><w:t> boliger</w:t></w:r>"
            )
        )
    )
    assert plan.sections[0].priorities[0].text == "Jobbe for tre boliger"
    assert "tracked_changes" in [notice.code for notice in plan.warnings]
    assert "to" not in [one.text for one in plan.skipped]


def test_struck_and_hidden_text_is_skipped_with_its_reason():
    plan = read_plan(
        word_plan(
            paragraph(
                "<w:r><w:t>- Jobbe for </w:t></w:r>"
                "<w:r><w:rPr><w:strike/></w:rPr><w:t>færre</w:t></w:r>"
                "<w:r><w:rPr><w:vanish/></w:rPr><w:t>skjult</w:t></w:r>"
                "<w:r><w:t>flere boliger</w:t></w:r>"
            )
        )
    )
    assert plan.sections[0].priorities[0].text == "Jobbe for flere boliger"
    assert {(one.text, one.reason) for one in plan.skipped} == {
        ("færre", "struck"),
        ("skjult", "hidden"),
    }


def test_text_box_is_read_once():
    box = (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>'
        "<w:txbxContent><w:p><w:r><w:t>- Jobbe for boliger</w:t></w:r></w:p></w:txbxContent>"
        "</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent>"
        "<w:p><w:r><w:t>- Jobbe for boliger</w:t></w:r></w:p></w:txbxContent></v:textbox>"
        "</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    data = word_plan(paragraph("- Jobbe for støtte"), paragraph(box))
    assert first_section(data) == [("Jobbe for støtte", []), ("Jobbe for boliger", [])]


def test_numbering_levels_of_word():
    level = '<w:numPr><w:ilvl w:val="{}"/><w:numId w:val="7"/></w:numPr>'
    numbering = (
        word_xml("")
        .replace("document", "numbering")
        .replace(
            "<w:body></w:body>",
            '<w:abstractNum w:abstractNumId="1">'
            '<w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl>'
            '<w:lvl w:ilvl="1"><w:numFmt w:val="lowerLetter"/></w:lvl></w:abstractNum>'
            '<w:num w:numId="7"><w:abstractNumId w:val="1"/></w:num>',
        )
    )
    body = (
        paragraph("Handlingsplan 2026/2027")
        + paragraph("Politiske prioriteringer", '<w:outlineLvl w:val="0"/>')
        + paragraph("Bedre økonomi", level.format(0))
        + paragraph("Støtten må opp.")
        + paragraph("møte partiene", level.format(1))
        + paragraph("Flere boliger", level.format(0))
        + paragraph("Det er for få.")
    )
    plan = read_plan(word(body, ("word/numbering.xml", numbering)))
    assert sections_of(plan)[0][2] == [
        ("Bedre økonomi Støtten må opp.", ["møte partiene"]),
        ("Flere boliger Det er for få.", []),
    ]


def test_header_footer_and_footnotes_are_skipped():
    notes = word_xml(paragraph("Vedtatt mot to stemmer")).replace("document", "footnotes")
    data = word(
        paragraph("Handlingsplan 2026/2027") + paragraph("- Jobbe for boliger"),
        ("word/footnotes.xml", notes),
        ("word/footer1.xml", word_xml(paragraph("Side 1 av 2")).replace("document", "ftr")),
    )
    plan = read_plan(data)
    assert [(one.text, one.reason) for one in plan.skipped] == [
        ("Side 1 av 2", "page_header"),
        ("Vedtatt mot to stemmer", "footnote"),
    ]


def make_table(rows):
    document = docx.Document()
    document.add_paragraph("Handlingsplan 2026/27")
    table = document.add_table(len(rows), len(rows[0]))
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            first, *more = text.split("\n")
            cell.text = first
            for line in more:
                cell.add_paragraph(line)
    return saved(document)


def test_table_of_goals_and_actions():
    data = make_table(
        [
            ["Mål", "Tiltak", "Ansvar"],
            ["Bedre økonomi", "Møte Stortinget\nSkrive brev", "AU"],
            ["Flere boliger", "Aksjon", "Leder"],
        ]
    )
    plan = read_plan(data)
    assert sections_of(plan) == [
        (
            "",
            "",
            [("Bedre økonomi", ["Møte Stortinget", "Skrive brev"]), ("Flere boliger", ["Aksjon"])],
        )
    ]
    left_out = {one.text for one in plan.skipped if one.reason == "table_column"}
    assert left_out == {"AU", "Leder"}


def test_table_with_a_kind_of_section_in_each_column():
    data = make_table(
        [
            ["Politiske prioriteringer", "Organisatoriske prioriteringer"],
            ["Jobbe for A\nJobbe for B", "Styrke C"],
        ]
    )
    plan = read_plan(data)
    assert [(one.kind, len(one.priorities)) for one in plan.sections] == [
        ("political", 2),
        ("organisational", 1),
    ]


def test_table_with_themes_at_the_left():
    data = make_table(
        [
            ["Velferd", "Jobbe for helse\nJobbe for idrett"],
            ["Utdanning", "Jobbe for kvalitet\nJobbe for praksis"],
        ]
    )
    assert sections_of(read_plan(data)) == [
        ("Velferd", "", [("Jobbe for helse", []), ("Jobbe for idrett", [])]),
        ("Utdanning", "", [("Jobbe for kvalitet", []), ("Jobbe for praksis", [])]),
    ]


def test_web_page_without_end_tags_and_with_scripts():
    page = (
        "<html><body><h1>Handlingsplan 2026/2027</h1><h2>Politiske prioriteringer</h2>"
        "<ul><li>Jobbe for <a href='x'>støtte</a><sup><a href='#n'>1</a></sup>."
        "<ul><li>Del en<li>Del to</ul><li><p>Jobbe for boliger.</p><p>Mer om det.</p></ul>"
        "<script>var x = '<li>Jobbe for x</li>';</script><footer>Kontakt</footer>"
    )
    plan = read_plan(page.encode())
    assert sections_of(plan)[0][2] == [
        ("Jobbe for støtte.", ["Del en", "Del to"]),
        ("Jobbe for boliger. Mer om det.", []),
    ]
    reasons = {one.reason for one in plan.skipped}
    assert reasons == {"script", "page_header"}


def test_content_decides_the_format_not_the_name():
    assert sections_of(read_plan(documents.as_styled_docx(), "plan.txt")) == PLAN
    assert sections_of(read_plan(documents.as_html(), "plan.docx")) == PLAN
    with pytest.raises(PlanReadError) as caught:
        read_plan(b"%PDF-1.7 noe", "plan.docx")
    assert caught.value.code == "pdf"

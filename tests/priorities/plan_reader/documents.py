"""Documents made for the tests: one plan in every format, and packed files of all kinds."""

import io
import zipfile

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from odf import opendocument
from odf import style as odf_style
from odf import text as odf_text

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
INTRODUCTION = "Planen gjelder for hele unionen og gir styret retning."

# Sections: a heading, a preamble, and priorities with their sub-items.
PLAN = [
    (
        "Politiske prioriteringer",
        "Unionen skal være en stemme for alle studenter i Fjordvik.",
        [
            (
                "Jobbe for høyere støtte, også til dem som er syke.",
                ["Møte partiene", "Skrive brev"],
            ),
            ("Jobbe for flere boliger i kommune- og fylkesplanene.", []),
        ],
    ),
    (
        "Organisatoriske prioriteringer",
        "",
        [("Rekruttere kandidater til valget i 2031.", []), ("Holde to kurs.", ["Høst", "Vår"])],
    ),
    ("Økonomi", "Unionen skal:", [("ha et sunt budsjett", [])]),
]


def describe(plan):
    """A plan as an outline that a person can read and compare."""
    lines = [
        f"title: {plan.title}",
        f"years: {plan.year_start}-{plan.year_end}",
        f"adopted: {plan.adopted_on}",
        f"language: {plan.language}",
    ]
    for section in plan.sections:
        lines.append(f"\n[{section.kind}] {section.heading}")
        if section.preamble:
            lines.append(f"  | {section.preamble}")
        for priority in section.priorities:
            lines.append(f"  * {priority.text}")
            lines.extend(f"      - {item}" for item in priority.items)
    lines.append("")
    lines.extend(f"x {one.line} {one.reason}: {one.text}" for one in plan.skipped)
    lines.extend(f"! {notice.code}" for notice in plan.warnings)
    return "\n".join(lines) + "\n"


def sections_of(plan):
    return [
        (one.heading, one.preamble, [(p.text, list(p.items)) for p in one.priorities])
        for one in plan.sections
    ]


def as_markdown():
    rows = ["# Handlingsplan for 2026/2027", "", "Vedtatt 12.04.2026", "", INTRODUCTION, ""]
    for heading, preamble, priorities in PLAN:
        rows += [f"## {heading}", "", preamble, ""]
        for words, items in priorities:
            rows.append(f"- {words}")
            rows += [f"  - {item}" for item in items]
        rows.append("")
    return "\n".join(rows).encode()


def as_text(encoding="utf-8", newline="\n"):
    rows = ["Handlingsplan for 2026/2027", "Vedtatt 12.04.2026", "", INTRODUCTION, ""]
    for heading, preamble, priorities in PLAN:
        rows += [heading, *([preamble] if preamble else []), ""]
        for words, items in priorities:
            rows.append(f"– {words}")
            rows += [f"    – {item}" for item in items]
        rows.append("")
    return newline.join(rows).encode(encoding)


def as_html():
    parts = [
        "<!doctype html><html><head><title>Plan</title><style>p { color: red }</style></head>",
        "<body><nav><a href='/'>Forsiden</a></nav><h1>Handlingsplan for 2026/2027</h1>",
        f"<p>Vedtatt 12.04.2026<p>{INTRODUCTION}<script>alert('Jobbe for x')</script>",
    ]
    for heading, preamble, priorities in PLAN:
        parts.append(f"<h2>{heading}</h2>" + (f"<p>{preamble}</p>" if preamble else "") + "<ul>")
        for words, items in priorities:
            inner = "".join(f"<li>{item}</li>" for item in items)
            parts.append(
                f"<li><b>{words[:4]}</b>{words[4:]}" + (f"<ul>{inner}</ul>" if inner else "")
            )
        parts.append("</ul>")
    return "".join([*parts, "</body></html>"]).encode()


def saved(document):
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def as_styled_docx():
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Fjordvik studentunion"
    document.add_heading("Handlingsplan for 2026/2027", 0)
    document.add_paragraph("Vedtatt 12.04.2026")
    document.add_paragraph(INTRODUCTION)
    for heading, preamble, priorities in PLAN:
        document.add_heading(heading, 1)
        if preamble:
            document.add_paragraph(preamble)
        for words, items in priorities:
            document.add_paragraph(words, style="List Bullet")
            for item in items:
                document.add_paragraph(item, style="List Bullet 2")
    return saved(document)


def as_bold_docx():
    document = docx.Document()
    title = document.add_paragraph().add_run("Handlingsplan for 2026/2027")
    title.bold, title.font.size = True, Pt(22)
    document.add_paragraph("Vedtatt 12.04.2026")
    document.add_paragraph(INTRODUCTION)
    for heading, preamble, priorities in PLAN:
        document.add_paragraph().add_run(heading).bold = True
        if preamble:
            document.add_paragraph(preamble)
        for words, items in priorities:
            document.add_paragraph(f"•\t{words}")
            for item in items:
                document.add_paragraph(f"o\t{item}")
        document.add_paragraph("")
    return saved(document)


def as_odt():
    document = opendocument.OpenDocumentText()
    level = odf_text.ListLevelStyleBullet(level=1, bulletchar="•")
    bullets = odf_text.ListStyle(name="L1")
    bullets.addElement(level)
    document.automaticstyles.addElement(bullets)
    bold = odf_style.Style(name="B", family="paragraph")
    bold.addElement(odf_style.TextProperties(fontweight="bold"))
    document.automaticstyles.addElement(bold)
    body = document.text
    body.addElement(odf_text.P(text="Handlingsplan for 2026/2027", stylename="B"))
    body.addElement(odf_text.P(text="Vedtatt 12.04.2026"))
    body.addElement(odf_text.P(text=INTRODUCTION))
    for heading, preamble, priorities in PLAN:
        body.addElement(odf_text.H(outlinelevel=1, text=heading))
        if preamble:
            body.addElement(odf_text.P(text=preamble))
        entries = odf_text.List(stylename="L1")
        for words, items in priorities:
            entry = odf_text.ListItem()
            entry.addElement(odf_text.P(text=words))
            if items:
                inner = odf_text.List()
                for item in items:
                    sub_entry = odf_text.ListItem()
                    sub_entry.addElement(odf_text.P(text=item))
                    inner.addElement(sub_entry)
                entry.addElement(inner)
            entries.addElement(entry)
        body.addElement(entries)
    return saved(document)


def packed(members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def word_xml(body, prolog=""):
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{prolog}<w:document xmlns:w="{WORD}" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
        f'xmlns:v="urn:schemas-microsoft-com:vml"><w:body>{body}</w:body></w:document>'
    )


def word(body, *more):
    return packed([("word/document.xml", word_xml(body)), *more])


def paragraph(content, properties=""):
    if not content.startswith("<"):
        content = f"<w:r><w:t>{content}</w:t></w:r>"
    return f"<w:p><w:pPr>{properties}</w:pPr>{content}</w:p>"


def shade_header_row(row):
    """Marks a row of a python-docx table as one that is repeated on each page."""
    properties = row._tr.get_or_add_trPr()
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    properties.append(mark)

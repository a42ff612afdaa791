"""Plans made at random: everything is accounted for once, and the structure is what was made."""

import os
import re
import textwrap

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from priorities.plan_reader import PlanReadError, read_plan_text

VERBS = ["Jobbe", "Arbeide", "Styrke", "Sikre", "Utvikle", "Videreutvikle", "Utrede"]
WORD_LIST = (
    "studenter bolig støtte helse utdanning kvalitet praksis medlemslag kommunene stipend "
    "tilgang forskning idrett rådgivning studiestøtteordninger oppfølging kollektivtransport og "
    "for med til i hele landet NSO SHoT-undersøkelsen kommune- Nord-Norge 2029 kunnskap"
)
WORDS = WORD_LIST.split()
THEMES = ["Velferd", "Utdanning", "Internasjonalt", "Økonomi", "Samarbeid", "Idrett og kultur"]
KINDS = {
    "political": ["Politiske prioriteringer", "Politiske saker"],
    "organisational": ["Organisatoriske prioriteringer", "Organisasjonen"],
}
EXAMPLES = int(os.environ.get("PLAN_READER_EXAMPLES", "50"))
HEADER = "Studentparlamentet i Fjordvik"


@st.composite
def phrases(draw, least=3, most=25):
    words = draw(st.lists(st.sampled_from(WORDS), min_size=least, max_size=most))
    words = [word if word != "kommune-" else "kommune- og fylkesvalget" for word in words]
    return " ".join([draw(st.sampled_from(VERBS)), "for", *words, "studentene"])


@st.composite
def plans(draw):
    sections = []
    for kind in draw(st.permutations(list(KINDS))):
        heading = draw(st.sampled_from(KINDS[kind]))
        preamble = draw(st.sampled_from(["", "Unionen er til for studentene i hele landet."]))
        priorities = draw(
            st.lists(
                st.tuples(phrases(), st.lists(phrases(most=8), max_size=3)),
                min_size=1,
                max_size=6,
            )
        )
        sections.append((heading, kind, preamble, priorities))
    for theme in draw(st.lists(st.sampled_from(THEMES), max_size=2, unique=True)):
        priorities = [(draw(phrases()), [])]
        sections.append((theme, "other", "", priorities))
    return sections


@st.composite
def layouts(draw):
    return {
        "markdown": draw(st.booleans()),
        "width": draw(st.sampled_from([0, 50, 64, 80])),
        "bullet": draw(st.sampled_from(["-", "–", "*", "•", "1.", "1)"])),
        "inner": draw(st.sampled_from(["-", "–", "a)", "o"])),
        "stop": draw(st.booleans()),
        "page": draw(st.integers(min_value=3, max_value=30)),
        "headers": draw(st.booleans()),
        "gap": draw(st.booleans()),
        "crlf": draw(st.booleans()),
    }


def marker(form, number):
    if form in ("1.", "1)"):
        return f"{number}{form[1]}"
    return f"{'abcdefg'[number - 1]})" if form == "a)" else form


def lay_out(sections, layout):
    """The text of a plan as a word processor or an author would lay it out."""
    stop = "." if layout["stop"] else ""

    def wrapped(text, first, rest):
        if not layout["width"]:
            return [first + text]
        return textwrap.wrap(
            text,
            width=layout["width"],
            initial_indent=first,
            subsequent_indent=rest,
            break_on_hyphens=False,
            break_long_words=False,
        )

    rows = [HEADER, "", "Handlingsplan 2026/2027", "", "Vedtatt 12.04.2026", ""]
    if layout["markdown"]:
        rows[2] = "# " + rows[2]
    for heading, _kind, preamble, priorities in sections:
        rows += ["## " + heading if layout["markdown"] else heading, ""]
        if preamble:
            rows += [*wrapped(preamble, "", ""), ""]
        for number, (text, items) in enumerate(priorities, start=1):
            sign = marker(layout["bullet"], number) + " "
            rows += wrapped(text + stop, sign, " " * len(sign))
            for index, item in enumerate(items, start=1):
                inner = "    " + marker(layout["inner"], index) + " "
                rows += wrapped(item + stop, inner, " " * len(inner))
            if layout["gap"]:
                rows.append("")
        rows.append("")
    if layout["headers"]:
        paged = []
        for number, row in enumerate(rows, start=1):
            paged.append(row)
            if number > 6 and number % layout["page"] == 0 and number < len(rows) - 2:
                paged += ["", HEADER, f"Side {number // layout['page']}", ""]
        rows = paged
    return ("\r\n" if layout["crlf"] else "\n").join(rows)


def bag(text):
    return sorted(re.findall(r"\w+", text))


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sections=plans(), layout=layouts())
def test_what_was_made_is_what_is_read(sections, layout):
    text = lay_out(sections, layout)
    stop = "." if layout["stop"] else ""
    plan = read_plan_text(text)
    read = [
        (one.heading, one.kind, one.preamble, [(p.text, list(p.items)) for p in one.priorities])
        for one in plan.sections
    ]
    made = [
        (
            heading,
            kind,
            preamble,
            [(words + stop, [item + stop for item in items]) for words, items in priorities],
        )
        for heading, kind, preamble, priorities in sections
    ]
    assert read == made, text
    assert plan.title == "Handlingsplan 2026/2027"


@st.composite
def heaps(draw):
    """Lines of every sort in any order: no plan that anyone would write."""
    line = st.one_of(
        phrases(),
        phrases().map(lambda text: f"- {text}."),
        phrases().map(lambda text: f"    a) {text}"),
        phrases().map(lambda text: f"7. {text}"),
        phrases().map(lambda text: f"{text}:"),
        phrases().map(lambda text: f"**{text}**"),
        st.sampled_from(
            ["", "", "Politiske saker", "# Velferd", "Side 3", "---", "NSO skal:", "Delmål:", "12"]
        ),
        st.text(alphabet="ab -*_.:|#>[]()1å\t", max_size=30),
    )
    return "\n".join(draw(st.lists(line, min_size=1, max_size=25)))


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=heaps())
def test_no_word_is_lost_invented_or_doubled(text):
    try:
        plan = read_plan_text(text)
    except PlanReadError:
        return
    parts = [plan.title]
    for section in plan.sections:
        parts += [section.heading, section.preamble]
        for priority in section.priorities:
            parts += [priority.text, *priority.items]
    parts += [one.text for one in plan.skipped]
    words = re.findall(r"[^\W\d_]{3,}", text)
    assert sorted(re.findall(r"[^\W\d_]{3,}", " ".join(parts))) == sorted(words), text

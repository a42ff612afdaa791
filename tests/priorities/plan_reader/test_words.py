"""Words broken at line ends, dates, years, titles: small rules that many shapes rest on."""

import datetime

import pytest

from priorities.plan_reader import read_plan_text
from priorities.plan_reader.facts import adoption_dates, choose_date, dates_in, years_in
from priorities.plan_reader.markers import find_marker
from priorities.plan_reader.outline import kind_of
from priorities.plan_reader.wording import join, words_of


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ("bedre til-", "gang til", "bedre tilgang til"),
        ("mot kommune-", "og fylkestingsvalget", "mot kommune- og fylkestingsvalget"),
        ("funnene fra SHoT-", "undersøkelsen", "funnene fra SHoT-undersøkelsen"),
        ("en e-", "post", "en e-post"),
        ("i Nord-", "Norge", "i Nord-Norge"),
        ("valget i 2027-", "perioden", "valget i 2027-perioden"),
        ("oppleves som Oslo-", "sentrert", "oppleves som Oslo-sentrert"),
        ("Videreut-", "vikle", "Videreutvikle"),
        ("til\u00ad", "gang", "tilgang"),
        ("og/", "eller", "og/eller"),
        ("studenter –", "også", "studenter – også"),
        ("en vanlig", "linje", "en vanlig linje"),
    ],
)
def test_lines_are_joined_as_the_word_wants(first, second, whole):
    assert join(first, second) == whole


def test_other_places_in_the_document_decide_about_a_hyphen():
    words = words_of("Risk-ordningen og well-being, men landsmøtet")
    assert join("Students at Risk-", "ordningen", words) == "Students at Risk-ordningen"
    assert join("a well-", "being", words) == "a well-being"
    assert join("på lands-", "møtet", words) == "på landsmøtet"


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("Handlingsplan for 2026/2027", (2026, 2027)),
        ("Handlingsplan 2026-2027", (2026, 2027)),
        ("Handlingsplan 2026–27", (2026, 2027)),
        ("Handlingsplan 26/27", (2026, 2027)),
        ("Handlingsplan 2099/00", (2099, 2100)),
        ("Arbeidsprogram for perioden 2026 til 2029", (2026, 2029)),
        ("Verksamhetsplan 2026", (2026, 2026)),
        ("Handlingsplan vedtatt 12.04.2026", None),
        ("Handlingsplan 2026-04-12", None),
        ("Handlingsplan", None),
    ],
)
def test_years_of_a_title(text, years):
    assert years_in(text, short=True) == years


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Vedtatt på landsmøte 12.04.2026", "2026-04-12"),
        ("Vedtatt 12.4.26", "2026-04-12"),
        ("Vedteke 12. april 2026", "2026-04-12"),
        ("Adopted on April 12th, 2026", "2026-04-12"),
        ("Adopted 12th of April 2026", "2026-04-12"),
        ("Antagen den 12 april 2026", "2026-04-12"),
        ("Fastställd 2026-04-12", "2026-04-12"),
        ("Vedtatt av landsmøtet 10.–12. april 2026", "2026-04-12"),
        ("Vedtatt 31.02.2026", None),
        ("Vedtatt av landsmøtet 2026", None),
    ],
)
def test_date_of_adoption(text, date):
    chosen, notices = choose_date(adoption_dates(text), (2026, 2027))
    assert chosen == (datetime.date.fromisoformat(date) if date else None)
    assert notices == []


def test_adoption_wins_over_revision_when_it_fits_the_years():
    text = "Vedtatt 12.04.2026, sist revidert 20.11.2026"
    chosen, notices = choose_date(adoption_dates(text), (2026, 2027))
    assert chosen == datetime.date(2026, 4, 12)
    assert [code for code, _details in notices] == ["several_dates"]
    text = "Først vedtatt 12.04.2019, sist revidert 20.04.2026"
    assert choose_date(adoption_dates(text), (2026, 2027))[0] == datetime.date(2026, 4, 20)


def test_dates_keep_their_order():
    assert [one.day for one in dates_in("1. mai 2026, 2026-05-02 og 3.5.2026")] == [1, 2, 3]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("- a", "dash", None),
        ("– a", "dash", None),
        ("* a", "star", None),
        ("•a", "dot", None),
        ("o a", "circle", None),
        ("▪ a", "square", None),
        ("1. a", "decimal.", 1),
        ("1) a", "decimal)", 1),
        ("(2) a", "decimal(", 2),
        ("1.2 a", "multi2", 2),
        ("1.2.3. a", "multi3", 3),
        ("1.a. a", "multi2", 1),
        ("1. b) a", "multi2", 2),
        ("c) a", "lettera)", 3),
        ("(a) a", "lettera(", 1),
        ("B. a", "letterA.", 2),
        ("iv. a", "romani", 4),
        ("§ 3 a", "section", 3),
    ],
)
def test_markers(text, kind, value):
    marker = find_marker(text)
    assert (marker.kind, marker.value) == (kind, value)
    assert text[marker.length :].strip() in ("a",)


@pytest.mark.parametrize(
    "text", ["2027 er et valgår", "12.04.2026", "og mer", "NSO skal", "-1", "1,5 G", "f.eks. a"]
)
def test_no_marker(text):
    assert find_marker(text) is None


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Politiske prioriteringer", "political"),
        ("Utdanningspolitiske saker", "political"),
        ("Politiska mål", "political"),
        ("Studiepolitikk", "political"),
        ("Policy priorities", "political"),
        ("Organisatoriske prioriteringar", "organisational"),
        ("Organisasjonen skal:", "organisational"),
        ("Organizational goals", "organisational"),
        ("Organisasjonspolitiske saker", "organisational"),
        ("Norsk studentorganisasjon skal", ""),
        ("The Student Organisation will", ""),
        ("Politiske og organisatoriske prioriteringer", ""),
        ("Velferd", ""),
    ],
)
def test_kind_of_a_heading(heading, kind):
    assert kind_of(heading) == kind


LANGUAGES = {
    "nb": "Jobbe for at studentene får høyere støtte, og ikke må jobbe ved siden av studiene.",
    "nn": "Arbeide for at studentane får høgare støtte, og ikkje må jobbe ved sida av studia.",
    "sv": "Verka för att studenterna får högre stöd och inte behöver arbeta vid sidan av.",
    "da": "Arbejde for at de studerende får højere støtte og ikke bliver syge af stress.",
    "en": "Work for higher grants, so that students do not have to work while they study.",
}


@pytest.mark.parametrize(("language", "text"), LANGUAGES.items(), ids=LANGUAGES)
def test_language(language, text):
    assert read_plan_text(f"2026\n\n- {text}\n- {text}\n").language == language


def test_numbers_in_a_sentence_are_no_list():
    text = (
        "Handlingsplan 2026\n\nPolitiske saker\n\n- Jobbe for et godt resultat for studentene i"
        " valget\n2027. Som en del av dette skal unionen bistå lagene fram til\n12. september og"
        " øke stipendet til\n1.5 G.\n- Jobbe for flere boliger.\n"
    )
    assert [one.text for one in read_plan_text(text).sections[0].priorities] == [
        "Jobbe for et godt resultat for studentene i valget 2027. Som en del av dette skal unionen"
        " bistå lagene fram til 12. september og øke stipendet til 1.5 G.",
        "Jobbe for flere boliger.",
    ]


def test_prose_after_a_list_is_skipped_with_a_warning():
    plan = read_plan_text("Handlingsplan 2026\n\n- Jobbe for a.\n\nStyret følger opp planen.\n")
    assert [one.text for one in plan.sections[0].priorities] == ["Jobbe for a."]
    assert [(one.line, one.reason) for one in plan.skipped] == [(5, "after_list")]
    assert "after_list" in [notice.code for notice in plan.warnings]

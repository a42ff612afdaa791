"""The public side in other hands: zoomed, spaced, by keyboard, on paper, without script."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browser.conftest import SCREENS
from tests.browser.public_pages import KINDS, LANGUAGES, PLAN, PRIORITY

pytestmark = pytest.mark.browser

# One of each layout; the rest are the same parts in another order.
LAYOUTS = [
    "front",
    "plan",
    "priority",
    "update",
    "news",
    "progress",
    "organisations",
    "organisation",
    "search-found",
    "log-in",
    "404",
]

OPEN_ALL = "document.querySelectorAll('main details').forEach((one) => (one.open = true))"

# What a screen of 320 px does not show and nobody can scroll to. A wide table may scroll by itself
# where the keyboard reaches it, and a row of choices where each of them is reached.
BEYOND = """
() => {
  const scrolls = (one) => ["auto", "scroll"].includes(getComputedStyle(one).overflowX);
  const reached = (one) => one.closest("[tabindex='0'], .pills");
  const beyond = [];
  for (const one of document.body.querySelectorAll("*")) {
    if (!one.checkVisibility() || one.closest("svg, .vh, .skip")) continue;
    const box = one.getBoundingClientRect();
    if (!box.width || box.right <= innerWidth + 1) continue;
    let above = one.parentElement;
    while (above && !scrolls(above)) above = above.parentElement;
    if (!above || !reached(above)) beyond.push(one.outerHTML.slice(0, 100));
  }
  const over = document.documentElement.scrollWidth - innerWidth;
  return over > 0 ? [...beyond, over] : beyond;
}
"""

# WCAG 1.4.12, as its bookmarklet sets it.
SPACED = """
() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }`);
  document.adoptedStyleSheets = [sheet];
}
"""
CUT = """
() => [...document.body.querySelectorAll("*")]
  .filter((one) => one.checkVisibility() && !one.closest("svg, .vh, .skip"))
  .filter((one) => !["INPUT", "TEXTAREA", "SELECT"].includes(one.tagName))
  .filter((one) => {
    const style = getComputedStyle(one);
    const hides = (way) => ["hidden", "clip"].includes(way);
    return (hides(style.overflowX) && one.scrollWidth > one.clientWidth + 1) ||
      (hides(style.overflowY) && one.scrollHeight > one.clientHeight + 1);
  })
  .map((one) => one.outerHTML.slice(0, 100))
"""

# A link in running text may be as high as its line (WCAG 2.5.8); everything else is a target.
# A county on the map is as large as it is; its row in the table leads to the same place.
SMALL_TARGETS = """
() => [...document.querySelectorAll("a, button, input:not([type=hidden]), select, summary")]
  .filter((one) => one.checkVisibility() && !one.matches(".skip, .map a"))
  .filter((one) => !one.matches("p > a:not([class]), li > a:not([class])") ||
    ![...one.parentNode.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
  .map((one) => [one.outerHTML.slice(0, 90), one.closest(".prow") ?? one])
  .map(([name, target]) => [name, target.getBoundingClientRect()])
  .filter(([, box]) => box.width < 24 || box.height < 43.5)
  .map(([name, box]) => [name, box.width, box.height])
"""

MOVING = """
() => [...document.querySelectorAll("*")].flatMap((one) =>
  [null, "::before", "::after"].map((part) => getComputedStyle(one, part))
    .filter((style) => [style.animationDuration, style.transitionDuration]
      .some((times) => times.split(",").some((time) => parseFloat(time) > 0)))
    .map(() => one.outerHTML.slice(0, 90)))
"""

# Whether one sees where the keyboard stands: a ring, inside the window, with nothing on top of it.
STANDS = """
() => {
  const one = document.activeElement;
  // A whole row is one link, and wears its ring.
  const style = getComputedStyle(one.closest("h3")?.closest(".prow") ?? one);
  const box = one.getBoundingClientRect();
  const at = (x, y) => document.elementFromPoint(x, y);
  const [x, y] = [box.x + Math.min(box.width / 2, 8), box.y + box.height / 2];
  const top = at(x, y) ?? document.body;
  // A county is no box: its border is its ring, and another may stand at any point of its box.
  const county = one.closest(".map") && getComputedStyle(one.querySelector("path"));
  return {
    name: (one.innerText || one.getAttribute("aria-label") || one.id || one.tagName).trim(),
    markup: one.outerHTML.slice(0, 120),
    ring: county ? parseFloat(county.strokeWidth)
      : style.outlineStyle !== "none" ? parseFloat(style.outlineWidth) : 0,
    seen: box.width > 0 && box.bottom > 0 && box.top < innerHeight,
    free: !!county || one.contains(top) || top.contains(one) ||
      one.closest("label")?.contains(top) === true,
    body: one === document.body,
  };
}
"""


class Keys:
    """Somebody who uses no mouse. Each stop must be seen."""

    def __init__(self, page):
        self.page = page

    def stop(self):
        self.page.keyboard.press("Tab")
        here = self.page.evaluate(STANDS)
        if not here["body"]:
            assert here["ring"] >= 3, here
            assert here["seen"], here
            assert here["free"], here
        return here

    def to(self, name, most=80):
        """Goes on until the stop that is called `name`; returns how many it took."""
        for count in range(1, most):
            if re.search(name, self.stop()["name"]):
                return count
        raise AssertionError(f"no stop is called {name}")

    def press(self, key="Enter"):
        self.page.keyboard.press(key)

    def follow(self, name, most=80):
        count = self.to(name, most)
        with self.page.expect_navigation():
            self.press()
        return count


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_out_of_reach_at_four_hundred_percent(reader, language):
    one = reader(320, 256)
    for name, kind in KINDS.items():
        page = one.open(kind.address(language))
        page.evaluate(OPEN_ALL)
        assert page.evaluate(BEYOND) == [], name


@pytest.mark.parametrize("width", [360, 1280])
def test_wider_spacing_cuts_no_text(reader, width):
    one = reader(width)
    for name, kind in KINDS.items():
        page = one.open(kind.address("nb"))
        page.evaluate(OPEN_ALL)
        page.evaluate(SPACED)
        assert page.evaluate(CUT) == [], name
        assert page.evaluate(BEYOND) == [], name


def test_what_one_presses_is_as_high_as_a_thumb(reader):
    one = reader(360, 740, has_touch=True, is_mobile=True)
    for name, kind in KINDS.items():
        page = one.open(kind.address("en"))
        if page.locator(".menu > summary").count():
            page.locator(".menu > summary").click()
        page.evaluate(OPEN_ALL)
        assert page.evaluate(SMALL_TARGETS) == [], name


def test_a_number_keeps_to_its_title_where_that_is_in_another_language(reader):
    """In nynorsk most titles are in bokmål, and stand in an element that says so."""
    page = reader(360).open("/nn/framdrift/")
    links = page.locator(".ahead a, .clocks a")
    assert links.locator("[lang=nb]").count() > 10
    torn = [one for one in links.all_inner_texts() if not re.match(r"\d+\. \S", one)]
    assert torn == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_head_of_the_page_is_one_row_on_a_desk(reader, language):
    page = reader(1280).open(KINDS["front"].address(language))
    tops = page.locator(".top > .wrap > *").evaluate_all(
        "(all) => all.filter((one) => one.checkVisibility()).map((one) => one.offsetTop)"
    )
    assert len(tops) == 3
    assert max(tops) - min(tops) < 24


def test_nothing_moves_for_those_who_ask_for_it(reader):
    one = reader(reduced_motion="reduce")
    for name in LAYOUTS:
        page = one.open(KINDS[name].address("nb"))
        assert page.evaluate(MOVING) == [], name
        assert page.evaluate("document.getAnimations().length") == 0, name
        assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_borders_and_focus_hold_where_the_system_picks_the_colours(reader, scheme):
    one = reader(forced_colors="active", color_scheme=scheme, reduced_motion="reduce")
    for name in LAYOUTS:
        page = one.open(KINDS[name].address("nb"))
        (SCREENS / "nb").mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENS / "nb" / f"{name}-1280-forced{scheme}.png", full_page=True)
        for part in page.locator(".btn, .vote, .pill, .status, .note, .input, .select").all():
            if part.is_visible():
                style = part.evaluate("one => getComputedStyle(one).borderTopStyle")
                assert style in {"solid", "dashed"}, (name, part.evaluate("one => one.outerHTML"))
        keys = Keys(page)
        for _ in range(12):
            keys.stop()


class TestByKeyboard:
    def test_a_priority_is_found_from_the_front_page(self, reader):
        page = reader().open("/")
        assert Keys(page).follow(r"^2\b") <= 25
        assert urlsplit(page.url).path == PRIORITY
        assert page.locator("h1").inner_text().startswith("Kommune")

    def test_a_search_leads_to_a_page(self, reader):
        page = reader().open("/")
        keys = Keys(page)
        keys.follow("^Søk$")
        keys.to("^q$")
        page.keyboard.type("boliger")
        with page.expect_navigation():
            keys.press()
        assert parse_qs(urlsplit(page.url).query)["q"] == ["boliger"]
        title = page.locator(".hits .title").first.inner_text()
        keys.follow(re.escape(title))
        assert page.locator("h1").inner_text() == title

    def test_the_language_is_changed_and_the_place_kept(self, reader):
        page = reader().open(PLAN)
        assert Keys(page).follow("^English$") <= 12
        assert urlsplit(page.url).path == f"/en{PLAN}"
        assert page.locator("html").get_attribute("lang") == "en"

    def test_the_news_are_filtered(self, reader):
        page = reader().open("/nyheter/")
        keys = Keys(page)
        keys.to("^Alle")
        keys.press("ArrowDown")
        keys.to("^Vis$")
        with page.expect_navigation():
            keys.press()
        assert parse_qs(urlsplit(page.url).query)["prioritering"][0].isdigit()
        assert page.locator(".news-list > li").count() >= 1

    @pytest.mark.parametrize("name", LAYOUTS)
    @pytest.mark.parametrize("width", [360, 1280])
    def test_every_stop_is_seen_and_none_is_a_trap(self, reader, name, width):
        page = reader(width, 700).open(KINDS[name].address("en"))
        keys, stops = Keys(page), []
        for _ in range(250):
            here = keys.stop()
            if here["body"] or (stops and here["markup"] == stops[0]):
                break
            stops.append(here["markup"])
        else:
            raise AssertionError(f"the keyboard does not come around: {stops[-3:]}")
        assert len(stops) > 5


WITHOUT_PASSKEYS = "document.querySelectorAll('[data-needs-passkeys]').forEach((e) => e.remove())"


class TestWithoutScript:
    @pytest.fixture
    def page(self, reader):
        return reader(java_script_enabled=False).page

    def test_every_page_says_the_same(self, page, reader):
        with_script = reader().page
        for name, kind in KINDS.items():
            said = []
            for one in (page, with_script):
                answer = one.goto(kind.address("nb"))
                assert answer.status == kind.status, name
                # A passkey is nothing without script, so the button isn't there.
                one.evaluate(WITHOUT_PASSKEYS)
                said.append(one.locator("main").inner_text())
            assert said[0] == said[1], name

    def test_filter_search_language_and_details_work(self, page):
        page.goto("/nyheter/")
        page.locator("#prioritering").select_option(index=2)
        page.get_by_role("button", name="Vis").click()
        assert parse_qs(urlsplit(page.url).query)["prioritering"][0].isdigit()
        page.goto("/sok/")
        page.fill("#q", "bolig")
        page.get_by_role("button", name="Søk").click()
        assert page.locator(".hits .title").count() >= 1
        page.get_by_role("link", name="Nynorsk").first.click()
        assert urlsplit(page.url).path == "/nn/sok/"
        page.goto(PRIORITY)
        assert not page.locator("details table").first.is_visible()
        page.locator("summary", has_text="Tallene som tabell").first.click()
        assert page.locator("details table").first.is_visible()
        page.fill("#dato", "2026-09-30")
        page.get_by_role("button", name="Vis dagen").click()
        assert page.locator("main", has_text="Slik var det 30. september 2026").count()


def test_paper_gets_the_words_and_the_status(reader):
    page = reader(700).open(PRIORITY)
    adopted = page.locator(".adopted blockquote").inner_text()
    status = page.locator(".verdict .status").first.inner_text()
    paper = page.pdf(format="A4")
    assert paper.startswith(b"%PDF")
    assert 1 <= len(re.findall(rb"/Type ?/Page\b", paper)) <= 4
    page.emulate_media(media="print")
    printed = page.locator("body").inner_text()
    assert adopted in printed
    assert status in printed
    assert page.evaluate("document.querySelectorAll('form').length")
    for part in ("form", ".top", ".crumbs", ".btn", ".more"):
        for one in page.locator(part).all():
            assert not one.is_visible(), part
    (SCREENS / "nb").mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / "nb" / "priority-700-print.png", full_page=True)

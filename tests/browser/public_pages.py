"""One public page of each kind in the demo, with what `tests.browser.house` adds to it."""

from dataclasses import dataclass

from tests.browser.house.names import ALL_BLOCKS, BARE

PLAN = "/handlingsplan/2026-2027/"
PRIORITY = f"{PLAN}kommune-og-fylkestingsvalget-2027/"
UPDATE = f"{PRIORITY}41-av-58-studiekommuner-har-hatt-mote-med-et-parti/"

LANGUAGES = ("nb", "nn", "en")


@dataclass(frozen=True)
class Kind:
    """A page; `path` is where it lies in bokmål, and under the same path with a prefix.

    `only_nb`: its words are in bokmål under every prefix. `sets_cookies`: it holds a form that is
    posted.
    """

    path: str
    status: int = 200
    only_nb: bool = False
    sets_cookies: bool = False

    def address(self, language):
        return self.path if language == "nb" else f"/{language}{self.path}"

    def language(self, asked):
        """That of the page's own words for a reader of `asked`."""
        return "nb" if self.only_nb else asked


KINDS = {
    "front": Kind("/"),
    "plan": Kind(PLAN),
    "plan-on-a-day": Kind(f"{PLAN}?dato=2026-06-30"),
    "plan-by-status": Kind(f"{PLAN}?status=under_way"),
    "priority": Kind(PRIORITY),
    "priority-on-a-day": Kind(f"{PRIORITY}?dato=2026-09-30"),
    "priority-untranslated": Kind(f"{PLAN}velferdstilbudet/", only_nb=True),
    "priority-bare": Kind(f"{PLAN}{BARE}/", only_nb=True),
    "update": Kind(UPDATE),
    "update-untranslated": Kind(
        f"{PLAN}landsstyrehelgene/to-helger-fem-verksteder-slik-ble-landsstyrehelgene/",
        only_nb=True,
    ),
    "news": Kind("/nyheter/"),
    "news-page-2": Kind("/nyheter/?side=2"),
    "news-of-a-year": Kind("/nyheter/?aar=2026"),
    "news-of-no-year": Kind("/nyheter/?aar=1999"),
    "progress": Kind("/framdrift/"),
    "corrections": Kind("/framdrift/rettelser/"),
    "organisations": Kind("/medlemslag/"),
    "organisations-of-a-county": Kind("/medlemslag/?fylke=46"),
    "organisation": Kind("/medlemslag/fjordvik/"),
    "organisation-that-left": Kind("/medlemslag/myrvoll/"),
    "privacy": Kind("/personvern/"),
    "accessibility": Kind("/tilgjengelighet/"),
    "plain": Kind("/om-portalen/"),
    "plain-untranslated": Kind(f"/{ALL_BLOCKS}/", only_nb=True),
    "search": Kind("/sok/"),
    "search-found": Kind("/sok/?q=student"),
    "search-nothing": Kind("/sok/?q=xyzzyq"),
    "search-common": Kind("/sok/?q=og"),
    "search-cut": Kind(f"/sok/?q={'bolig+' * 60}"),
    "log-in": Kind("/konto/logg-inn/", sets_cookies=True),
    "log-in-password": Kind("/konto/logg-inn/passord/", sets_cookies=True),
    "log-in-by-code": Kind("/konto/kode/", sets_cookies=True),
    "forgotten": Kind("/konto/passord/glemt/", sets_cookies=True),
    "ask-for-access": Kind("/konto/spor-om-tilgang/", sets_cookies=True),
    "400": Kind("/feil/400/", status=400),
    "403": Kind("/feil/403/", status=403),
    "404": Kind("/finnes-ikke/", status=404),
    "413": Kind("/feil/413/", status=413),
    "500": Kind("/feil/500/", status=500),
    "503": Kind("/feil/503/", status=503),
}

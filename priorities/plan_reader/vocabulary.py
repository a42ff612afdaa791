"""The words that plans are laid out with, in bokmål, nynorsk, Swedish, Danish and English.

Only words that carry structure stand here; everything else is decided by the shape of the
document. All patterns are linear: no nested repetition.
"""

from __future__ import annotations

import re

PLAN_WORD = re.compile(
    r"handl(?:ings|ing)s?plan|arbeids(?:program|plan|programmet)|arbetsplan|arbejdsplan"
    r"|verksam?hets(?:plan|inriktning)|virksomhetsplan|verksemdsplan|tiltaksplan|årsplan"
    r"|action\s+plan|plan\s+(?:of|for)\s+action|work(?:ing)?\s+plan|work\s+programme?"
    r"|operational\s+plan|annual\s+plan|strategic\s+plan|prioriteringsplan|strategiplan"
    r"|årsprogram|aktivitetsplan|activity\s+plan|programme?\s+of\s+(?:work|action)",
    re.IGNORECASE,
)

POLITICAL = re.compile(
    r"politi(?:sk|ske|skt|ska|cal|cally|cs|kk|kken|k|ken|kkområde\w*)\b|\bpolic(?:y|ies)\b",
    re.IGNORECASE,
)
ORGANISATIONAL = re.compile(
    r"\borgani[sz]a(?:sjon|sjonen|sjona|tion|tionen)\b|\borganisasjons\w+|\borganisations\w+"
    r"|\borganisasjonelle?\b|\borgani[sz]ational\b|\borgani[sz]atorisk\w*",
    re.IGNORECASE,
)
ORGANISATION_AS_NAME = re.compile(
    r"\bstudent(?:s|s'|s’|enes|ernas|ernes)?\s+organi[sz]a\w+", re.IGNORECASE
)

ORGANISATION_NAME = re.compile(
    r"student\w*(?:organisasjon|organisation|parlament|union|kår|kåren|kårer|ting|tinget|råd"
    r"|rådet|samskipnad|forening|demokrati|lag|utval)\w*|\bstudents?['’]?\s+"
    r"(?:union|parliament|council|organi[sz]ation|association|guild)\b|\bvelferdsting\w*"
    r"|\bstudentkår\w*|\bstudenternas\b|\bunion of students\b|\bstudents?\b.*\bassociation\b"
    r"|\bNSO\b|\bANSA\b|\bSFS\b|\bNUS\b|\bESU\b",
    re.IGNORECASE,
)

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januar januari january jan",
            "februar februari february feb febr",
            "mars march marts mar",
            "april apr",
            "mai maj may",
            "juni june jun",
            "juli july jul",
            "august augusti aug",
            "september sept sep",
            "oktober october okt oct",
            "november nov",
            "desember december dec des",
        ),
        start=1,
    )
    for name in names.split()
}
MONTH = "(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\.?"
STARTS_WITH_MONTH = re.compile(rf"{MONTH}(?:\s|$|,)", re.IGNORECASE)

ADOPTED = re.compile(
    r"\b(?:vedtatt|vedteke|vedteken|vedtekne|vedtaget|antatt|antagen|antaget|antagit|antagna"
    r"|fastställd|fastställt|fastställdes|fastslått|beslutad|beslutat|besluttet|godkjent|godkjend"
    r"|godkänd|godkendt|adopted|approved|ratified|passed\s+(?:by|at|on))\b",
    re.IGNORECASE,
)
REVISED = re.compile(
    r"\b(?:revidert|revidera|reviderad|reviderat|revideret|sist\s+endret|sist\s+endra|endret"
    r"|endra|ändrad|senast\s+ändrad|oppdatert|uppdaterad|opdateret|revised|amended|updated)\b",
    re.IGNORECASE,
)

CONTENTS_HEADING = re.compile(
    r"(?:innhald|innhold|indhold|innehåll|contents?|table\s+of\s+contents"
    r"|inn(?:hold|halds)s?(?:fortegnelse|liste|oversikt)|indholdsfortegnelse"
    r"|innehållsförteckning)\s*:?",
    re.IGNORECASE,
)

SUB_GOAL_WORDS = (
    r"del-?mål|del-?måla|delmålene|delmålen|delmålet|undermål|underpunkt|underpunkter"
    r"|sub-?\s?goals?|sub-?\s?objectives?|milestones?|milepæl|milepæler|milepælar|milstolpar"
)
ACTION_WORDS = (
    r"tiltak|tiltaka|tiltakene|virkemidler|verkemiddel|aktivitet|aktiviteter|aktivitetar"
    r"|åtgärd|åtgärder|åtgärderna|handling|handlinger|indsatser|insatser|actions?|measures?"
    r"|activit(?:y|ies)|action\s+points?|how|hvordan|korleis|hur"
)
SUB_GOAL_LABEL = re.compile(
    rf"(?:{SUB_GOAL_WORDS})(?:\s*(?:og|och|and|/|&)\s*(?:{ACTION_WORDS}))?\s*[:.]?", re.IGNORECASE
)
ACTION_LABEL = re.compile(
    rf"(?:{ACTION_WORDS})(?:\s*(?:og|och|and|/|&)\s*(?:{SUB_GOAL_WORDS}|{ACTION_WORDS}))?\s*[:.]?",
    re.IGNORECASE,
)
SUB_GOAL_LEAD = re.compile(rf"(?:{SUB_GOAL_WORDS})\s*[\d.]*\s*[a-z]?\s*[:–-]\s+\S", re.IGNORECASE)
GOAL_NUMBER = re.compile(
    r"(?:prioritert\s+mål|prioriterat\s+mål|prioriter\w*|hovedmål|hovudmål|huvudmål|hovedsatsing"
    r"|hovudsatsing|del-?mål|mål|målsetting|målsetjing|målsättning|goal|objective|priority|priorities"
    r"|satsing|satsning|punkt)\s*(?:nr\.?\s*|no\.?\s*)?\d{1,2}\b",
    re.IGNORECASE,
)

PRIORITY_COLUMN = re.compile(
    r"prioriter\w*|\w*mål|målsetting\w*|målsättning\w*|goals?|objectives?|priorit(?:y|ies)"
    r"|punkt\w*|satsing\w*|satsning\w*|hva|kva|vad|what|sak",
    re.IGNORECASE,
)
ITEM_COLUMN = re.compile(rf"{SUB_GOAL_WORDS}|{ACTION_WORDS}", re.IGNORECASE)
NUMBER_COLUMN = re.compile(r"nr\.?|no\.?|nummer|number|#|№", re.IGNORECASE)
SECTION_COLUMN = re.compile(
    r"område\w*|tema\w*|kategori\w*|area|theme|category|\w*sområde\w*|topic|del", re.IGNORECASE
)
OTHER_COLUMN = re.compile(
    r"ansvar\w*|frist\w*|når|når\?|deadline|status|responsib\w*|owner|when|tid\w*|ressurs\w*"
    r"|resurs\w*|kommentar\w*|merknad\w*|budsjett\w*|budget\w*|who|hvem|kven|vem|indikator\w*"
    r"|indicator\w*|time\w*|oppfølging|uppföljning|månad|måned|kvartal",
    re.IGNORECASE,
)

PERIOD_WORD = re.compile(
    r"\bperiode\w*|\bperiod\w*|\bfor året\b|\bstudieår\w*|\bakademisk\w*|\bacademic\b"
    r"|landsmøteperiod\w*|verksamhetsår\w*|\bvirksomhetsår\w*|\bgjelder\b|\bgjeld\b|\bgäller\b"
    r"|\bvalid\b|\btermin\w*|\bkalenderår\w*|\byears?\b|\bår(?:et|a|ene)?\b",
    re.IGNORECASE,
)

# Keys of the "who, when, case number" lines of case papers and document heads.
PAPER_KEY = re.compile(
    r"(?:arkiv\w*|sak(?:s?nummer|s?nr\.?|stype|sbehandler|sansvarlig|spapir|sframlegg)?"
    r"|journal\w*|dato|datum|date|møtedato|møte|møtested|møtestad|til|fra|frå|från|from|to|kopi"
    r"|vedlegg|bilag\w*|gjelder|gjeld|ansvarlig\w*|ansvarleg|ansvarig|forslagsstiller\w*"
    r"|forslagsstillar|handläggare|ärende\w*|dnr|diarienummer|dok(?:ument)?\.?\s?(?:nr|nummer|id"
    r"|type|eier)\.?|versjon|version|gyldig\w*|giltig\w*|valid\w*|eier|owner|author|forfatter"
    r"|status|innstilling|org\.?\s?nr\.?|organisasjonsnummer|tlf\.?|telefon|phone|tel\.?|mobil"
    r"|e-?post(?:adresse)?|e-?mail|adresse|address|besøksadresse|postadresse|nettside|nettsted"
    r"|web|hjemmeside|webbplats|website|konto\w*|case|agenda\s+item|item|meeting|doc\w*)",
    re.IGNORECASE,
)
CONTACT = re.compile(
    r"https?://|\bwww\.|[\w.+-]{1,60}@[\w-]{1,60}\.\w|(?:\+\d{2}[ ]?)?\b(?:\d{2}[ ]){3}\d{2}\b"
    r"|\b(?:tlf|telefon|phone|tel)\b",
    re.IGNORECASE,
)

# First words of priorities: what the union is to do. Infinitives and imperatives.
_VERBS = """
jobbe arbeide arbeida styrke styrka sikre sikra øke auke videreutvikle vidareutvikle utvikle
utvikla fremme fremja bidra skape skapa få gjøre gjere gjera støtte stø utarbeide utarbeida
utrede utgreie revidere evaluere gjennomføre synliggjøre synleggjere rekruttere engasjere følge
følgje kreve krevje sørge syte etablere opprette kartlegge kartleggje påvirke påverke bygge
byggje legge leggje ta holde halde være vere bli gi gje sette setje bruke nytte redusere hindre
motvirke bekjempe bevare ivareta forbedre forbetre bedre betre kjempe samarbeide delta arrangere
invitere informere kommunisere samle bistå hjelpe løfte tilrettelegge vurdere undersøke drive
øve ha finne prioritere oppdatere innføre starte fortsette fortsetja profesjonalisere
jobba arbeta verka stärka säkra öka utveckla vidareutveckla främja bidra skapa få göra stödja
utarbeta utreda revidera utvärdera genomföra synliggöra rekrytera engagera följa kräva etablera
upprätta kartlägga påverka bygga lägga hålla vara bli ge sätta använda minska förhindra motverka
bekämpa bevara förbättra kämpa samarbeta delta arrangera bjuda informera kommunicera samla bistå
hjälpa lyfta undersöka driva ha finna prioritera uppdatera införa starta fortsätta verke
arbejde styrke sikre øge udvikle fremme skabe gøre støtte udarbejde gennemføre kræve opbygge
work strengthen secure ensure increase develop promote contribute create make support prepare
review revise evaluate carry recruit engage follow demand establish map influence build hold be
give set use reduce prevent fight preserve improve campaign lobby cooperate collaborate take
organise organize invite inform communicate gather help lift consider investigate run find
prioritise prioritize update introduce start continue advocate push raise expand provide protect
defend deliver implement maintain empower represent enhance explore launch publish produce
"""
VERBS = frozenset(_VERBS.split())
SHALL = re.compile(
    r"\b(?:skal|ska|skall|bør|må|vil|vill|kommer\s+att|will|shall|must|should|aims?\s+to)\b",
    re.IGNORECASE,
)

CONJUNCTIONS = frozenset({"og", "eller", "samt", "men", "och", "and", "or", "but", "und"})

_STOPWORDS = {
    "nb": """og i å at som er på til av for ikke en et den det skal jobbe med studenter studentene
        høyere utdanning fra være blir bli hva hvordan mer også eller hvor mellom vår våre
        deres øke bedre norsk gjennom tilgang særlig organisasjonen prioriteringer politiske
        fra studentenes noen hver ved utdanningen økt utvikle arbeide alle flere vil kan har
        etter uten under nye høyskolen studiestøtte gode sikre rekruttere lage styrke tydelig
        handlingsplan arbeidsprogram møte boliger økonomi gjøre mål""",
    "nn": """og i å at som er på til av for ikkje ein eit den det skal jobbe med studentar
        studentane høgare utdanning frå vere blir bli kva korleis meir også eller kvar mellom
        vår våre deira auke betre norsk gjennom tilgong særleg organisasjonen prioriteringar
        politiske mykje studentanes nokre kvar ved utdanninga auka utvikle arbeide dei ho vert
        vedteke alle fleire vil kan har etter utan under nye gode sikre rekruttere lage
        styrkje tydeleg heile handlingsplan arbeidsprogram møte bustader økonomi gjere mål""",
    "sv": """och i att som är på till av för inte en ett den det ska skall arbeta med studenter
        studenterna högre utbildning från vara blir bli vad hur mer också eller var mellan vår
        våra deras öka bättre genom tillgång särskilt organisationen prioriteringar politiska
        studenternas några varje vid utbildningen ökad utveckla kåren verka så även""",
    "da": """og i at som er på til af for ikke en et den det skal arbejde med studerende uddannelse
        fra være bliver blive hvad hvordan mere også eller hvor mellem vores deres øge bedre
        gennem adgang særligt organisationen prioriteter politiske nogle hver ved uddannelsen
        øget udvikle sig alle flere vil kan har efter uden under nye gode sikre""",
    "en": """and in to that is on of for not a an the it shall will work with students student
        higher education from be what how more also or where between our their increase better
        through access organisation priorities political some each by are this all as""",
}
STOPWORDS: dict[str, dict[str, float]] = {}
for _language, _text in _STOPWORDS.items():
    for _word in set(_text.split()):
        STOPWORDS.setdefault(_word, {})[_language] = 0.0
for _shares in STOPWORDS.values():
    for _language in _shares:
        # A word that fewer languages share tells more.
        _shares[_language] = 1.0 / len(_shares) ** 2

_PROPER_FIRST_PARTS = (
    "oslo bergen trondheim tromsø stavanger norge norden europa erasmus risk bologna nordic "
    "stockholm uppsala lund göteborg malmö brussel"
)
PROPER_FIRST_PARTS = frozenset(_PROPER_FIRST_PARTS.split())
_ENGLISH_FIRST_PARTS = (
    "well self non long short full part high low co decision student peer evidence open cross "
    "multi ever follow policy so post pre anti"
)
ENGLISH_FIRST_PARTS = frozenset(_ENGLISH_FIRST_PARTS.split())

"""Levels, themes, kinds of contact, and what a party may answer how bindingly."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Level(models.TextChoices):
    """Who decides."""

    KOMMUNE = "kommune", _("municipality")
    FYLKE = "fylke", _("county")


class Theme(models.TextChoices):
    """What a demand is about."""

    TRANSPORT = "kollektiv", _("public transport")
    HOUSING = "bolig", _("housing")
    HEALTH = "helse", _("health")
    VOLUNTEERING = "frivillighet", _("volunteering")
    MOVING = "flytting", _("moving")
    SPORT = "idrett", _("sport")
    COOPERATION = "samarbeid", _("cooperation")
    DEMOCRACY = "demokrati", _("democracy")
    ACCESS = "tilgjengelighet", _("safe and accessible ways")
    CULTURE = "kultur", _("culture")
    SKILLS = "kompetanse", _("skills and placements")


class Counterpart(models.TextChoices):
    """Whom one was in contact with: always a body, never a person."""

    PARTY = "party", _("a party's local body")
    ADMINISTRATION = "administration", _("the administration")
    COUNCIL = "council", _("a committee or council")
    WELFARE = "samskipnad", _("the student welfare organisation")
    INSTITUTION = "institution", _("a university or college")
    BENCH = "bench", _("the county's members of the Storting")


# Those in which parties meet one.
HAS_PARTIES = frozenset({Counterpart.PARTY, Counterpart.COUNCIL, Counterpart.BENCH})
# Those that answer for a kommune or fylke; members of the Storting decide nothing there.
ANSWERS_DEMANDS = frozenset({Counterpart.PARTY, Counterpart.COUNCIL})
# Those that always belong to one kommune or fylke; the others may span several.
HAS_A_PLACE = frozenset(
    {Counterpart.PARTY, Counterpart.ADMINISTRATION, Counterpart.COUNCIL, Counterpart.BENCH}
)


class ContactKind(models.TextChoices):
    MEETING = "meeting", pgettext_lazy("contact", "meeting")
    EMAIL = "email", pgettext_lazy("contact", "e-mail")
    PHONE = "phone", pgettext_lazy("contact", "phone call")
    DEBATE = "debate", pgettext_lazy("contact", "debate")
    PROGRAMME = "programme", pgettext_lazy("contact", "input to a programme")
    HEARING = "hearing", pgettext_lazy("contact", "hearing or council meeting")
    OP_ED = "op_ed", pgettext_lazy("contact", "op-ed")
    STAND = "stand", pgettext_lazy("contact", "stand")


class Reply(models.TextChoices):
    """What a party that was asked has said. Not asked is no reply: it has no row."""

    NO_ANSWER = "no_answer", pgettext_lazy("reply", "No answer")
    NO = "no", pgettext_lazy("reply", "No")
    PARTLY = "partly", pgettext_lazy("reply", "Partly")
    YES = "yes", pgettext_lazy("reply", "Yes")


class Grade(models.TextChoices):
    """How binding an answer is, the weakest first."""

    SAID = "said", pgettext_lazy("grade", "Said")
    WRITTEN = "written", pgettext_lazy("grade", "In writing")
    PROGRAMME = "programme", pgettext_lazy("grade", "In the programme")
    VOTE = "vote", pgettext_lazy("grade", "Voted")


# No answer is weaker than any.
STRENGTH = {grade: place for place, grade in enumerate(Grade, 1)}

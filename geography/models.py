"""Places, parties and institutions: reference data that the rest of the portal points to.

Sources, licences and what is uncertain stand in docs/data.md.
"""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Left
from django.utils.translation import gettext_lazy as _

# Numbers of fylker and kommuner are text: `0301` is not 301.
FYLKE_NUMBER = r"^[0-9]{2}$"
KOMMUNE_NUMBER = r"^[0-9]{4}$"


class Malform(models.TextChoices):
    """The language decision of a kommune or fylke (Språkrådet)."""

    BOKMAL = "bokmål", _("bokmål")
    NYNORSK = "nynorsk", _("nynorsk")
    NEUTRAL = "nøytral", _("neutral")


class SamiNames(models.Model):
    """Names in the Sámi languages and Kven, where Kartverket has one."""

    name_sme = models.CharField(_("North Sámi name"), max_length=80, blank=True)
    name_smj = models.CharField(_("Lule Sámi name"), max_length=80, blank=True)
    name_sma = models.CharField(_("South Sámi name"), max_length=80, blank=True)
    name_fkv = models.CharField(_("Kven name"), max_length=80, blank=True)

    class Meta:
        abstract = True


class MapPoint(models.Model):
    """A point inside the place: degrees (WGS84), and units of the map's viewBox (500 m)."""

    lon = models.FloatField(_("longitude"))
    lat = models.FloatField(_("latitude"))
    svg_x = models.IntegerField()
    svg_y = models.IntegerField()

    class Meta:
        abstract = True


class Fylke(SamiNames, MapPoint):
    """One of the fifteen fylker of 1 January 2024. Oslo is kommune and fylke in one."""

    number = models.CharField(_("number"), max_length=2, primary_key=True)
    name = models.CharField(_("name"), max_length=80, unique=True)
    name_official = models.CharField(_("official names"), max_length=160)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    region = models.SlugField(_("region"), max_length=20)
    region_name = models.CharField(_("name of the region"), max_length=40)
    population = models.PositiveIntegerField(_("inhabitants"))
    population_date = models.DateField(_("inhabitants counted on"))
    malform = models.CharField(_("language decision"), max_length=10, choices=Malform.choices)
    own_fylkesting = models.BooleanField(
        _("elects a fylkesting of its own"), help_text=_("False for Oslo.")
    )

    class Meta:
        verbose_name = _("county")
        verbose_name_plural = _("counties")
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(number__regex=FYLKE_NUMBER), name="fylke_number_is_two_digits"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Kommune(SamiNames, MapPoint):
    """One of the 357 kommuner of 1 January 2024."""

    number = models.CharField(_("number"), max_length=4, primary_key=True)
    fylke = models.ForeignKey(
        Fylke, models.PROTECT, related_name="kommuner", verbose_name=_("county")
    )
    name = models.CharField(_("name"), max_length=80)
    name_display = models.CharField(
        _("unique name"),
        max_length=120,
        unique=True,
        help_text=_("Herøy and Våler exist twice and carry their county."),
    )
    name_official = models.CharField(_("official names"), max_length=160)
    population = models.PositiveIntegerField(_("inhabitants"))
    population_date = models.DateField(_("inhabitants counted on"))
    malform = models.CharField(_("language decision"), max_length=10, choices=Malform.choices)

    class Meta:
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")
        ordering = ["name_display"]
        constraints = [
            models.CheckConstraint(
                condition=Q(number__regex=KOMMUNE_NUMBER), name="kommune_number_is_four_digits"
            ),
            models.CheckConstraint(
                condition=Q(fylke_id=Left(F("number"), 2)), name="kommune_number_begins_with_fylke"
            ),
        ]

    def __str__(self) -> str:
        return self.name_display


class Party(models.Model):
    """A party or kind of list. A name, never a colour: the portal is independent of parties."""

    class Kind(models.TextChoices):
        PARTY = "party", _("party")
        REGIONAL_LIST = "regional_list", _("regional list")
        LOCAL_LIST = "local_list", _("local list")
        JOINT_LIST = "joint_list", _("joint list")
        OTHER = "other", _("other")

    code = models.SlugField(_("code"), max_length=30, primary_key=True)
    valg_code = models.CharField(
        _("code of Valgdirektoratet"), max_length=10, blank=True, help_text=_("As in result files.")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    name_nb = models.CharField(_("name in bokmål"), max_length=120)
    name_nn = models.CharField(_("name in nynorsk"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=30)
    in_storting_2025 = models.BooleanField(_("in the Storting from 2025"))
    position = models.PositiveSmallIntegerField(_("place in lists"), unique=True)

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name_nb


class Institution(models.Model):
    """A university or college."""

    class Kind(models.TextChoices):
        UNIVERSITY = "university", _("university")
        SPECIALISED = "specialised_university", _("specialised university")
        COLLEGE = "university_college", _("university college")
        PRIVATE = "private", _("private college")
        ART = "art", _("college of art")
        THEOLOGICAL = "theological", _("theological college")
        POLICE = "police", _("police college")
        MILITARY = "military", _("military college")

    class Owner(models.TextChoices):
        STATE = "state", _("state")
        PRIVATE = "private", _("private")

    code = models.SlugField(_("code"), max_length=30, primary_key=True)
    name_nb = models.CharField(_("name in bokmål"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=30)
    kind = models.CharField(_("kind"), max_length=30, choices=Kind.choices)
    owner = models.CharField(_("owner"), max_length=10, choices=Owner.choices)
    kommuner = models.ManyToManyField(
        Kommune, through="Campus", related_name="institutions", verbose_name=_("municipalities")
    )
    students = models.PositiveIntegerField(_("students"), null=True, blank=True)
    students_year = models.PositiveSmallIntegerField(
        _("students counted in"), null=True, blank=True
    )
    students_confidence = models.CharField(_("how sure"), max_length=20, blank=True)
    students_source = models.CharField(_("source"), max_length=255, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")
        ordering = ["name_nb"]
        constraints = [
            models.CheckConstraint(
                condition=Q(students__isnull=True, students_year__isnull=True)
                | Q(students__isnull=False, students_year__isnull=False),
                name="institution_students_have_a_year",
            )
        ]

    def __str__(self) -> str:
        return self.name_nb


class Campus(models.Model):
    """A kommune in which an institution teaches; the first is the largest."""

    institution = models.ForeignKey(
        Institution, models.CASCADE, related_name="campuses", verbose_name=_("institution")
    )
    kommune = models.ForeignKey(
        Kommune, models.PROTECT, related_name="campuses", verbose_name=_("municipality")
    )
    position = models.PositiveSmallIntegerField(_("place in the list"))

    class Meta:
        verbose_name = _("campus")
        verbose_name_plural = _("campuses")
        ordering = ["institution", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "kommune"], name="campus_once_per_kommune"
            )
        ]

    def __str__(self) -> str:
        return f"{self.institution}, {self.kommune}"

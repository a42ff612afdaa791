"""The member organisations: independent student democracies, and partners."""

from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from content.models import PortalImage
from geography.models import Institution, Kommune
from memberorgs.choices import (
    Confidence,
    ElectsIn,
    OrganisationKind,
    SocialService,
    SuccessionKind,
)

CODE = r"^[a-z0-9]+(-[a-z0-9]+)*$"
# Pages of the list of organisations that no organisation may take for its address.
RESERVED_CODES = frozenset({"kart", "eksport", "import", "feed", "ny", "side"})


class MemberOrganisationQuerySet(models.QuerySet["MemberOrganisation"]):
    def confirmed(self) -> Self:
        """Those that staff have confirmed: all that the public and statistics know."""
        return self.filter(confirmed_at__isnull=False)

    def partners(self) -> Self:
        return self.filter(kind=OrganisationKind.PARTNER)

    def here_on(self, day: date) -> Self:
        """Not left by that day, member or partner."""
        return self.filter(Q(member_from=None) | Q(member_from__lte=day)).filter(
            Q(left_on=None) | Q(left_on__gt=day)
        )

    def members_on(self, day: date) -> Self:
        """Every denominator: confirmed members on that day, no partners."""
        return self.confirmed().here_on(day).exclude(kind=OrganisationKind.PARTNER)

    def in_fylke(self, number: str) -> Self:
        """Those with a campus there, each once."""
        campuses = OrganisationCampus.objects.filter(kommune__fylke_id=number)
        return self.filter(pk__in=campuses.values("organisation"))


class MemberOrganisation(models.Model):
    """A student democracy that is a member of NSO, was one, or works beside them (partner).

    It outlives its people and is never deleted: what left stays in old statistics. `member_from`
    empty means: for longer than anybody knows. `left_on` is the first day outside.
    """

    code = models.CharField(
        _("code"),
        max_length=60,
        unique=True,
        validators=[RegexValidator(CODE, _("Small letters a–z, digits and hyphens."))],
        help_text=_("In addresses. A code that was used is never given to another."),
    )
    name_nb = models.CharField(_("name in bokmål"), max_length=160)
    name_nn = models.CharField(_("name in nynorsk"), max_length=160, blank=True)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)
    short_name = models.CharField(_("short name"), max_length=40)
    kind = models.CharField(_("kind"), max_length=30, choices=OrganisationKind)
    institutions = models.ManyToManyField(
        Institution, related_name="organisations", blank=True, verbose_name=_("institutions")
    )
    elects_in = models.CharField(
        _("usually elected in"), max_length=10, choices=ElectsIn, default=ElectsIn.UNKNOWN
    )
    terms_begin_month = models.PositiveSmallIntegerField(
        _("terms usually begin: month"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
    )
    terms_begin_day = models.PositiveSmallIntegerField(
        _("terms usually begin: day"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(31)],
    )
    language = models.CharField(
        _("members' language"),
        max_length=2,
        choices=settings.LANGUAGES,
        default=settings.LANGUAGE_CODE,
    )
    mailbox = models.EmailField(
        _("mailbox"), blank=True, help_text=_("The organisation's own, for when people change.")
    )
    website = models.URLField(_("website"), blank=True)
    logo = models.ForeignKey(
        PortalImage,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("logo"),
    )
    member_from = models.DateField(_("member from"), null=True, blank=True)
    left_on = models.DateField(
        _("left on"), null=True, blank=True, help_text=_("The first day as no member.")
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True, editable=False)
    confirmed_by = models.ForeignKey(
        "memberorgs.User",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    name_confidence = models.CharField(
        _("how sure the name is"), max_length=20, choices=Confidence, blank=True
    )
    membership_confidence = models.CharField(
        _("how sure the membership is"), max_length=20, choices=Confidence, blank=True
    )
    membership_evidence = models.TextField(
        _("what the membership rests on"), blank=True, max_length=1000
    )

    objects = MemberOrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("member organisation")
        verbose_name_plural = _("member organisations")
        ordering: ClassVar[list[str]] = ["name_nb", "pk"]
        # Nobody may delete one: it is history.
        default_permissions: ClassVar[tuple[str, ...]] = ("add", "change", "view")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(code__regex=CODE), name="organisation_code_form"),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(member_from=None) | Q(left_on__gt=F("member_from")),
                name="organisation_left_after_joining",
                violation_error_message=_("It can't leave before it has joined."),
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="organisation_confirmed_by_somebody",
            ),
            models.CheckConstraint(
                # Both told: a database takes a comparison with nothing for no breach.
                condition=Q(terms_begin_month=None, terms_begin_day=None)
                | Q(
                    terms_begin_month__isnull=False,
                    terms_begin_day__isnull=False,
                    terms_begin_month__range=(1, 12),
                    terms_begin_day__range=(1, 31),
                ),
                name="organisation_terms_begin_on_a_day",
                violation_error_message=_("Give both month and day, or none of them."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keeps the code for ever. Raises IntegrityError where it is or was another's."""
        with transaction.atomic():
            super().save(*args, **kwargs)
            kept = OrganisationCode.objects.filter(code=self.code, organisation=self)
            if not kept.exists():
                OrganisationCode.objects.create(code=self.code, organisation=self)

    @property
    def name(self) -> str:
        """In the reader's language, where it has one; else in bokmål."""
        return str(getattr(self, f"name_{(get_language() or 'nb')[:2]}", "") or self.name_nb)

    @property
    def lang(self) -> str:
        """The language of `name`, for `lang=` where it is not the reader's."""
        code = (get_language() or "nb")[:2]
        return code if getattr(self, f"name_{code}", "") else "nb"

    @property
    def is_partner(self) -> bool:
        return self.kind == OrganisationKind.PARTNER

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None

    def has_left(self, day: date | None = None) -> bool:
        return self.left_on is not None and self.left_on <= (day or timezone.localdate())

    @property
    def public_url(self) -> str:
        return reverse("organisation", args=[self.code])

    @property
    def members_url(self) -> str:
        return reverse("member_home", args=[self.code])

    def usual_term(self, day: date) -> tuple[date, date]:
        """First and last day of the term that a person elected on `day` usually gets.

        The next usual start, or the one of the last 30 days (who was elected late); a year long.
        Without a usual start it is a year from `day`.
        """
        if self.terms_begin_month is None or self.terms_begin_day is None:
            return day, _a_year_after(day)
        starts = [
            _real_day(day.year + shift, self.terms_begin_month, self.terms_begin_day)
            for shift in (-1, 0, 1)
        ]
        begins = next(start for start in starts if (day - start).days <= 30)
        return begins, _a_year_after(begins)

    def clean(self) -> None:
        super().clean()
        if self.code in RESERVED_CODES:
            raise ValidationError({"code": _("This code is used for a page. Choose another.")})
        taken = OrganisationCode.objects.filter(code=self.code).exclude(organisation=self.pk)
        if taken.exists():
            raise ValidationError(
                {"code": _("This code is or was another organisation's. Codes are never reused.")}
            )


class OrganisationCode(models.Model):
    """Every code that an organisation has or had: the old ones redirect and are never reused."""

    code = models.CharField(_("code"), max_length=60, primary_key=True)
    organisation = models.ForeignKey(
        MemberOrganisation, models.PROTECT, related_name="codes", verbose_name=_("organisation")
    )

    class Meta:
        verbose_name = _("code of an organisation")
        verbose_name_plural = _("codes of organisations")
        default_permissions: ClassVar[tuple[str, ...]] = ()

    def __str__(self) -> str:
        return self.code


class OrganisationCampus(models.Model):
    """A place in which the organisation has students; one of them is the main one."""

    organisation = models.ForeignKey(
        MemberOrganisation, models.CASCADE, related_name="campuses", verbose_name=_("organisation")
    )
    kommune = models.ForeignKey(
        Kommune,
        models.PROTECT,
        related_name="organisation_campuses",
        verbose_name=_("municipality"),
    )
    name = models.CharField(
        _("name"), max_length=80, blank=True, help_text=_("Empty: the name of the municipality.")
    )
    is_main = models.BooleanField(_("main campus"), default=False)
    position = models.PositiveSmallIntegerField(_("place in the list"), default=0)

    class Meta:
        verbose_name = _("campus of an organisation")
        verbose_name_plural = _("campuses of organisations")
        ordering: ClassVar[list[str]] = ["-is_main", "position", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["organisation", "kommune", "name"],
                name="organisation_campus_once",
                violation_error_message=_("This campus is there already."),
            ),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(is_main=True),
                name="organisation_one_main_campus",
                violation_error_message=_("There can be one main campus only."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.kommune)


class StudentCount(models.Model):
    """How many students in a year, in all or at a campus, and who says so."""

    organisation = models.ForeignKey(
        MemberOrganisation,
        models.CASCADE,
        related_name="student_counts",
        verbose_name=_("organisation"),
    )
    campus = models.ForeignKey(
        OrganisationCampus,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="student_counts",
        verbose_name=_("campus"),
        help_text=_("Empty: the whole organisation."),
    )
    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(1990), MaxValueValidator(2100)]
    )
    students = models.PositiveIntegerField(_("students"), validators=[MaxValueValidator(1_000_000)])
    confidence = models.CharField(_("how sure"), max_length=20, choices=Confidence, blank=True)
    source = models.CharField(_("source"), max_length=255, blank=True)

    class Meta:
        verbose_name = _("number of students")
        verbose_name_plural = _("numbers of students")
        ordering: ClassVar[list[str]] = ["-year", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["organisation", "campus", "year"],
                name="students_once_per_campus_and_year",
                violation_error_message=_("There is a number for this campus and year already."),
            ),
            models.UniqueConstraint(
                fields=["organisation", "year"],
                condition=Q(campus=None),
                name="students_once_per_year",
                violation_error_message=_("There is a number for this year already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.students} ({self.year})"


class SocialLink(models.Model):
    organisation = models.ForeignKey(
        MemberOrganisation,
        models.CASCADE,
        related_name="social_links",
        verbose_name=_("organisation"),
    )
    service = models.CharField(_("service"), max_length=20, choices=SocialService)
    url = models.URLField(_("address"))

    class Meta:
        verbose_name = _("social link")
        verbose_name_plural = _("social links")
        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["organisation", "url"],
                name="social_link_once",
                violation_error_message=_("This link is there already."),
            )
        ]

    def __str__(self) -> str:
        return self.get_service_display()


class Succession(models.Model):
    """What became of an organisation: merged into another, or split."""

    predecessor = models.ForeignKey(
        MemberOrganisation, models.PROTECT, related_name="successions", verbose_name=_("before")
    )
    successor = models.ForeignKey(
        MemberOrganisation, models.PROTECT, related_name="origins", verbose_name=_("after")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=SuccessionKind)
    on = models.DateField(_("from"))

    class Meta:
        verbose_name = _("successor")
        verbose_name_plural = _("successors")
        ordering: ClassVar[list[str]] = ["-on", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="succession_once"),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")),
                name="succession_of_another",
                violation_error_message=_("An organisation can't succeed itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"


def _real_day(year: int, month: int, day: int) -> date:
    """The day, or the month's last where it has no such day."""
    while True:
        try:
            return date(year, month, day)
        except ValueError:
            day -= 1


def _a_year_after(day: date) -> date:
    """The last day of a year that begins with `day`."""
    following = _real_day(day.year + 1, day.month, day.day)
    return date.fromordinal(following.toordinal() - 1)

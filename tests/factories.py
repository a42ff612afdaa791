"""Makes what tests need."""

import time
from datetime import date, timedelta
from decimal import Decimal

import factory
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import encrypt
from django.contrib.auth.models import Group
from django.utils import timezone
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation, Translation, TranslationSource
from wagtail_localize.operations import translate_object

from geography.models import Fylke, Kommune
from home.models import HomePage
from memberorgs.account import second_factor
from memberorgs.choices import OrganisationKind, Role, RoleGroup
from memberorgs.models import MemberOrganisation, Term, User
from priorities.models import (
    Indicator,
    IndicatorValue,
    Milestone,
    NewsIndexPage,
    PriorityPage,
    ProgressUpdatePage,
    StatusChange,
)

PASSWORD = "fjord-bratt-skute-9"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def app_code(steps=0):
    """What the app shows that knows TOTP_SECRET, `steps` half minutes from now."""
    return format_hotp_value(hotp_value(TOTP_SECRET, int(time.time()) // 30 + steps))


class UserFactory(factory.django.DjangoModelFactory):
    """A person who can log in; `role` puts them into a group.

    Whose role demands a second factor has one (`TOTP_SECRET`), but for `factor=False`;
    `factor=True` gives one to anybody.
    """

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda number: f"person{number}@test.example")
    password = factory.django.Password(PASSWORD)

    class Params:
        admin = factory.Trait(is_superuser=True, is_staff=True)

    @factory.post_generation
    def role(self, create, extracted, **kwargs):
        if extracted:
            # Past the signal: what a test sets up is no event of the audit log.
            group = Group.objects.get(name=RoleGroup(extracted))
            User.groups.through.objects.create(user=self, group=group)

    @factory.post_generation
    def factor(self, create, extracted, **kwargs):
        wanted = second_factor.is_demanded_of(self) if extracted is None else extracted
        if wanted:
            Authenticator.objects.create(
                user=self, type=Authenticator.Type.TOTP, data={"secret": encrypt(TOTP_SECRET)}
            )


class FactFactory(factory.django.DjangoModelFactory):
    """A fact as a draft; `published=True` publishes it as the admin does."""

    class Meta:
        abstract = True
        skip_postgeneration_save = True

    live = False

    @factory.post_generation
    def published(self, create, extracted, **kwargs):
        if extracted:
            self.save_revision().publish()
            self.refresh_from_db()


class StatusChangeFactory(FactFactory):
    class Meta:
        model = StatusChange

    status = "under_way"
    decided_on = date(2026, 11, 3)
    reason_nb = "Vi er i gang."
    decided_by = "executive_committee"


class MilestoneFactory(FactFactory):
    class Meta:
        model = Milestone

    title_nb = "Kravlista er vedtatt"
    planned_on = date(2026, 12, 15)


class IndicatorFactory(FactFactory):
    """`measured` maps ISO dates to values."""

    class Meta:
        model = Indicator

    name_nb = "Kommuner med møte"
    unit_nb = "kommuner"
    baseline = Decimal(0)
    baseline_on = date(2026, 8, 1)
    target = Decimal(58)

    @classmethod
    def _create(cls, model_class, *args, measured=None, **kwargs):
        indicator = model_class(*args, **kwargs)
        indicator.values = [
            IndicatorValue(
                measured_on=date.fromisoformat(day), value=Decimal(value), source_title="Opptelling"
            )
            for day, value in (measured or {}).items()
        ]
        indicator.save()
        return indicator


def publish_changes(row, **changes):
    """Changes a fact or a page and publishes it, as the admin does; returns it as it then is."""
    row = type(row).objects.get(pk=row.pk)
    for name, value in changes.items():
        setattr(row, name, value)
    row.full_clean()
    row.save_revision().publish()
    return type(row).objects.get(pk=row.pk)


def make_update(*priorities, published=True, **values):
    """A progress update under the page of the first of `priorities`, or under /nyheter/."""
    values = {"title": "Vi har møtt partiene", "intro": "To møter på en uke."} | values
    if priorities:
        parent = PriorityPage.objects.get(priority=priorities[0])
    else:
        parent = NewsIndexPage.objects.child_of(HomePage.objects.get()).get()
    update = ProgressUpdatePage(live=False, **values)
    update.priorities = list(priorities)
    parent.add_child(instance=update)
    revision = update.save_revision()
    if published:
        revision.publish()
    return ProgressUpdatePage.objects.get(pk=update.pk)


def send_to_translation(page, *languages):
    """As an editor sends a page to translation; returns the translations by language."""
    locales = [Locale.objects.get(language_code=code) for code in languages or ("nn",)]
    translate_object(page, locales)
    return [page.get_translation(locale) for locale in locales]


def say(page, language, *, but=(), mark="", **texts):
    """Translates the texts of a page that was sent to translation, but those of the paths `but`.

    `texts` gives what stands at a path; the others become "nn: …" and so on.
    """
    source = TranslationSource.objects.get_for_instance(page)
    for segment in source.stringsegment_set.select_related("context", "string"):
        path = segment.context.path
        if path in but:
            continue
        StringTranslation.objects.update_or_create(
            translation_of=segment.string,
            context=segment.context,
            locale=Locale.objects.get(language_code=language),
            defaults={
                "data": texts.get(path, f"{language}{mark}: {segment.string.data}"),
                "translation_type": "manual",
            },
        )


def publish_translation(page, language):
    """Publishes what is translated, as the button of the translation editor does."""
    translation = Translation.objects.get(
        source__object_id=page.translation_key, target_locale__language_code=language
    )
    translation.save_target(publish=False)
    target = page.get_translation(translation.target_locale)
    target.latest_revision.publish()
    return type(page).objects.get(pk=target.pk)


def translate(page, language="nn", **texts):
    """A published translation of a page, each text of it translated."""
    if not TranslationSource.objects.filter(
        object_id=page.translation_key, translations__target_locale__language_code=language
    ).exists():
        send_to_translation(page, language)
    say(page, language, **texts)
    return publish_translation(page, language)


class OrganisationFactory(factory.django.DjangoModelFactory):
    """A confirmed member with one campus; `unconfirmed=True`, `left=True`, `partner=True`.

    Its terms usually begin on 1 July.
    """

    class Meta:
        model = MemberOrganisation
        skip_postgeneration_save = True

    code = factory.Sequence(lambda number: f"lag-{number}")
    name_nb = factory.Sequence(lambda number: f"Studentparlamentet i Prøvevik {number}")
    short_name = factory.Sequence(lambda number: f"SP {number}")
    kind = OrganisationKind.COLLEGE
    terms_begin_month = 7
    terms_begin_day = 1
    confirmed_at = factory.LazyFunction(timezone.now)
    confirmed_by = factory.SubFactory(UserFactory)

    class Params:
        unconfirmed = factory.Trait(confirmed_at=None, confirmed_by=None)
        partner = factory.Trait(kind=OrganisationKind.PARTNER)
        left = factory.Trait(left_on=date(2026, 1, 1))

    @factory.post_generation
    def kommune(self, create, extracted, **kwargs):
        """A number; False for no campus. The kommune is made if reference data are not loaded."""
        if extracted is False:
            return
        number = extracted or "4601"
        self.campuses.create(kommune=make_kommune(number), is_main=True)


def make_kommune(number, name=None):
    """The kommune of that number, made up where reference data are not loaded."""
    point = {"lon": 5.3, "lat": 60.4, "svg_x": 100, "svg_y": 2200}
    counted = {
        "population": 1000,
        "population_date": date(2024, 1, 1),
        "malform": "nøytral",
        "name_official": name or number,
    }
    fylke, _made = Fylke.objects.get_or_create(
        number=number[:2],
        defaults={
            "name": f"Fylke {number[:2]}",
            "region": "vest",
            "region_name": "Vest",
            "own_fylkesting": True,
            **counted,
            **point,
        },
    )
    named = name or f"Kommune {number}"
    kommune, _made = Kommune.objects.get_or_create(
        number=number,
        defaults={"fylke": fylke, "name": named, "name_display": named, **counted, **point},
    )
    return kommune


class TermFactory(factory.django.DjangoModelFactory):
    """A leader's term around today; `incoming=True` and `over=True` move its days."""

    class Meta:
        model = Term

    organisation = factory.SubFactory(OrganisationFactory)
    person = factory.SubFactory(UserFactory)
    role = Role.LEADER
    begins = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=100))
    ends = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=200))

    class Params:
        incoming = factory.Trait(
            begins=factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=20)),
            ends=factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=385)),
        )
        over = factory.Trait(
            begins=factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=400)),
            ends=factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=1)),
        )

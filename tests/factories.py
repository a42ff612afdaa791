"""Makes what tests need."""

from datetime import date
from decimal import Decimal

import factory
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt
from django.contrib.auth.models import Group
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation, Translation, TranslationSource
from wagtail_localize.operations import translate_object

from home.models import HomePage
from memberorgs.account import second_factor
from memberorgs.choices import RoleGroup
from memberorgs.models import User
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


class UserFactory(factory.django.DjangoModelFactory):
    """A person who can log in; `role` puts them into a group.

    Whose role demands a second factor has one (`TOTP_SECRET`), but for `factor=False`; `factor=True`
    gives one to anybody.
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
            self.groups.add(Group.objects.get(name=RoleGroup(extracted)))

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

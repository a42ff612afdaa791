"""How far each translation has come, and what keeps a copy from posing as one.

wagtail-localize keeps the texts of a bokmål page one by one, and fills in bokmål where a text has
no translation. Here a translation is published when all its texts are translated, and not before.
A bokmål page that is published anew hands its changes on by itself.
"""

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Revision
from wagtail_localize.fields import get_translatable_fields
from wagtail_localize.models import (
    StringSegment,
    StringTranslation,
    Translation,
    TranslationSource,
)
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

from content.languages import PREFIXED, SOURCE

if TYPE_CHECKING:
    from content.models import PortalPage


class State(models.TextChoices):
    """How far a page has come in a language."""

    MISSING = "missing", _("Missing")
    DRAFT = "draft", _("Draft")
    READY = "ready", _("Ready to publish")
    CURRENT = "current", _("Up to date")
    OUTDATED = "outdated", _("Out of date")
    OWN = "own", _("Written by itself")


# What asks somebody to do something with a translation that there is.
TO_DO = (State.OUTDATED, State.READY)


class Progress(NamedTuple):
    """How far one page has come in one language. `page` is the translation, None without one."""

    language: str
    state: State
    page: int | None
    texts: int
    missing: int
    changed_at: Any


def _texts(key: Any, language: str) -> "models.QuerySet[StringSegment]":
    """The texts of the bokmål page `key`, each with whether it is `done` in `language`."""
    done = StringTranslation.objects.filter(
        translation_of=OuterRef("string"),
        context=OuterRef("context"),
        locale__language_code=language,
        has_error=False,
    ).exclude(data="")
    return (  # type: ignore[no-any-return]
        StringSegment.objects.filter(source__object_id=key, source__locale__language_code=SOURCE)
        .annotate(done=Exists(done))
        .order_by()
    )


def _own(key: Any, language: str) -> "models.QuerySet[Page]":
    return Page.objects.filter(  # type: ignore[no-any-return]
        translation_key=key, locale__language_code=language, alias_of=None
    ).order_by()


def _managed(key: Any, language: str) -> "models.QuerySet[Translation]":
    """The translation that wagtail-localize looks after; none once an editor has stopped it."""
    return Translation.objects.filter(  # type: ignore[no-any-return]
        source__object_id=key,
        source__locale__language_code=SOURCE,
        target_locale__language_code=language,
        enabled=True,
    ).order_by()


def _last_said(key: Any, language: str) -> "models.QuerySet[StringTranslation]":
    return (  # type: ignore[no-any-return]
        StringTranslation.objects.filter(context__object_id=key, locale__language_code=language)
        .order_by("-updated_at")
        .values("updated_at")[:1]
    )


def with_states(pages: Any, languages: tuple[str, ...] = PREFIXED) -> Any:
    """Bokmål pages, each with `<language>_state` and what `progress_of` reads. Adds no query."""
    key = OuterRef("translation_key")
    synced = TranslationSource.objects.filter(object_id=key, locale__language_code=SOURCE)
    pages = pages.annotate(translated_from=Subquery(synced.values("last_updated_at")[:1]))
    for code in languages:
        own, texts = _own(key, code), _texts(key, code)
        count = Count("pk")
        pages = pages.annotate(
            **{
                f"{code}_page": Subquery(own.values("pk")[:1]),
                f"{code}_live": Subquery(own.values("live")[:1]),
                f"{code}_shown": Subquery(own.values("live_revision__created_at")[:1]),
                f"{code}_managed": Exists(_managed(key, code)),
                f"{code}_texts": _count(texts, count),
                f"{code}_missing": _count(texts.filter(done=False), count),
                f"{code}_changed": Greatest(
                    "translated_from",
                    Coalesce(Subquery(_last_said(key, code)), "translated_from"),
                ),
            }
        ).annotate(**{f"{code}_state": _state(code)})
    return pages


def _count(texts: "models.QuerySet[Any]", count: Count) -> Coalesce:
    counted = texts.values("source").annotate(number=count).values("number")
    return Coalesce(Subquery(counted), 0, output_field=models.IntegerField())


def _state(code: str) -> Case:
    def when(state: State, *conditions: Q, **values: Any) -> When:
        named = {f"{code}_{name}": value for name, value in values.items()}
        return When(Q(*conditions, **named), then=Value(state))

    return Case(
        when(State.MISSING, page=None),
        when(State.OWN, managed=False, live=True),
        when(State.DRAFT, managed=False),
        when(State.DRAFT, missing__gt=0, live=False),
        when(State.OUTDATED, missing__gt=0),
        when(State.CURRENT, live=True, shown__gte=F(f"{code}_changed")),
        default=Value(State.READY),
        output_field=models.CharField(),
    )


def progress_of(page: Any, code: str) -> Progress:
    """What `with_states` found out about `page`."""
    return Progress(
        code,
        State(getattr(page, f"{code}_state")),
        getattr(page, f"{code}_page"),
        getattr(page, f"{code}_texts"),
        getattr(page, f"{code}_missing"),
        page.translated_from,
    )


def is_behind() -> Exists:
    """Whether the bokmål page was changed after what readers see was translated."""
    return Exists(
        TranslationSource.objects.filter(
            object_id=OuterRef("translation_key"),
            locale__language_code=SOURCE,
            last_updated_at__gt=OuterRef("live_revision__created_at"),
            translations__target_locale=OuterRef("locale"),
            translations__enabled=True,
        ).order_by()
    )


def published_sources() -> Any:
    """The bokmål pages that a reader can open, in the order of the tree."""
    return (
        Page.objects.live()
        .filter(locale__language_code=SOURCE, alias_of=None, depth__gt=1)
        .order_by("path")
    )


def to_do() -> dict[State, int]:
    """How many translations of published pages are out of date, or wait for a publisher.

    One query; looks only at pages that somebody has begun to translate.
    """
    begun = TranslationSource.objects.values("object_id")
    pages = with_states(published_sources().filter(translation_key__in=begun))
    counts = {
        f"{code}_{state}": Count("pk", filter=Q(**{f"{code}_state": state}))
        for code in PREFIXED
        for state in TO_DO
    }
    found = pages.aggregate(**counts)
    return {state: sum(found[f"{code}_{state}"] for code in PREFIXED) for state in TO_DO}


def missing_texts(page: Page) -> int:
    """How many texts of the translation `page` are still in bokmål."""
    return _texts(page.translation_key, page.locale.language_code).filter(done=False).count()


def translation_of(page: Page) -> Translation | None:
    """What `page` is kept in step by; None for a page that is written by itself."""
    if page.locale.language_code == SOURCE or page.alias_of_id is not None:
        return None
    return _managed(page.translation_key, page.locale.language_code).first()


def poses(page: "PortalPage", revision: Revision) -> bool:
    """Whether `revision` would put bokmål before readers as if it were a translation."""
    if page.locale.language_code == SOURCE or page.alias_of_id is not None:
        return False
    if translation_of(page) is None:
        return _is_copy(page, revision)
    if missing_texts(page):
        return True
    # A draft from before the last text was translated holds bokmål where that text is.
    said = _last_said(page.translation_key, page.locale.language_code)
    last = said.values_list("updated_at", flat=True).first()
    return last is not None and revision.created_at < last


def _is_copy(page: "PortalPage", revision: Revision) -> bool:
    """Whether no word differs from the bokmål page, for a page that is written by itself."""
    source = (
        type(page)
        .objects.filter(translation_key=page.translation_key, locale__language_code=SOURCE)
        .first()
    )
    return source is not None and _said(revision.as_object()) == _said(source)


def _said(page: "PortalPage") -> list[tuple[str, str]]:
    return [
        (segment.path, segment.string.data)
        for segment in extract_segments(page)
        if isinstance(segment, StringSegmentValue)
    ]


def _content(data: str, model: type[Page]) -> dict[str, Any]:
    """What a translation takes from its bokmål page, out of the page as JSON."""
    names = {field.field_name for field in get_translatable_fields(model)}
    return {name: value for name, value in json.loads(data).items() if name in names}


def follow(page: "PortalPage") -> None:
    """Hands what is published on a bokmål page on to its translations.

    Texts that changed have to be translated again; until then readers keep the translation that
    they have. Where all texts are translated and nobody has touched them since they were
    published, the rest (dates, sources, images, order) is published at once. Writes nothing when
    nothing changed.
    """
    if page.locale.language_code != SOURCE or page.alias_of_id is not None:
        return
    source = TranslationSource.objects.get_for_instance_or_none(page)
    if source is None:
        return
    published = type(page).objects.get(pk=page.pk)
    if _content(published.to_json(), type(page)) == _content(source.content_json, type(page)):
        return
    approved = [
        translation
        for translation in source.translations.filter(enabled=True).select_related("target_locale")
        if _is_approved(page, translation.target_locale.language_code)
    ]
    with transaction.atomic():
        source.update_from_db()
    for translation in approved:
        texts = _texts(page.translation_key, translation.target_locale.language_code)
        if texts.filter(done=False).exists():
            continue
        try:
            translation.save_target(publish=True)
        except ValidationError:
            # The editor of the translation sees at the field what is wrong.
            continue


def _is_approved(page: Page, language: str) -> bool:
    """Whether the translation is public with the very texts that a publisher saw."""
    target = _own(page.translation_key, language).filter(live=True)
    shown = target.values_list("live_revision__created_at", flat=True).first()
    said = _last_said(page.translation_key, language).values_list("updated_at", flat=True).first()
    return shown is not None and (said is None or said <= shown)


def take_down(page: Page) -> None:
    """Unpublishes the translations of a bokmål page that is no longer public itself."""
    if page.locale.language_code != SOURCE or page.alias_of_id is not None:
        return
    translations = Page.objects.filter(translation_key=page.translation_key, live=True)
    for translation in translations.exclude(pk=page.pk).exclude(locale=page.locale_id):
        translation.specific.unpublish()


class NotWhole(Exception):
    """Texts of a translation are still in bokmål; `missing` of them."""

    def __init__(self, missing: int) -> None:
        self.missing = missing
        super().__init__(missing)


def submit(*, translation: Translation, by: Any) -> bool:
    """Sends a whole translation to a publisher; False when it waits for one already.

    Makes a draft, and leaves what readers see as it is. Raises `NotWhole`, and `ValidationError`
    when a text is too long for its place.
    """
    page = translation.get_target_instance()
    missing = missing_texts(page)
    if missing:
        raise NotWhole(missing)
    workflow = page.get_workflow()
    if workflow is None or page.workflow_in_progress:
        return False
    with transaction.atomic():
        draft = translation.source.get_ephemeral_translated_instance(translation.target_locale)
        # Its own place is free; that of the bokmål page may be taken, as the front page's is.
        draft.slug = page.slug
        draft.save_revision(user=by, log_action=True)
        workflow.start(type(page).objects.get(pk=page.pk), by)
    return True


def approve(*, page: "PortalPage", by: Any) -> bool:
    """Approves and so publishes what was sent in; False when nothing fresh waits for `by`."""
    task = page.current_workflow_task
    state = page.current_workflow_task_state
    if task is None or "approve" not in {name for name, *_ in task.get_actions(page, by)}:
        return False
    if poses(page, state.revision):
        return False
    task.on_action(state, by, "approve")
    return True

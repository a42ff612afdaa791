"""Pages of the demo in nynorsk and English, made of the same rows as an editor's would be."""

from collections.abc import Iterable, Mapping
from typing import Any

from wagtail.models import Locale, Page
from wagtail.signal_handlers import disable_reference_index_auto_update
from wagtail_localize.models import (
    StringSegment,
    StringTranslation,
    Translation,
    TranslationSource,
)

from content.languages import PREFIXED
from memberorgs.models import User

# What the demo says in bokmål → language → what it says there.
Texts = Mapping[str, Mapping[str, str]]


def texts_of(entries: Iterable[Mapping[str, str]]) -> Texts:
    return {entry["nb"]: entry for entry in entries}


def translate(pages: Iterable[Page], texts: Texts, editor: User | None, by: User | None) -> None:
    """Translates those of `pages` whose texts are all known, from the front page down.

    The others stay as they are: a page is translated whole or not at all.
    """
    locales = list(Locale.objects.filter(language_code__in=PREFIXED))
    for page in pages:
        source, _ = TranslationSource.get_or_create_from_instance(page)
        segments = list(
            StringSegment.objects.filter(source=source).select_related("string").order_by("order")
        )
        if not all(segment.string.data in texts for segment in segments):
            source.delete()
            continue
        for locale in locales:
            _translate(page, source, segments, texts, locale, editor, by)


def _translate(
    page: Page,
    source: TranslationSource,
    segments: list[StringSegment],
    texts: Texts,
    locale: Locale,
    editor: User | None,
    by: User | None,
) -> None:
    translation = Translation.objects.create(source=source, target_locale=locale)
    known: dict[tuple[int, int], Any] = {
        (segment.string_id, segment.context_id): segment for segment in segments
    }
    StringTranslation.objects.bulk_create(
        StringTranslation(
            translation_of_id=string,
            context_id=context,
            locale=locale,
            data=texts[segment.string.data][locale.language_code],
            translation_type=StringTranslation.TRANSLATION_TYPE_MANUAL,
            last_translated_by=editor,
        )
        for (string, context), segment in known.items()
    )
    # Publishing writes the index of what refers to what once more.
    with disable_reference_index_auto_update():
        translation.save_target(user=editor, publish=False)
    target = page.get_translation(locale)
    target.latest_revision.publish(user=by, skip_permission_checks=True)
    # The reader's "published" is the day when it was told, whatever the language.
    Page.objects.filter(pk=target.pk).update(
        first_published_at=page.first_published_at, last_published_at=page.last_published_at
    )

"""Blocks that an editor builds the body of a page from."""

import re
import zlib
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTable, TypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock
from wagtail_localize.segments import StringSegmentValue

RICH_TEXT_FEATURES = ["bold", "ol", "ul", "link", "document-link"]


class QuotationBlock(blocks.StructBlock):  # type: ignore[misc]
    quotation = blocks.TextBlock(label=_("quotation"))
    source = blocks.CharBlock(
        label=_("source"),
        required=False,
        help_text=_("Who said it, where and when. An office or a body, not a private person."),
    )

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        template = "content/blocks/quotation.html"


class FactBoxBlock(blocks.StructBlock):  # type: ignore[misc]
    heading = blocks.CharBlock(label=_("heading"), max_length=80)
    text = blocks.RichTextBlock(label=_("text"), features=RICH_TEXT_FEATURES)

    class Meta:
        icon = "info-circle"
        label = _("Fact box")
        template = "content/blocks/fact_box.html"


class CaptionedImageBlock(blocks.StructBlock):  # type: ignore[misc]
    """An image with its alternative text (needed unless it only decorates) and a caption."""

    image = ImageBlock(label=_("image"))
    caption = blocks.CharBlock(label=_("caption"), required=False, max_length=200)

    class Meta:
        icon = "image"
        label = _("Image")
        template = "content/blocks/image.html"


class DocumentListBlock(blocks.StructBlock):  # type: ignore[misc]
    """Public files to fetch."""

    heading = blocks.CharBlock(label=_("heading"), required=False, max_length=80)
    documents = blocks.ListBlock(DocumentChooserBlock(label=_("document")), label=_("documents"))

    class Meta:
        icon = "doc-full"
        label = _("Documents")
        template = "content/blocks/documents.html"


class CallToActionBlock(blocks.StructBlock):  # type: ignore[misc]
    """One button that says what happens."""

    text = blocks.CharBlock(
        label=_("text of the button"), max_length=40, help_text=_("Says what happens: “Svar nå”.")
    )
    page = blocks.PageChooserBlock(label=_("page"), required=False)
    url = blocks.URLBlock(label=_("or address"), required=False)

    class Meta:
        icon = "link"
        label = _("Call to action")
        template = "content/blocks/call_to_action.html"

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if bool(cleaned["page"]) == bool(cleaned["url"]):
            error = ValidationError(_("Choose a page, or write an address."))
            raise blocks.StructBlockValidationError(block_errors={"page": error})
        return cleaned


class TableBlock(TypedTableBlock):  # type: ignore[misc]
    """A table whose words can be translated: caption, headings, and cells that hold a letter.

    A text is known by what it says, not by where it stands, so that a new row leaves the
    translations of the others in peace.
    """

    def get_translatable_segments(self, table: TypedTable) -> list[StringSegmentValue]:
        texts = dict.fromkeys(text for text in _texts(table) if re.search(r"[^\W\d_]", text))
        return [StringSegmentValue(_mark(text), text) for text in texts]

    def restore_translated_segments(
        self, table: TypedTable, segments: list[StringSegmentValue]
    ) -> TypedTable:
        said = {segment.path: segment.render_text() for segment in segments}

        def translated(text: str) -> str:
            return str(said.get(_mark(text), text)) if text else text

        return TypedTable(
            columns=[
                column | {"heading": translated(column["heading"])} for column in table.columns
            ],
            row_data=[
                {"values": [translated(value) for value in row["values"]]} for row in table.row_data
            ],
            caption=translated(table.caption),
        )


def _texts(table: TypedTable) -> Iterator[str]:
    yield table.caption or ""
    for column in table.columns:
        yield column["heading"] or ""
    for row in table.row_data:
        yield from (value or "" for value in row["values"])


def _mark(text: str) -> str:
    return f"{zlib.crc32(text.encode()):08x}"


class BodyBlock(blocks.StreamBlock):  # type: ignore[misc]
    """The body of any page, in any order. Nothing of a third party is embedded."""

    heading = blocks.CharBlock(
        label=_("Heading"), icon="title", max_length=100, template="content/blocks/heading.html"
    )
    text = blocks.RichTextBlock(
        label=_("Text"),
        icon="pilcrow",
        features=["h3", *RICH_TEXT_FEATURES],
        template="content/blocks/text.html",
    )
    quotation = QuotationBlock()
    fact_box = FactBoxBlock()
    image = CaptionedImageBlock()
    table = TableBlock(
        [
            ("text", blocks.CharBlock(label=_("Text"), required=False)),
            ("number", blocks.CharBlock(label=_("Number"), required=False)),
        ],
        label=_("Table"),
        icon="table",
        template="content/blocks/table.html",
    )
    documents = DocumentListBlock()
    call_to_action = CallToActionBlock()

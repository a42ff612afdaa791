"""Blocks that an editor builds the body of a page from."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

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


class BodyBlock(blocks.StreamBlock):  # type: ignore[misc]
    """The body of any page: headings, text, quotations and fact boxes in any order."""

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

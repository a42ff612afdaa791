"""The body of a page as plain HTML that stands on its own: in feed readers, without our styles."""

from typing import Any

from wagtail.whitelist import Whitelister, allow_without_attributes, attribute_rule, check_url

from content.texts import absolute, printable

# Pictures would have to be made in several sizes to be listed, and a button leads back to the page.
LEFT_OUT = frozenset({"image", "call_to_action"})


def _address(address: str) -> str | None:
    checked = check_url(address)
    return absolute(checked) if checked else None


def _drop(tag: Any) -> None:
    tag.decompose()


class _Plain(Whitelister):  # type: ignore[misc]
    element_rules = {
        **dict.fromkeys(
            (
                "[document]", "b", "blockquote", "br", "caption", "dd", "dl", "dt", "em",
                "figcaption", "figure", "h2", "h3", "i", "li", "ol", "p", "strong", "table",
                "tbody", "td", "th", "thead", "tr", "ul",
            ),
            allow_without_attributes,
        ),
        "a": attribute_rule({"href": _address}),
        **dict.fromkeys(("script", "style", "svg"), _drop),
    }  # fmt: skip


def plain_html(body: Any) -> str:
    """The blocks of `body`, a stream, in their order; whole addresses, no classes, no scripts."""
    blocks = [block.render() for block in body if block.block_type not in LEFT_OUT]
    return printable(str(_Plain().clean("\n".join(blocks)))).strip()

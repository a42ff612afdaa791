"""Addresses from Norwegian words."""

from django.utils.text import slugify

# Django's slugify drops æ and ø; two names could then share one address.
_LETTERS = str.maketrans(
    {"æ": "ae", "ø": "o", "å": "a", "Æ": "Ae", "Ø": "O", "Å": "A", "ä": "a", "ö": "o"}
    | {"đ": "d", "ŋ": "n", "ŧ": "t", "Đ": "D", "Ŋ": "N", "Ŧ": "T"}
)


def norwegian_slug(text: str, max_length: int = 60) -> str:
    """ASCII words with hyphens, cut at a word where `max_length` allows; never empty."""
    slug = slugify(text.translate(_LETTERS))
    if len(slug) > max_length:
        slug = slug[: max_length + 1].rpartition("-")[0] or slug[:max_length]
    return slug or "side"

"""Pictures that people hand in: opened to the last byte, and written anew without what they tell.

A photo says where and with which phone it was taken; whoever uploads it seldom knows.
"""

from io import BytesIO
from typing import IO, Any

from django.core.files.base import ContentFile
from PIL import Image, ImageOps

# Pillow's name of the format → how it is written anew.
FORMATS: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 90, "optimize": True},
    "PNG": {},
    "WEBP": {"quality": 90},
}
# Phones hang a second picture, or a depth map, on to the first; that makes it another format.
WRITTEN_AS = {"MPO": "JPEG"}
# WebP needs 30 bytes for each point when it is written: 40 megapixels took 1.3 GB.
MOST_PIXELS = {"WEBP": 16_000_000}
MOST_PIXELS_ELSE = 40_000_000


class TooManyPixelsError(ValueError):
    """The picture would take too much memory; `most` is how many megapixels it may have."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


# What opening a picture raises when it is damaged, cut, or made to do harm.
NO_PICTURE = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)


def check_size(picture: Image.Image) -> None:
    """Before it is unpacked. Raises TooManyPixelsError."""
    most = MOST_PIXELS.get(picture.format or "", MOST_PIXELS_ELSE)
    if picture.width * picture.height > most:
        raise TooManyPixelsError(most // 1_000_000)


def without_metadata(
    file: IO[bytes], name: str, *, formats: tuple[str, ...] = tuple(FORMATS)
) -> "ContentFile[bytes]":
    """The same picture, written anew: upright, without place, camera, time or comments.

    Of a moving picture the first frame stays. Raises one of `NO_PICTURE` for what is damaged or
    none of `formats`, and `TooManyPixelsError` as `check_size` does.
    """
    file.seek(0)
    with Image.open(file, formats=formats) as opened:
        check_size(opened)
        kind = WRITTEN_AS.get(opened.format or "", opened.format or "")
        if kind not in FORMATS:
            raise ValueError(kind)
        profile = opened.info.get("icc_profile")
        # In place: a second copy of 40 megapixels is another 120 MB.
        ImageOps.exif_transpose(opened, in_place=True)
        opened.load()
        # All that a picture tells besides its points is in `info`.
        see_through = opened.info.get("transparency")
        opened.info = {} if see_through is None else {"transparency": see_through}
        out = BytesIO()
        # The colour profile names no one, and without it the colours shift.
        opened.save(out, format=kind, icc_profile=profile, **FORMATS[kind])
    return ContentFile(out.getvalue(), name=name)

"""What happens to an image before it is kept."""

from io import BytesIO
from typing import Any, BinaryIO

from django.core.files.base import ContentFile
from PIL import Image, ImageOps

# Pillow's name of the format → how it is written anew.
FORMATS: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 90, "optimize": True},
    "PNG": {"optimize": True},
    "WEBP": {"quality": 90},
}

# The sizes that templates ask for: content/blocks/image.html, components/{brand,social}.html.
IN_BODY = ("width-480", "width-960", "width-1440")
AS_LOGO = ("max-240x96",)
AS_SHARED = ("fill-1200x630",)


def without_metadata(file: BinaryIO, name: str) -> "ContentFile[bytes]":
    """The same picture, drawn anew: upright, without place, camera, time or comments.

    A photo tells where and with which phone it was taken; whoever uploads it seldom knows. Raises
    OSError or ValueError for what is no JPEG, PNG or WebP.
    """
    file.seek(0)
    with Image.open(file, formats=tuple(FORMATS)) as opened:
        kind = opened.format or ""
        profile = opened.info.get("icc_profile")
        upright = ImageOps.exif_transpose(opened)
        drawn = Image.new(upright.mode, upright.size)
        if upright.mode == "P" and upright.palette is not None:
            drawn.putpalette(upright.palette)
            if "transparency" in upright.info:
                drawn.info["transparency"] = upright.info["transparency"]
        drawn.paste(upright)
    out = BytesIO()
    # The colour profile names no one, and without it the colours shift.
    drawn.save(out, format=kind, icc_profile=profile, **FORMATS[kind])
    return ContentFile(out.getvalue(), name=name)

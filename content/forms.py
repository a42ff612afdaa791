"""Forms of the editors' admin that differ from Wagtail's."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from foundation.intake.pictures import NO_PICTURE, TooManyPixelsError, check_size
from foundation.intake.uploads import too_many_pixels


class WholeImageField(WagtailImageField):  # type: ignore[misc]
    """An image that opens to its last byte; a cut one is a sentence at the field, not a crash."""

    def to_python(self, data: Any) -> Any:
        try:
            file = super().to_python(data)
            if file is not None:
                file.seek(0)
                with Image.open(file) as picture:
                    check_size(picture)
                    picture.load()
                file.seek(0)
        except TooManyPixelsError as error:
            raise too_many_pixels(error.most) from error
        except NO_PICTURE as error:
            raise ValidationError(
                _("The image is damaged or cut short. Save it anew and try again."),
                code="invalid_image",
            ) from error
        return file


class PortalImageForm(BaseImageForm):  # type: ignore[misc]
    """Wagtail's image form with `WholeImageField`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            self.fields["file"].__class__ = WholeImageField

"""How second factors behave here."""

import base64
import hashlib
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets are encrypted; keys belong to the portal's own address, not to the request's."""

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises InvalidToken when neither SECRET_KEY nor a fallback made it."""
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def build_totp_svg(self, url: str) -> str:
        """An `<svg>` to stand in the page: `data:` addresses are forbidden here."""
        import qrcode  # type: ignore[import-untyped]
        from qrcode.image.svg import SvgPathImage  # type: ignore[import-untyped]

        picture = qrcode.make(url, image_factory=SvgPathImage, border=2)
        buffer = BytesIO()
        picture.save(buffer)
        drawing = buffer.getvalue().decode()
        return drawing[drawing.index("<svg") :]

    def generate_authenticator_name(self, user: AbstractBaseUser, type: str) -> str:
        from allauth.mfa.models import Authenticator

        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return _("Key %(number)d") % {"number": number}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": urlsplit(settings.BASE_URL).hostname or "localhost", "name": "NSO"}


def _cipher() -> "MultiFernet":
    """Reads with SECRET_KEY and its fallbacks, writes with SECRET_KEY."""
    from cryptography.fernet import Fernet, MultiFernet

    def key(secret: str) -> Fernet:
        digest = hashlib.blake2b(secret.encode(), digest_size=32, person=b"second factors")
        return Fernet(base64.urlsafe_b64encode(digest.digest()))

    return MultiFernet([key(one) for one in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])

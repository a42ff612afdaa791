"""People who log in."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from memberorgs.choices import RoleGroup


class UserManager(BaseUserManager["User"]):
    """Makes users by their e-mail address, which is their name."""

    use_in_migrations = True

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """Lower case throughout: no mail server in use tells `Per@` from `per@`."""
        return (email or "").strip().lower()

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=self.normalize_email(username))

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        if not email:
            raise ValueError("a user needs an e-mail address")
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        fields |= {"is_staff": True, "is_superuser": True}
        return self.create_user(email, password, **fields)


class User(AbstractUser):
    """A person with a log-in. The e-mail address is the name; there is no other."""

    username = None  # type: ignore[assignment]
    email = models.EmailField(
        _("e-mail address"),
        unique=True,
        error_messages={"unique": _("Somebody already logs in with this e-mail address.")},
    )
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=settings.LANGUAGES,
        default=settings.LANGUAGE_CODE,
        help_text=_("The language of mails and of pages behind the log-in."),
    )
    shared_mailbox = models.BooleanField(
        _("shared mailbox"),
        default=False,
        help_text=_("Several people read this address (leder@…), one after the other."),
    )
    retired_at = models.DateTimeField(
        _("log-in taken away"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("The address and all ways to log in are gone; the name stays as history."),
    )
    erased_at = models.DateTimeField(
        _("erased"), null=True, blank=True, editable=False, help_text=_("The name is gone too.")
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()  # type: ignore[assignment,misc]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique_whatever_case",
                violation_error_message=_("Somebody already logs in with this e-mail address."),
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None)
                | Q(first_name="", last_name="", retired_at__isnull=False),
                name="user_erased_has_no_name",
            ),
            models.CheckConstraint(
                condition=Q(retired_at=None) | Q(is_active=False),
                name="user_retired_has_no_log_in",
            ),
        ]

    def __str__(self) -> str:
        if self.retired_at is not None:
            return self.get_full_name() or gettext("former elected representative")
        return self.get_full_name() or self.email

    @cached_property
    def is_in_secretariat(self) -> bool:
        """Asked once per object, which lives as long as a request."""
        return self.groups.filter(name=RoleGroup.STAFF).exists()

    def clean(self) -> None:
        super().clean()
        self.email = User.objects.normalize_email(self.email)

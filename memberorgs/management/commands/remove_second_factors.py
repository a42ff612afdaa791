from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from memberorgs.account.actions import remove_second_factors
from memberorgs.models import User


class Command(BaseCommand):
    help = gettext_lazy(  # type: ignore[assignment]
        "Takes away the second factors of one who has lost them, and tells them by e-mail. Make "
        "sure first that it is they who ask."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        email = User.objects.normalize_email(options["email"])
        user = User.objects.filter(email=email).first()
        if user is None:
            raise CommandError(_("Nobody logs in with %(email)s.") % {"email": email})
        removed = remove_second_factors(user=user, by=None)
        self.stdout.write(_("Removed: %(count)d") % {"count": removed})

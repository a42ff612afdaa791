"""How log-in behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Closed sign-up: who has a log-in was given it."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

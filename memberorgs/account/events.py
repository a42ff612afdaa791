"""What the audit log tells of log-ins."""

from django.utils.translation import gettext_lazy as _

from foundation.audit.facts import Words, one_of

EVENTS = {
    "account.logged_in": _("Logged in"),
    "account.log_in_failed": _("Failed to log in"),
    "account.logged_out": _("Logged out"),
    "account.code_asked": _("Asked for a code by e-mail"),
    "account.factor_added": _("Added a second factor"),
    "account.factor_removed": _("Removed a second factor"),
    "account.recovery_codes_made": _("Made new recovery codes"),
    "account.factors_removed": _("Second factors were removed by an operator"),
    "account.password_changed": _("Changed the password"),
    "account.email_change_asked": _("Asked to change the e-mail address"),
    "account.email_changed": _("Changed the e-mail address"),
    "account.sessions_ended": _("Logged out elsewhere"),
}

# By the names that allauth gives to ways in and to second factors.
_WAYS = {
    "password": _("password"),
    "password_reset": _("new password"),
    "code": _("code by e-mail"),
    "mfa": _("second factor"),
    "totp": _("app with codes"),
    "webauthn": _("passkey or security key"),
    "recovery_codes": _("recovery code"),
    "socialaccount": _("log-in by another service"),
    "login_code": _("to log in"),
    "password_reset_code": _("to set a new password"),
}

FACTS = {
    "account": {
        "how": Words(_("how"), one_of(_WAYS)),
        "kind": Words(_("kind"), one_of(_WAYS)),
        "count": Words(_("how many")),
    }
}

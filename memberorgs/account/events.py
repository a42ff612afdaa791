"""What the audit log tells of log-ins."""

from django.utils.translation import gettext_lazy as _

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

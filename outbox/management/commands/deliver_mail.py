"""What beat calls each half minute, by hand."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from outbox import delivery
from outbox.choices import State
from outbox.models import Outage, OutgoingMail


class Command(BaseCommand):
    help = gettext_lazy(  # type: ignore[assignment]
        "Hands over the mails that wait, and says what became of them."
    )

    def handle(self, *args: Any, verbosity: int, **options: Any) -> None:
        started = timezone.now()
        delivery.sweep()
        if verbosity == 0:
            return
        ended = OutgoingMail.objects.filter(finished_at__gte=started)
        sent = ended.filter(state=State.SENT).count()
        self.stdout.write(
            ngettext(
                "%(count)d mail handed over to %(folder)s.",
                "%(count)d mails handed over to %(folder)s.",
                sent,
            )
            % {"count": sent, "folder": settings.MAIL_SERVER or settings.MAIL_DIR}
        )
        if outage := Outage.current():
            self.stdout.write(
                _("The mail server takes no mails since %(since)s: %(error)s")
                % {
                    "since": timezone.localtime(outage.since).strftime("%d.%m.%Y %H:%M"),
                    "error": outage.last_error,
                }
            )
        for mail in ended.exclude(state=State.SENT).order_by("finished_at"):
            self.stdout.write(
                _("%(mail)s: %(state)s. %(reason)s")
                % {"mail": mail, "state": mail.get_state_display(), "reason": mail.reason}
            )
        waiting = OutgoingMail.objects.waiting()
        if count := waiting.count():
            self.stdout.write(
                ngettext("%(count)d mail is waiting.", "%(count)d mails are waiting.", count)
                % {"count": count}
            )
        for mail in waiting.exclude(last_error="").order_by("next_attempt_at")[:20]:
            self.stdout.write(
                ngettext(
                    "%(mail)s: tried %(attempts)d time, next at %(next)s. %(error)s",
                    "%(mail)s: tried %(attempts)d times, next at %(next)s. %(error)s",
                    mail.attempts,
                )
                % {
                    "mail": mail,
                    "attempts": mail.attempts,
                    "next": timezone.localtime(mail.next_attempt_at).strftime("%d.%m.%Y %H:%M")
                    if mail.next_attempt_at
                    else "–",
                    "error": mail.last_error,
                }
            )
        if count := OutgoingMail.objects.filter(state=State.IN_DOUBT).count():
            self.stdout.write(
                ngettext(
                    "%(count)d mail is in doubt: it may have gone out.",
                    "%(count)d mails are in doubt: they may have gone out.",
                    count,
                )
                % {"count": count}
            )

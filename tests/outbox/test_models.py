from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from outbox.choices import State
from outbox.models import OutgoingMail

NOW = timezone.now()
AT_WORK = {"next_attempt_at": None, "claimed_at": NOW, "lease_until": NOW}
ENDED = {"next_attempt_at": None, "finished_at": NOW}

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "whole",
    [
        {"state": State.QUEUED},
        {"state": State.CLAIMED, **AT_WORK},
        {"state": State.HANDING_OVER, "handing_over_at": NOW, **AT_WORK},
        {"state": State.SENT, "handing_over_at": NOW, **ENDED},
        {"state": State.FAILED, "reason": "550", **ENDED},
        {"state": State.FAILED, "reason": "550", "handing_over_at": NOW, **ENDED},
        {"state": State.EXPIRED, "reason": "for sent", **ENDED},
        {"state": State.CANCELLED, "reason": "levert", **ENDED},
        {
            "state": State.IN_DOUBT,
            "reason": "?",
            "handing_over_at": NOW,
            "next_attempt_at": None,
        },
    ],
)
def test_a_state_comes_with_its_times_and_with_no_others(queue_mail, whole):
    mail = queue_mail()
    row = OutgoingMail.objects.filter(pk=mail.pk)

    assert row.update(**whole) == 1

    for name, value in whole.items():
        if name == "state":
            continue
        broken = "" if name == "reason" else (None if value else NOW)
        if whole["state"] == State.FAILED and name == "handing_over_at":
            continue
        with pytest.raises(IntegrityError), transaction.atomic():
            row.update(**{name: broken})


@pytest.mark.parametrize(
    ("state", "field"),
    [
        (State.QUEUED, "claimed_at"),
        (State.QUEUED, "lease_until"),
        (State.QUEUED, "handing_over_at"),
        (State.QUEUED, "finished_at"),
    ],
)
def test_a_queued_mail_has_no_trace_of_work(queue_mail, state, field):
    row = OutgoingMail.objects.filter(pk=queue_mail().pk)

    with pytest.raises(IntegrityError), transaction.atomic():
        row.update(**{field: NOW})


def test_a_secret_cannot_outlive_its_mail(queue_mail):
    row = OutgoingMail.objects.filter(pk=queue_mail(sensitive=True).pk)

    with pytest.raises(IntegrityError), transaction.atomic():
        row.update(state=State.SENT, handing_over_at=NOW, **ENDED)


def test_an_unknown_state_is_refused(queue_mail):
    row = OutgoingMail.objects.filter(pk=queue_mail().pk)

    with pytest.raises(IntegrityError), transaction.atomic():
        row.update(state="lost", next_attempt_at=None)


def test_due_is_fast_first_then_the_oldest_and_nothing_that_is_pointless(queue_mail):
    now = timezone.now()
    slow = queue_mail(key="slow")
    fast = queue_mail(key="fast", lane=1)
    queue_mail(key="pointless", lane=1, expires_at=now)
    later = queue_mail(key="later")
    OutgoingMail.objects.filter(pk=later.pk).update(next_attempt_at=now + timedelta(minutes=5))

    assert list(OutgoingMail.objects.due(timezone.now())) == [fast, slow]


def test_a_mail_is_named_without_its_recipient(queue_mail):
    assert "kari" not in str(queue_mail())

"""For each line read: gives a priority of the demo a status with that line as its reason.

Prints the time, in seconds since 1970, when it was published.
"""

import sys
import time

import django

django.setup()

from priorities.models import PriorityPage, StatusChange  # noqa: E402 - models need the set-up

slug = sys.argv[1]
priority = PriorityPage.objects.get(slug=slug, locale__language_code="nb").priority
newest = StatusChange.objects.filter(priority=priority).newest_first()[0]
print("ready", flush=True)
for line in sys.stdin:
    change = StatusChange(
        priority=priority,
        status="under_way",
        decided_on=newest.decided_on,
        reason_nb=line.strip(),
        decided_by=newest.decided_by,
        live=False,
    )
    change.save()
    change.save_revision().publish()
    print(time.time(), flush=True)

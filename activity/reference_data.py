"""Which priority of the current plan each kind of the log usually belongs to.

Found by words of the adopted text. A kind that is tied to a priority of that plan stays as it is:
staff know better than this file. A second run changes nothing.
"""

from django.db import transaction

from activity.choices import LogKind
from activity.models import KindPriority
from geography.reference_data import Loaded
from priorities.models import ActionPlan

ELECTION = "fylkestingsvalget"
SUPPORT = "Støtte medlemslagene"
# Words that the adopted text of the priority holds. What is logged as something else may be
# about anything.
WORDS = {
    LogKind.LOBBYING: ELECTION,
    LogKind.RECRUITMENT: SUPPORT,
    LogKind.TURNOUT: SUPPORT,
    LogKind.ROUTINE: SUPPORT,
}


@transaction.atomic
def load() -> Loaded:
    """Ties the kinds that are tied to nothing in the current plan; none where there is no plan."""
    loaded = Loaded(str(KindPriority._meta.verbose_name_plural))
    plan = ActionPlan.objects.current()
    if plan is None:
        return loaded
    tied = set(KindPriority.objects.filter(priority__plan=plan).values_list("kind", flat=True))
    priorities = list(plan.priorities.live().standing().in_order())
    for kind, words in WORDS.items():
        found = next((one for one in priorities if words in one.adopted_text), None)
        if kind in tied:
            loaded.unchanged += 1
        elif found is not None:
            KindPriority.objects.create(kind=kind, priority=found)
            loaded.created += 1
    return loaded

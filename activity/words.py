"""The words of facts in histories, by the names that versions give them."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from activity.models import Entry, Recruitment, Routine, Turnout
from lobbying.models import Contact

_OWN: dict[str, str | Promise] = {
    "priorities": _("priorities"),
    "reasons": _("reasons"),
    "parties": _("parties and their answers"),
    "organisations": _("together with"),
}


def _of_models() -> dict[str, str | Promise]:
    return {
        field.name: field.verbose_name
        for model in (Recruitment, Turnout, Routine, Entry, Contact)
        for field in model._meta.concrete_fields
    }


NAMES = {**_of_models(), **_OWN}


def name_of(fact: str) -> str:
    """`votes_number` → "people who voted", in the reader's language."""
    return str(NAMES.get(fact.removesuffix("_answer") + "_number", NAMES.get(fact, fact)))

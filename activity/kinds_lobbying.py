"""Contacts with parties and others who decide, as a kind of the log."""

from typing import Any

from django.db.models import Prefetch
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.choices import LogKind
from activity.forms.contact_values import again_of_contact
from activity.forms.lobbying import ContactForm
from activity.kinds import Kind
from foundation.intake.attachments import attach
from lobbying import access, actions, who_asked
from lobbying.choices import STRENGTH, Counterpart, Grade, Reply
from lobbying.models import Answer, Contact, ContactParty, ContactVersion, CountingConsent, Demand
from lobbying.places import Place
from lobbying.who_asked import MARKS, Column
from memberorgs.access import Standing
from memberorgs.models import User

# One query for the parties of a contact, and one for what they answered.
ASKED = ContactParty.objects.select_related("party").prefetch_related(
    Prefetch("answers", Answer.objects.select_related("demand"))
)


class Told:
    """What one party said, for the page of a contact."""

    def __init__(self, asked: ContactParty, answer: Answer) -> None:
        self.column = Column(asked.party, asked.list_name)
        self.answer = answer
        self.mark, self.icon = MARKS[Reply(answer.answer)]
        self.strength = STRENGTH[Grade(answer.grade)] if answer.grade else 0


class Lobbying(Kind):
    slug, model, form = LogKind.LOBBYING, Contact, ContactForm
    icon, words = "talk", gettext_lazy("Log a meeting with a party")
    hint, heading = gettext_lazy("Under a minute"), gettext_lazy("Log a meeting or other contact")
    template = "activity/contact_fields.html"
    told_template = "activity/contact_told.html"
    seen_template = "activity/contact_who_sees.html"
    receipt_template = "activity/contact_receipt.html"

    def log(self, at: Standing, form: ContactForm, by: User) -> Contact:
        contact = actions.log_contact(organisation=at.organisation, facts=form.facts, by=by)
        for upload in form.uploads:
            attach(owner=contact, upload=upload, by=by)
        return contact

    def change(self, row: Contact, form: ContactForm, by: User, opened: int) -> bool:
        changed = actions.change_contact(contact=row, facts=form.facts, by=by, opened=opened)
        for upload in form.uploads:
            attach(owner=row, upload=upload, by=by)
        return changed or bool(form.uploads)

    def initial(self, row: Contact) -> dict[str, Any]:
        # The form reads what it changes from the row itself, also when it is sent.
        return {}

    def again(self, row: Contact) -> dict[str, Any]:
        return again_of_contact(row)

    def find(self, at: Standing, pk: int, *, removed: bool = False) -> Contact | None:
        """With `note` only for those who may read it, whatever the row holds."""
        rows = access.contacts_in_room(at, removed=removed)
        found = (
            rows.select_related("kommune__fylke", "fylke", "logged_by", "organisation")
            .prefetch_related("organisations", Prefetch("asked", ASKED))
            .filter(pk=pk)
            .first()
        )
        if found is not None:
            found.note = found.readable_note  # type: ignore[attr-defined]
        return found

    def may_change(self, at: Standing, row: Contact) -> bool:
        return access.may_change(at, row)

    def remove(self, row: Contact, by: User) -> None:
        actions.remove_contact(contact=row, by=by)

    def put_back(self, row: Contact, by: User) -> None:
        actions.put_back(contact=row, by=by)

    def headline(self, row: Contact) -> str:
        whom = self._whom(row)
        told = {"kind": capfirst(row.get_kind_display()), "whom": whom}
        place = _place(row)
        if place is None:
            return _("%(kind)s: %(whom)s") % told
        return _("%(kind)s: %(whom)s, %(place)s") % {**told, "place": place.label}

    def _whom(self, row: Contact) -> str:
        parties = [Column(one.party, one.list_name).name for one in row.asked.all()]
        if row.counterpart == Counterpart.PARTY and parties:
            return ", ".join(parties)
        return str(row.get_counterpart_display())

    def told(self, row: Contact) -> list[tuple[str, Any]]:
        parties = ", ".join(Column(one.party, one.list_name).name for one in row.asked.all())
        others = [one.name for one in row.organisations.all() if one.pk != row.organisation_id]
        place = _place(row)
        evidence = {answer.evidence for one in row.asked.all() for answer in one.answers.all()}
        told: list[tuple[str, Any]] = [
            (_("With"), "" if row.counterpart == Counterpart.PARTY else self._whom(row)),
            (_("Parties"), parties),
            (_("Where"), place.label if place is not None else _("Several municipalities")),
            (_("Kind of contact"), capfirst(row.get_kind_display())),
            (_("Together with"), ", ".join(others)),
            (_("Logged for"), row.organisation.name if others else ""),
            (_("What was agreed"), row.next_step),
            (_("To be done by"), row.next_step_due),
            (_("Where the answer stands"), "\n".join(sorted(evidence - {""}))),
        ]
        return [(label, value) for label, value in told if value not in (None, "")]

    def answers(self, row: Contact) -> list[tuple[Demand, list[Told]]]:
        """Demands, each with what the parties said."""
        return _answers(row)

    def versions(self, row: Contact) -> list[ContactVersion]:
        found = list(row.versions.select_related("saved_by").order_by("-number"))
        if not row.may_read_note:  # type: ignore[attr-defined]
            for version in found:
                version.facts.pop("note", None)
        return found

    def besides(self, at: Standing, row: Contact) -> dict[str, Any]:
        """`answers`: demands with what each party said; `before`: when others asked them there."""
        place = _place(row)
        parties = [one.party for one in row.asked.all()]
        before = []
        if place is not None and parties:
            before = who_asked.asked_before(place=place, parties=parties, but=at.organisation)
        return {
            "answers": _answers(row),
            "before": before,
            "place": place,
            "is_joint": len(row.organisations.all()) > 1,
            "is_counted": CountingConsent.objects.filter(organisation=row.organisation_id).exists(),
        }


def _place(row: Contact) -> Place | None:
    return Place(row.kommune, row.fylke) if row.place is not None else None


def _answers(row: Contact) -> list[tuple[Demand, list[Told]]]:
    found: dict[Demand, list[Told]] = {}
    for asked in row.asked.all():
        for answer in asked.answers.all():
            found.setdefault(answer.demand, []).append(Told(asked, answer))
    order = sorted(found, key=lambda demand: (demand.level, demand.position, demand.pk))
    return [(demand, found[demand]) for demand in order]

"""What is kept of a contact, who may see it, and how it changes."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from foundation.audit import personal_data
from foundation.audit.models import AuditEntry
from foundation.audit.retention import rules
from lobbying import access, actions
from lobbying.choices import Counterpart
from lobbying.facts import Asked
from lobbying.models import Answer, Contact, ContactParty, ContactVersion
from memberorgs.access import standing
from memberorgs.actions import NotPossible
from memberorgs.choices import RoleGroup
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

YES = {"k1": ("yes", "said")}


def events(contact):
    return list(AuditEntry.objects.about(contact).order_by("pk").values_list("event", flat=True))


class TestLogging:
    def test_keeps_parties_each_with_its_own_answers(self, log, organisation, leader):
        contact = log(
            a={"k1": ("yes", "said", " Sak 88/26 "), "k2": ("no_answer",)}, b={"k1": ("no", "vote")}
        )
        said = Answer.objects.filter(asked__contact=contact).values_list(
            "asked__party", "demand__code", "answer", "grade", "evidence"
        )
        assert set(said) == {
            ("a", "k1", "yes", "said", "Sak 88/26"),
            ("a", "k2", "no_answer", "", ""),
            ("b", "k1", "no", "vote", ""),
        }
        assert list(contact.organisations.all()) == [organisation]
        assert contact.logged_by == leader
        assert events(contact) == ["contact.logged"]

    def test_a_double_tap_is_one_contact(self, organisation, leader, told):
        key = uuid4()
        once, twice = (
            actions.log_contact(organisation=organisation, facts=told(a=YES), by=leader, key=key)
            for _ in range(2)
        )
        assert once == twice
        assert Contact.objects.count() == ContactVersion.objects.count() == 1

    def test_the_key_of_somebody_else_opens_nothing(self, log, other, stranger, told):
        contact = log(a=YES)
        with pytest.raises((IntegrityError, ValidationError)), transaction.atomic():
            actions.log_contact(organisation=other, facts=told(), by=stranger, key=contact.key)

    @pytest.mark.parametrize(
        ("field", "values"),
        [
            ("day", {"a": YES, "days": -1}),
            ("asked", {}),
            ("asked", {"a": YES, "counterpart": Counterpart.ADMINISTRATION}),
            ("asked", {"a": {"f1": ("yes", "said")}}),
            ("asked", {"a": {"k1": ("yes", "")}}),
            ("asked", {"a": {"k1": ("no_answer", "said")}}),
            ("asked", {"lists": {" ": YES}}),
            ("asked", {"lists": {"Bylista": YES, "BYLISTA": YES}}),
            ("__all__", {"a": {}, "kommune": None}),
            ("__all__", {"a": {}, "next_step_due": timezone.localdate()}),
            ("__all__", {"counterpart": Counterpart.BENCH}),
            ("kind", {"a": YES, "kind": "lunch"}),
        ],
    )
    def test_what_is_told_wrongly_is_said_at_its_field_and_nothing_is_kept(
        self, log, field, values
    ):
        with pytest.raises(ValidationError) as error:
            log(**values)
        assert set(error.value.message_dict) == {field}
        assert not Contact.objects.exists()
        assert not ContactParty.objects.exists()

    def test_a_place_is_one_of_the_two(self, log, bergen):
        with pytest.raises(ValidationError):
            log(a={}, fylke=bergen.fylke)
        with pytest.raises(IntegrityError), transaction.atomic():
            Contact.objects.filter(pk=log(a={}).pk).update(fylke=bergen.fylke)

    def test_a_samskipnad_may_span_kommuner_and_a_bench_belongs_to_a_fylke(self, log, bergen):
        assert log(counterpart=Counterpart.WELFARE, kommune=None).place is None
        bench = log(counterpart=Counterpart.BENCH, kommune=None, fylke=bergen.fylke, a={})
        assert bench.place == bergen.fylke
        with pytest.raises(ValidationError):
            log(
                counterpart=Counterpart.BENCH,
                kommune=None,
                fylke=bergen.fylke,
                a={"f1": ("yes", "said")},
            )

    def test_oslo_is_asked_as_kommune_about_the_demands_of_both(self, log, oslo):
        log(a={"k1": ("yes", "said"), "f1": ("no", "said")}, kommune=oslo)
        with pytest.raises(ValidationError) as error:
            log(a={}, kommune=None, fylke=oslo.fylke)
        assert set(error.value.message_dict) == {"fylke"}

    def test_only_lists_without_a_row_have_a_typed_name(self, log, parties, told):
        contact = log(lists={"Bylista ": YES})
        assert str(contact.asked.get()) == "Bylista"
        with pytest.raises(ValidationError):
            log(asked=(Asked(parties["a"], "Bylista"),))


class TestChanging:
    def test_each_save_that_changes_something_is_a_version(self, log, told, leader):
        contact = log(a=YES, note="Først")
        row = Answer.objects.get()
        same = told(a=YES, note="Først")
        assert not actions.change_contact(contact=contact, facts=same, by=leader)
        new = told(a={"k1": ("partly", "written"), "k2": ("no", "said")}, b={}, note="Så")
        assert actions.change_contact(contact=contact, facts=new, by=leader, opened=1)
        first, second = contact.versions.all()
        assert (first.number, second.number, contact.version) == (1, 2, 2)
        assert first.facts["note"] == "Først"
        assert second.facts["parties"][0]["answers"][0]["answer"] == "partly"
        row.refresh_from_db()
        assert row.answer == "partly"
        assert AuditEntry.objects.get(event="contact.changed").facts == {
            "fields": ["note", "parties"]
        }

    def test_who_opened_an_older_version_is_told_and_overwrites_nothing(self, log, told, leader):
        contact = log(a=YES)
        actions.change_contact(contact=contact, facts=told(a=YES, note="Ny"), by=leader, opened=1)
        with pytest.raises(actions.ChangedMeanwhile):
            actions.change_contact(contact=contact, facts=told(b=YES), by=leader, opened=1)
        contact.refresh_from_db()
        assert contact.note == "Ny"

    def test_a_wrong_answer_takes_the_whole_change_back(self, log, told, leader):
        contact = log(a=YES, note="Først")
        wrong = told(a=YES, b={"k1": ("yes", "")}, note="Så")
        with pytest.raises(ValidationError):
            actions.change_contact(contact=contact, facts=wrong, by=leader)
        contact.refresh_from_db()
        assert (contact.note, contact.asked.count(), contact.version) == ("Først", 1, 1)

    def test_a_version_never_changes(self, log):
        version = log(a=YES).versions.get()
        version.facts = {}
        with pytest.raises(TypeError):
            version.save()


class TestTakingAway:
    def test_it_is_gone_everywhere_and_comes_back(self, log, leader, reader):
        contact = log(a=YES)
        actions.remove_contact(contact=contact, by=leader)
        actions.remove_contact(contact=contact, by=leader)
        assert not access.contacts_visible_to(reader).exists()
        assert not access.answers_visible_to(reader).exists()
        actions.put_back(contact=contact, by=leader)
        assert access.contacts_visible_to(reader).get() == contact
        assert events(contact) == ["contact.logged", "contact.removed", "contact.put_back"]

    def test_what_was_taken_away_is_not_changed(self, log, told, leader):
        contact = log(a=YES)
        actions.remove_contact(contact=contact, by=leader)
        with pytest.raises(NotPossible):
            actions.change_contact(contact=contact, facts=told(b=YES), by=leader)

    def test_after_thirty_days_it_goes_for_good_with_all_that_hangs_on_it(self, log, leader):
        contact, kept = log(a=YES), log(b=YES)
        actions.remove_contact(contact=contact, by=leader)
        rule = next(rule for rule in rules() if rule.code == "removed_contact")
        assert rule.days == 30
        assert rule.run(now=timezone.now() + timedelta(days=29)) == 0
        assert rule.run(now=timezone.now() + timedelta(days=31), dry_run=True) == 1
        late = timezone.now() - timedelta(days=31)
        Contact.objects.filter(pk=contact.pk).update(removed_at=late)
        contact.refresh_from_db()
        with pytest.raises(NotPossible):
            actions.put_back(contact=contact, by=leader)
        assert rule.run() == 1
        assert Contact.objects.get() == kept
        assert ContactVersion.objects.count() == Answer.objects.count() == 1


class TestWhoSeesIt:
    def test_own_contacts_with_notes_and_those_of_others_only_as_answers(
        self, log, reader, stranger
    ):
        contact = log(a=YES, note="Hemmelig")
        assert access.contacts_visible_to(reader).get().readable_note == "Hemmelig"
        assert not access.contacts_visible_to(stranger).exists()
        assert access.answers_visible_to(stranger).get().asked.contact == contact

    def test_who_took_part_sees_the_contact_without_the_note(self, log, other, stranger):
        log(a=YES, note="Hemmelig", together_with=(other,))
        seen = access.contacts_visible_to(stranger).get()
        assert seen.readable_note == ""
        assert "note" in seen.get_deferred_fields()

    def test_staff_see_all_contacts_and_no_notes(self, log, organisation):
        log(a=YES, note="Hemmelig")
        staff = UserFactory(role=RoleGroup.STAFF)
        assert access.contacts_visible_to(staff).get().readable_note == ""
        assert access.contacts_of(standing(staff, "fjordvik")).get().readable_note == ""

    @pytest.mark.parametrize("role", [None, RoleGroup.EDITOR, RoleGroup.INSIGHT])
    def test_who_holds_no_office_sees_nothing(self, log, role):
        log(a=YES)
        user = UserFactory(role=role)
        assert not access.contacts_visible_to(user).exists()
        assert not access.answers_visible_to(user).exists()

    def test_only_writers_of_who_logged_it_may_change(self, log, leader, reader, other, stranger):
        contact = log(a=YES, together_with=(other,))
        assert access.may_change(standing(leader, "fjordvik"), contact)
        assert not access.may_change(standing(reader, "fjordvik"), contact)
        assert not access.may_change(standing(stranger, "elvestad"), contact)


def test_what_a_person_logged_is_handed_out_and_no_table_is_forgotten(log, leader):
    log(a=YES)
    held = {section.model for section in personal_data.sections_of(leader)}
    assert {"lobbying.Contact", "lobbying.ContactVersion"} <= held
    assert not [name for name in personal_data.unnamed_fields() if name.startswith("lobbying")]

"""`seed_demo --orgs N --years N`: a log of any size, in bulk."""

from collections import Counter
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from activity import versions as of_entries
from activity.models import Entry, EntryVersion, HelpRequest, Recruitment, Turnout
from geography.models import Party
from lobbying import versions as of_contacts
from lobbying.models import Answer, Contact, ContactVersion
from portal import demo
from portal.demo_content.log_volume import A_YEAR, fill_log

ORGS, YEARS = 3, 2


@pytest.fixture
def ready(published_plan, settings, tmp_path):
    settings.DEMO = True
    settings.DATA_DIR, settings.DEMO_MARK = tmp_path, tmp_path / "demo-password"
    call_command("load_reference_data", verbosity=0)
    demo.make_logins()
    demo.make_many_organisations(ORGS)


def test_as_many_of_each_kind_once_and_for_real(ready):
    made = fill_log(years=YEARS)

    assert made == ORGS * YEARS * A_YEAR == Entry.objects.count() + Contact.objects.count()
    assert Counter(Entry.objects.values_list("kind", flat=True)) == {
        "recruitment": ORGS * YEARS * 12,
        "turnout": ORGS * YEARS * 2,
        "routine": ORGS * YEARS * 8,
        "other": ORGS * YEARS * 18,
    }
    assert HelpRequest.objects.count() == ORGS * YEARS
    assert not Party.objects.filter(
        in_storting_2025=True, pk__in=Answer.objects.values("asked__party")
    ).exists()
    for model in (Entry, Recruitment, Turnout, Contact, Answer, HelpRequest):
        for row in model.objects.all()[:20]:
            row.full_clean()
    # Versions are those that a save would have kept.
    for kind in ("recruitment", "turnout", "routine", "other"):
        entry = Entry.objects.filter(kind=kind).first()
        assert EntryVersion.objects.get(entry=entry).facts == of_entries.facts_of(entry)
    contact = Contact.objects.first()
    assert ContactVersion.objects.get(contact=contact).facts == of_contacts.facts_of(contact)
    assert contact.priorities.count() == 1

    assert fill_log(years=YEARS) == 0


def test_the_same_organisations_get_the_same_entries(ready):
    fill_log(years=1)
    keys = set(Entry.objects.values_list("key", "day", "kind"))
    Answer.objects.all().delete()
    Contact.objects.all().delete()
    Entry.objects.all().delete()
    fill_log(years=1)
    assert set(Entry.objects.values_list("key", "day", "kind")) == keys


def test_not_outside_a_demo(db, settings):
    settings.DEMO = False
    with pytest.raises(RuntimeError):
        fill_log(years=1)
    with pytest.raises(CommandError):
        call_command("seed_demo", orgs=1, years=1, stdout=StringIO())
    assert not Entry.objects.exists()

"""What the log has before anybody wrote in it: usual priorities, and the demo's entries."""

from collections import Counter
from io import StringIO

import pytest
from django.core.management import call_command

from activity import reference_data
from activity.forms.base import usual_priorities
from activity.models import Entry, EntryVersion, KindPriority
from portal import demo

ELECTION, SUPPORT = "fylkestingsvalget 2027", "lokalpolitisk påvirkning, rekruttering, rutiner"


def load():
    out = StringIO()
    call_command("load_reference_data", stdout=out)
    return out.getvalue()


def test_kinds_are_tied_to_the_priorities_that_they_are_about(published_plan):
    load()

    for kind in ("rekruttering", "valgoppslutning", "rutine"):
        assert [SUPPORT in one.adopted_text for one in usual_priorities(kind)] == [True], kind
    assert [ELECTION in one.adopted_text for one in usual_priorities("pavirkning")] == [True]
    assert usual_priorities("annet") == []


def test_what_staff_have_set_stays_and_a_second_run_changes_nothing(published_plan):
    other = published_plan.priorities.exclude(adopted_text__contains=SUPPORT).first()
    KindPriority.objects.create(kind="rutine", priority=other)

    load()
    kept = sorted(KindPriority.objects.values_list())
    again = reference_data.load()

    assert usual_priorities("rutine") == [other]
    assert (again.created, again.unchanged) == (0, 4)
    assert sorted(KindPriority.objects.values_list()) == kept


def test_without_a_plan_nothing_is_tied(db):
    assert reference_data.load().created == 0
    assert not KindPriority.objects.exists()


@pytest.fixture
def demo_house(published_plan, settings, tmp_path):
    settings.DEMO = True
    settings.DATA_DIR, settings.DEMO_MARK = tmp_path, tmp_path / "demo-password"
    load()
    demo.make_logins()
    demo.make_organisations()


def test_the_demo_has_a_few_entries_of_each_kind_once(demo_house):
    made = demo.make_entries()

    assert made == Entry.objects.count() == EntryVersion.objects.count()
    assert set(Counter(Entry.objects.values_list("kind", flat=True))) == {
        "recruitment", "turnout", "routine", "other",
    }  # fmt: skip
    codes = set(Entry.objects.values_list("organisation__code", flat=True))
    assert codes == {"fjordvik", "elvestad", "bjorkevik"}
    for entry in Entry.objects.exclude(kind="other"):
        assert [SUPPORT in one.adopted_text for one in entry.priorities.all()] == [True]
    assert demo.make_entries() == 0
    assert Entry.objects.count() == made


def test_demo_entries_are_for_demos(db, settings):
    settings.DEMO = False
    with pytest.raises(RuntimeError):
        demo.make_entries()

"""The election, NSO's demands as examples, and the demo's contacts."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction

from geography.models import Party
from lobbying.models import Answer, Contact, Demand, Election
from memberorgs.choices import Confidence
from portal import demo

pytestmark = pytest.mark.django_db


def load():
    call_command("load_reference_data", verbosity=0)


def test_the_election_and_its_examples_in_three_languages():
    load()
    election = Election.objects.get()
    assert election.day == date(2027, 9, 13)
    assert (election.of_kommuner, election.of_fylker) == (True, True)
    demands = list(Demand.objects.all())
    assert len(demands) == 20
    assert all(one.is_example and one.text_nn and one.text_en for one in demands)
    assert sum(one.confidence == Confidence.DEMO for one in demands) == 8
    assert all(bool(one.source) != (one.confidence == Confidence.DEMO) for one in demands)
    assert Demand.objects.get(code="k01").adopted_on == date(2022, 10, 28)
    for one in demands:
        one.full_clean()


def test_a_second_run_changes_nothing_of_what_staff_have_written():
    load()
    Demand.objects.filter(code="k01").update(text_nb="Ny tekst", is_example=False)
    Election.objects.update(day=date(2027, 9, 14))
    load()
    assert Demand.objects.get(code="k01").text_nb == "Ny tekst"
    assert Election.objects.get().day == date(2027, 9, 14)
    assert Demand.objects.count() == 20


def test_the_next_election_is_the_current_one_and_afterwards_the_last():
    first, second = (
        Election.objects.create(code=str(year), name_nb="Valg", day=date(year, 9, 13))
        for year in (2027, 2031)
    )
    for day, current in {
        date(2027, 9, 13): first,
        date(2027, 9, 14): second,
        date(2040, 1, 1): second,
    }.items():
        assert Election.objects.current(day) == current


def test_a_made_up_demand_is_always_an_example_and_adoption_has_both_halves(demands):
    one = demands["k1"]
    for wrong in ({"confidence": Confidence.DEMO}, {"adopted_by": "landsmøtet"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Demand.objects.filter(pk=one.pk).update(**wrong)
    one.adopted_on = date(2027, 1, 1)
    with pytest.raises(ValidationError):
        one.full_clean()


def test_the_demo_asks_made_up_parties_only_and_once():
    load()
    assert demo.make_contacts() == 0
    demo.make_logins()
    demo.make_organisations()
    made = demo.make_contacts()
    assert made == Contact.objects.count() > 8
    assert demo.make_contacts() == 0
    asked = set(Answer.objects.values_list("asked__party", flat=True))
    assert asked == {f"demolista-{letter}" for letter in "abcdefghi"}
    assert not Party.objects.filter(pk__in=asked, in_storting_2025=True).exists()


def test_the_demos_parties_come_nowhere_else(settings):
    load()
    settings.DEMO = False
    with pytest.raises(RuntimeError):
        demo.make_contacts()
    assert not Party.objects.filter(code__startswith="demolista").exists()

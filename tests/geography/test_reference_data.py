import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from geography.models import Campus, Fylke, Institution, Kommune, Party

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded():
    call_command("load_reference_data", verbosity=0)


def test_all_of_norway_is_there(loaded):
    assert (Fylke.objects.count(), Kommune.objects.count()) == (15, 357)
    # SSB's figure for the whole country on 1 January 2024.
    assert sum(Kommune.objects.values_list("population", flat=True)) == 5_550_203
    assert Kommune.objects.get(number="0301").name == "Oslo"
    assert not Fylke.objects.get(number="03").own_fylkesting
    assert Party.objects.count() == 25
    assert Institution.objects.count() == 38
    ntnu = Institution.objects.get(code="ntnu")
    assert [campus.kommune_id for campus in ntnu.campuses.all()] == ["5001", "3407", "1508"]


def test_a_second_run_changes_nothing_and_says_nothing(
    loaded, capsys, django_assert_max_num_queries
):
    before = Campus.objects.count()
    with django_assert_max_num_queries(18):
        call_command("load_reference_data")
    assert capsys.readouterr().out == ""
    assert Campus.objects.count() == before


def test_a_changed_row_is_mended(loaded, capsys):
    Kommune.objects.filter(number="0301").update(name="Kristiania")
    call_command("load_reference_data")
    assert "1 endret" in capsys.readouterr().out
    assert Kommune.objects.get(number="0301").name == "Oslo"


@pytest.mark.parametrize(
    ("number", "fylke"), [("301", "03"), ("03O1", "03"), ("4601", "03"), ("46011", "46")]
)
def test_the_database_refuses_a_number_that_is_none(loaded, number, fylke):
    oslo = Kommune.objects.get(number="0301")
    oslo.number, oslo.fylke_id, oslo.name_display = number[:4], fylke, "Andre"
    if len(number) == 5:
        oslo.number = "0301"
    with pytest.raises(IntegrityError), transaction.atomic():
        oslo.save(force_insert=True)

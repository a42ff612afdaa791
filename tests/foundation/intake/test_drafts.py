"""Nothing that was typed is lost or overwritten in silence, and a double tap makes one row."""

import threading

import pytest
from django.db import connection
from django.http import QueryDict

from foundation.audit import personal_data
from foundation.intake.drafts import (
    DRAFT_VERSION,
    SUBMISSION_KEY,
    Clash,
    Place,
    Saved,
    TooMuchError,
    as_data,
    draft_of,
    drop_draft,
    key_in,
    keys_of,
    new_key,
    others_at,
    save_draft,
    submit_once,
    typed_fields,
    version_in,
)
from foundation.intake.models import Draft, Submission
from memberorgs.models import MemberOrganisation
from tests.factories import OrganisationFactory, UserFactory

HERE = Place("fjordvik", "lobbying", "4601")


@pytest.fixture
def person(db):
    return UserFactory()


def save(person, text, version=0, place=HERE):
    return save_draft(by=person, place=place, fields={"note": [text]}, version=version)


def kept(person, place=HERE):
    draft = draft_of(person, place)
    return None if draft is None else draft.fields["note"][0]


def test_it_is_kept_as_one_types(person):
    first = save(person, "Vi")
    second = save(person, "Vi møttes", first.version)
    assert isinstance(second, Saved)
    assert second.version != first.version
    assert kept(person) == "Vi møttes"
    assert Draft.objects.count() == 1


def test_the_second_tab_is_told_and_nothing_is_lost(person):
    first = save(person, "start")
    one = save(person, "fra den ene", first.version)
    two = save(person, "fra den andre", first.version)
    assert isinstance(two, Clash)
    assert two.typed == {"note": ["fra den andre"]}
    assert two.kept.fields == {"note": ["fra den ene"]}
    assert kept(person) == "fra den ene"
    assert two.kept.version == one.version
    assert isinstance(save(person, "fra den andre", two.kept.version), Saved)
    assert kept(person) == "fra den andre"


def test_two_tabs_that_both_begin_clash_too(person):
    save(person, "en")
    clash = save(person, "to")
    assert isinstance(clash, Clash)
    assert kept(person) == "en"


def test_the_same_once_more_is_no_clash(person):
    first = save(person, "det samme")
    again = save(person, "det samme")
    assert isinstance(again, Saved)
    assert again.version == first.version


def test_a_tab_of_a_draft_that_was_sent_in_is_told(person):
    first = save(person, "gammelt")
    drop_draft(person, HERE)
    clash = save(person, "mer", first.version)
    assert isinstance(clash, Clash)
    assert clash.kept is None
    assert draft_of(person, HERE) is None
    assert isinstance(save(person, "mer"), Saved)


def test_a_tab_of_an_earlier_draft_never_fits_a_later_one(person):
    first = save(person, "gammelt")
    drop_draft(person, HERE)
    for _ in range(20):
        latest = save(person, "nytt")
        assert isinstance(latest, Saved)
        assert isinstance(save(person, "gammelt", first.version), Clash)
        drop_draft(person, HERE)


def test_drafts_of_others_are_apart_and_told(person):
    other = UserFactory()
    save(person, "mitt")
    save(other, "deres")
    save(UserFactory(), "annet sted", place=Place("fjordvik", "lobbying", "0301"))
    assert kept(person) == "mitt"
    assert [draft.person for draft in others_at(person, HERE)] == [other]


def test_what_a_form_sent_comes_back_as_it_was():
    sent = QueryDict(
        "note=Hei&party=ap&party=h&empty=&csrfmiddlewaretoken=x&password1=hemmelig"
        f"&{DRAFT_VERSION}=7&{SUBMISSION_KEY}=k&file=x"
    )
    fields = typed_fields(sent, leave_out=["file"])
    assert fields == {"note": ["Hei"], "party": ["ap", "h"], "empty": [""]}
    assert as_data(fields).getlist("party") == ["ap", "h"]


@pytest.mark.parametrize(
    "text", ["\x00", "\ud800", "a\x00b\udfffc", "\u202e", "🎓", "=1+1", "<script>", "x" * 100_000]
)
def test_strange_text_is_kept_without_what_no_database_takes(person, text):
    sent = QueryDict(mutable=True)
    sent["note"] = text
    save_draft(by=person, place=HERE, fields=typed_fields(sent), version=0)
    assert kept(person) == text.replace("\x00", "").replace("\ud800", "").replace("\udfff", "")


def test_more_than_a_draft_holds_is_refused():
    for text in ("note=" + "x" * 200_001, "&".join(f"a{number}=" for number in range(501))):
        with pytest.raises(TooMuchError):
            typed_fields(QueryDict(text))


@pytest.mark.parametrize("typed", ["", "x", "-1", "1e9", "٣", "9" * 30, "1 or 1=1"])
def test_a_version_that_is_none_is_0(typed):
    assert version_in({DRAFT_VERSION: typed}) == 0


def test_a_key_that_is_none_is_a_new_one():
    key = new_key()
    assert key_in({SUBMISSION_KEY: key}) == key
    for typed in ("", "x", key + "x", "ø" * 43):
        made = key_in({SUBMISSION_KEY: typed})
        assert made != typed
        assert len(made) == 43


def send(person, key, make=OrganisationFactory, place=None, **more):
    return submit_once(
        by=person,
        key=key,
        form="lobbying",
        model=MemberOrganisation,
        make=make,
        place=place,
        **more,
    )


def test_the_second_tap_leads_to_the_row_of_the_first(person):
    key = new_key()
    first, second = send(person, key), send(person, key)
    assert first.is_first
    assert not second.is_first
    assert first.row == second.row
    assert MemberOrganisation.objects.count() == 1


def test_the_second_tap_says_whether_it_had_other_words(person):
    key = new_key()
    send(person, key, typed={"note": ["tolv"], "empty": [""]})
    assert send(person, key, typed={"note": ["tolv"]}).is_same
    assert not send(person, key, typed={"note": ["tretten"]}).is_same
    assert "tolv" not in Submission.objects.get().digest


def test_a_row_knows_its_keys_by_person(person):
    key = new_key()
    row = send(person, key).row
    assert keys_of(person, row) == [key]
    assert keys_of(UserFactory(), row) == []


@pytest.mark.parametrize(
    ("typed", "ahead", "stays"),
    [("ferdig", 0, False), ("ferdig", 1, False), ("annet", 0, False), ("annet", 1, True)],
)
def test_only_the_draft_that_was_sent_ends(person, typed, ahead, stays):
    """It goes when the page knew it, or when it holds what was sent."""
    version = save(person, "ferdig").version
    send(person, new_key(), place=HERE, typed={"note": [typed]}, version=version + ahead)
    assert (draft_of(person, HERE) is not None) == stays


def test_each_form_and_each_person_has_a_key_of_its_own(person):
    key = new_key()
    rows = [send(person, key), send(person, new_key()), send(UserFactory(), key)]
    assert len({one.row.pk for one in rows}) == 3


def test_the_draft_ends_with_the_row(person):
    save(person, "ferdig")
    elsewhere = Place("fjordvik", "lobbying", "0301")
    save(person, "et annet", place=elsewhere)
    send(person, new_key(), place=HERE)
    assert draft_of(person, HERE) is None
    assert kept(person, elsewhere) == "et annet"


def test_a_row_that_could_not_be_saved_leaves_draft_and_key_as_they_were(person):
    def half():
        OrganisationFactory()
        raise RuntimeError

    save(person, "ferdig")
    key = new_key()
    with pytest.raises(RuntimeError):
        send(person, key, make=half, place=HERE)
    assert not MemberOrganisation.objects.exists()
    assert not Submission.objects.exists()
    assert kept(person) == "ferdig"
    assert send(person, key, place=HERE).is_first


def test_a_second_tap_after_the_row_was_removed_makes_none(person):
    key = new_key()
    send(person, key)
    Submission.objects.update(made_id=999_999)
    again = send(person, key)
    assert (again.row, again.is_first) == (None, False)
    assert MemberOrganisation.objects.count() == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_ten_at_once_make_one_row():
    person, key = UserFactory(), new_key()
    results, errors, ready = [], [], threading.Barrier(10)

    def tap():
        try:
            ready.wait(10)
            results.append(send(person, key))
        except Exception as error:  # noqa: BLE001
            errors.append(error)
        finally:
            connection.close()

    taps = [threading.Thread(target=tap) for _ in range(10)]
    for one in taps:
        one.start()
    for one in taps:
        one.join(30)
    assert errors == []
    assert [one.is_first for one in results].count(True) == 1
    assert len({one.row.pk for one in results}) == 1
    assert MemberOrganisation.objects.count() == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_ten_tabs_that_save_at_once_one_wins_and_nine_are_told():
    person = UserFactory()
    version = save(person, "start").version
    results, ready = [], threading.Barrier(10)

    def type_in(number):
        try:
            ready.wait(10)
            results.append((number, save(person, f"fane {number}", version)))
        finally:
            connection.close()

    tabs = [threading.Thread(target=type_in, args=[number]) for number in range(10)]
    for one in tabs:
        one.start()
    for one in tabs:
        one.join(30)
    winners = [number for number, result in results if isinstance(result, Saved)]
    assert len(results) == 10
    assert len(winners) == 1
    assert kept(person) == f"fane {winners[0]}"
    for number, result in results:
        if number != winners[0]:
            assert result.typed == {"note": [f"fane {number}"]}
            assert result.kept.fields == {"note": [f"fane {winners[0]}"]}


def test_a_person_is_handed_their_drafts_and_they_go_with_the_person(person):
    save(person, "Kanaritekst")
    send(person, new_key())
    save(UserFactory(), "en annens")
    told = {one.model.lower(): one for one in personal_data.sections_of(person)}
    assert "note: Kanaritekst" in told["intake.draft"].rows[0].values()
    assert len(told["intake.submission"].rows) == 1
    for holding in personal_data.holdings():
        if holding.model in ("intake.Draft", "intake.Submission"):
            assert holding.erase(person) == 1
            assert holding.erase(person) == 0
    assert Draft.objects.count() == 1
    assert not Submission.objects.exists()

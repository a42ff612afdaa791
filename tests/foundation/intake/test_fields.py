"""Fields for numbers without JavaScript: what is typed is kept, what is wrong is said there."""

from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.http import QueryDict
from django.test.utils import isolate_apps

from foundation.intake.columns import AnswerColumn, Counted, NumberColumn, count_constraint
from foundation.intake.fields import CountField, PercentField, WholeNumberField
from foundation.intake.numbers import BLANK, NOT_APPLICABLE, UNKNOWN, Count
from foundation.intake.plausibility import (
    QUESTION,
    AsksMixin,
    check_at_most,
    more_than_usual,
    unlike_last_time,
)


class Votes(forms.Form):
    votes = CountField(required=False)
    share = PercentField(required=False)


def filled(text, form=Votes):
    form = form(QueryDict(text))
    form.is_valid()
    return form


@pytest.mark.parametrize(
    ("sent", "count"),
    [
        ("votes=0", Count.of(0)),
        ("votes=1%C2%A0234", Count.of(1234)),
        ("votes=", BLANK),
        ("", BLANK),
        ("votes=&votes_answer=unknown", UNKNOWN),
        ("votes_answer=not_applicable", NOT_APPLICABLE),
        ("votes_answer=number", BLANK),
        ("votes_answer=made-up", BLANK),
    ],
)
def test_each_of_the_four_answers_can_be_given(sent, count):
    form = filled(sent)
    assert not form.errors
    assert form.cleaned_data["votes"] == count


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("votes=3&votes_answer=unknown", "both"),
        ("votes_answer=unknown&votes_answer=not_applicable", "two_boxes"),
        ("votes=1.234", "thousands"),
        ("votes=mange", "invalid"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_stays_typed(sent, code):
    form = filled(sent)
    assert form.errors.as_data()["votes"][0].code == code
    shown = str(form["votes"])
    for name, value in QueryDict(sent).items():
        assert f'name="{name}"' in shown
        assert f'value="{value}"' in shown
    assert shown.count(" checked") == sent.count("_answer")


def test_an_answer_is_asked_for_where_it_is_needed():
    class Needed(forms.Form):
        votes = CountField()

    assert filled("votes=", Needed).errors.as_data()["votes"][0].code == "required"
    assert not filled("votes=0", Needed).errors
    # A browser must not ask for the number where a box is ticked.
    assert " required" not in str(Needed()["votes"])
    assert not filled("votes_answer=unknown", Needed).errors


@pytest.mark.parametrize("count", [Count.of(1234), Count.of(0), UNKNOWN, NOT_APPLICABLE, BLANK])
def test_what_was_saved_is_shown_again_and_has_not_changed(count):
    shown = str(Votes(initial={"votes": count})["votes"])
    assert (f'value="{count}"' in shown) == (count.number is not None)
    assert shown.count(" checked") == (count in (UNKNOWN, NOT_APPLICABLE))
    text = {"votes": str(count) if count.number is not None else ""}
    if count and count.number is None:
        text["votes_answer"] = str(count.answer)
    assert not Votes(text, initial={"votes": count}).has_changed()
    assert Votes({"votes": "77"}, initial={"votes": count}).has_changed()


def test_each_box_has_its_words_and_the_number_its_label():
    form = Votes()
    assert 'id="id_votes"' in str(form["votes"])
    assert form["votes"].id_for_label == "id_votes"
    assert str(form["votes"]).count("<label") == 2


def test_markup_that_was_typed_is_shown_as_text():
    assert "<script" not in str(filled('votes="><script>x</script>')["votes"])


def test_percent_is_read_and_shown():
    assert filled("share=12,5 %25").cleaned_data["share"] == Decimal("12.5")
    assert filled("share=").cleaned_data["share"] is None
    assert 'value="12,5"' in str(Votes(initial={"share": Decimal("12.50")})["share"])


def test_a_whole_number_field_refuses_what_is_no_number():
    field = WholeNumberField(required=False, min_value=1)
    assert field.clean("12\u202f345") == 12345
    assert field.clean(" ") is None
    for typed in ("1_000", "٣", "1.234", "12,5", "0"):
        with pytest.raises(ValidationError):
            field.clean(typed)


@pytest.fixture
def turnout(django_db_serialized_rollback, transactional_db):
    """A table with a number of four answers."""
    with isolate_apps("foundation.intake"):

        class Turnout(models.Model):  # noqa: DJ008
            votes_number = NumberColumn()
            votes_answer = AnswerColumn()
            votes = Counted("votes")

            class Meta:
                app_label = "intake"
                constraints = [count_constraint("votes", name="turnout_votes")]

    with connection.constraint_checks_disabled(), connection.schema_editor() as editor:
        editor.create_model(Turnout)
    yield Turnout
    with connection.constraint_checks_disabled(), connection.schema_editor() as editor:
        editor.delete_model(Turnout)


def test_the_database_keeps_the_four_apart(turnout):
    four = [Count.of(0), Count.of(12), BLANK, UNKNOWN, NOT_APPLICABLE]
    for count in four:
        turnout.objects.create(votes=count)
    assert [one.votes for one in turnout.objects.order_by("pk")] == four
    assert turnout.objects.aggregate(sum=models.Sum("votes_number"))["sum"] == 12
    for number, answer in ((3, ""), (3, "unknown"), (None, "number"), (None, "x"), (-1, "number")):
        with pytest.raises(IntegrityError), transaction.atomic():
            turnout.objects.create(votes_number=number, votes_answer=answer)


class Turnout(AsksMixin):
    may_ask = ("votes",)
    votes = CountField(required=False)
    eligible = CountField(required=False)

    def clean(self):
        cleaned = super().clean()
        if not self.errors:
            try:
                check_at_most(cleaned["votes"], cleaned["eligible"], "more votes than people")
            except ValidationError as error:
                self.add_error("votes", error)
            votes = cleaned.get("votes", BLANK)
            self.ask("votes", unlike_last_time(votes, Count.of(1000)))
        return cleaned


def test_what_surprises_is_asked_and_goes_through_with_a_reason():
    form = filled("votes=400", Turnout)
    assert [error.code for error in form.errors.as_data()["votes"]] == [QUESTION]
    assert [field.name for field in form.asked_fields] == ["votes_reason"]
    blank = filled("votes=400&votes_reason=+", Turnout)
    assert not blank.is_valid()
    answered = filled("votes=400&votes_reason=Nytt+system", Turnout)
    assert answered.is_valid()
    assert answered.reasons == {"votes": "Nytt system"}


def test_what_does_not_surprise_is_not_asked():
    for sent in ("votes=501", "votes=1500", "votes=", "votes_answer=unknown"):
        form = filled(f"{sent}&votes_reason=uspurt", Turnout)
        assert form.is_valid()
        assert form.reasons == {}


def test_what_can_not_be_is_an_error_whatever_the_reason():
    form = filled("votes=900&eligible=800&votes_reason=Jo", Turnout)
    assert [error.code for error in form.errors.as_data()["votes"]] == ["more_than_all"]


def test_questions_are_for_numbers_only():
    assert unlike_last_time(Count.of(5), Count.of(0)).code == QUESTION
    assert unlike_last_time(Count.of(0), Count.of(0)) is None
    assert unlike_last_time(Count.of(5), UNKNOWN) is None
    assert more_than_usual(Count.of(15001), 15000).code == QUESTION
    assert more_than_usual(Count.of(15000), 15000) is None
    assert more_than_usual(NOT_APPLICABLE, 0) is None

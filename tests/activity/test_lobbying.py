"""Contacts with parties and others who decide, from the form to the page."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from foundation.audit.retention import rules
from foundation.intake.models import Attachment, Draft
from lobbying import parties as parties_to_choose
from lobbying.models import Answer, Contact, ContactVersion
from memberorgs.choices import RoleGroup
from memberorgs.models import OrganisationCampus
from tests.factories import OrganisationFactory, TermFactory, UserFactory, make_kommune
from tests.lobbying.conftest import (  # noqa: F401
    bergen,
    demands,
    election,
    log,
    make_party,
    oslo,
    parties,
    told,
)  # fmt: skip

LOG = "/medlem/fjordvik/logg/"
NEW = f"{LOG}ny/pavirkning/"


REMEMBERED = re.compile(
    "SAVEPOINT|wagtailcore_|content_|priorities_(subgoal|statuschange|milestone|progress)"
)


def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def labels(page):
    """Visible words of the page's errors."""
    return re.findall(r'<p class="error"[^>]*><svg.*?</svg>(.*?)</p>', page, re.DOTALL)


@pytest.fixture(autouse=True)
def _no_demo(monkeypatch):
    """Real parties may be chosen. Not by the setting itself: addresses were made by it."""
    monkeypatch.setattr(parties_to_choose, "settings", SimpleNamespace(DEMO=False))


@pytest.fixture
def demand(demands):  # noqa: F811
    return {code: one.pk for code, one in demands.items()}


@pytest.fixture
def writer(client, leader, bergen, parties, demands):  # noqa: F811
    client.force_login(leader)
    return client


@pytest.fixture
def fill(writer):
    """What the form sends: as it comes, with `values` on top. `page`: of what was shown last."""

    def make(page=None, address=NEW, **values):
        page = page or writer.get(address).content.decode()
        names = ("submission_key", "draft_version", "opened", "shown_for", "shown_each")
        found = {name: hidden(page, name) for name in names if f'name="{name}"' in page}
        plain = {
            "counterpart": "party",
            "place": re.search(r'<option value="([^"]+)" selected>', page)[1],
            "day": f"{timezone.localdate():%d.%m.%Y}",
            "contact_kind": "meeting",
            "grade": "said",
            "find_place": "",
        }
        return {**found, **plain, **values}

    return make


@pytest.fixture
def send(writer, fill):
    """Sends the form; returns the answer."""

    def make(page=None, address=NEW, **values):
        return writer.post(address, fill(page, address, **values))

    return make


def said(contact=None):
    rows = Answer.objects.values_list("asked__party", "demand__code", "answer", "grade")
    return set(rows if contact is None else rows.filter(asked__contact=contact))


class TestTheMinute:
    def test_one_party_is_logged_with_one_tap_for_each_answer(self, send, writer, leader, demand):
        answer = send(
            party="a", **{f"answer_{demand['k1']}": "yes", f"answer_{demand['k2']}": "no_answer"}
        )
        contact = Contact.objects.get()
        assert answer.url == f"{LOG}pavirkning/{contact.pk}/kvittering/"
        assert said() == {("a", "k1", "yes", "said"), ("a", "k2", "no_answer", "")}
        assert (contact.kommune_id, contact.kind, contact.day, contact.logged_by) == (
            "4601", "meeting", timezone.localdate(), leader,
        )  # fmt: skip
        receipt = writer.get(answer.url).content.decode()
        assert "Prøvelista a" in receipt
        assert "Krav k1" in receipt
        assert "is-win" in receipt
        assert f"{NEW}?som={contact.pk}" in receipt
        assert "/medlem/fjordvik/partiene/?sted=4601" in receipt

    def test_the_main_campus_is_chosen_and_its_demands_are_asked(self, writer, demand):
        page = writer.get(NEW).content.decode()
        assert '<option value="4601" selected>' in page
        assert f'name="answer_{demand["k1"]}"' in page
        assert f'name="answer_{demand["f1"]}"' not in page

    def test_the_same_sent_twice_is_one_contact(self, writer, fill):
        data = fill(party="a")
        first, second = writer.post(NEW, data), writer.post(NEW, data)
        assert first.url == second.url
        assert Contact.objects.count() == 1

    def test_what_is_not_talked_about_is_no_answer(self, send, demand):
        send(party="a", **{f"answer_{demand['k1']}": ""})
        assert Contact.objects.get().asked.get().party_id == "a"
        assert not Answer.objects.exists()

    def test_a_draft_holds_the_answers(self, writer, fill, demand):
        data = fill(party=["a", "b"], note="Halvveis", **{f"answer_{demand['k1']}": "no"})
        writer.post(f"{NEW}utkast/", data)
        page = writer.get(NEW).content.decode()
        assert f'name="answer_{demand["k1"]}" value="no" checked' in page
        assert page.count('name="party"') - page.count('name="party" value="s"') >= 2
        assert 'name="party" value="b" checked' in page
        assert "errsum" not in page
        writer.post(NEW, fill(page, party="a"))
        assert not Draft.objects.exists()


WRONG = [
    ("party", {}, ""),
    ("party", {"party": "a", "counterpart": "administration"}, ""),
    ("party", {"party": "nobody"}, ""),
    ("day", {"party": "a", "day": "1.1.2099"}, "Datoen er i framtida. Skriv når det var."),
    ("day", {"party": "a", "day": "i går"}, ""),
    ("day", {"party": "a", "day": ""}, ""),
    ("place", {"party": "a", "place": "9999"}, ""),
    ("place", {"party": "a", "place": "flere"}, "Velg kommunen eller fylket."),
    ("contact_kind", {"party": "a", "contact_kind": "lunch"}, ""),
    ("find_place", {"party": "a", "find_place": "Atlantis"}, ""),
    ("next_step", {"party": "a", "next_step_due": "1.9.2099"}, ""),
    ("next_step_due", {"party": "a", "next_step": "Ring", "next_step_due": "1.9.2001"}, ""),
    ("evidence", {"party": "a", "evidence": "Sak 88/26"}, ""),
    ("together_names", {"party": "a", "together_names": "Ingen slike"}, ""),
    ("list_lokalliste", {"list_lokalliste": "Bylista; BYLISTA"}, ""),
    ("grade", {"party": "a", "grade": "sworn"}, ""),
]


class TestWrong:
    @pytest.mark.parametrize(("field", "values", "words"), WRONG)
    def test_it_is_told_at_its_field_and_nothing_is_lost(self, send, field, values, words, demand):
        answer = send(
            note="Kaffe var godt.", next_step_due=values.pop("next_step_due", ""), **values,
            **{f"answer_{demand['k1']}": "partly"},
        ) if field != "evidence" else send(note="Kaffe var godt.", **values)  # fmt: skip
        page = answer.content.decode()
        assert answer.status_code == 422
        assert f'href="#id_{field}"' in page
        assert f'id="id_{field}"' in page
        assert words in page
        assert "Kaffe var godt." in page
        if field != "evidence" and values.get("counterpart") != "administration":
            assert re.search(rf'name="answer_{demand["k1"]}(_[^"]+)?" value="partly"', page)
        assert not Contact.objects.exists()

    def test_an_answer_that_nobody_can_tap_is_refused(self, send, demand):
        answer = send(party="a", **{f"answer_{demand['k1']}": "perhaps"})
        assert answer.status_code == 422
        assert not Contact.objects.exists()

    def test_a_council_without_parties_has_no_answers(self, send, demand):
        values = {"counterpart": "council", "place": "4601"}
        assert send(**values).status_code == 302
        answer = send(**values, **{f"answer_{demand['k1']}": "yes"})
        assert answer.status_code == 422
        assert 'href="#id_party"' in answer.content.decode()

    def test_files_must_be_chosen_again_and_it_says_so(self, send):
        answer = send(files=SimpleUploadedFile("referat.txt", b"Vi var tolv."))
        assert answer.status_code == 422
        assert "note is-late" in answer.content.decode()


class TestSeveral:
    def test_answers_for_all_are_answers_of_each(self, send, demand):
        send(party=["a", "b"], **{f"answer_{demand['k1']}": "yes"})
        assert Contact.objects.count() == 1
        assert said() == {("a", "k1", "yes", "said"), ("b", "k1", "yes", "said")}

    def test_where_they_differ_each_gets_a_set_that_begins_with_what_was_answered(
        self, writer, fill, demand
    ):
        k1, k2 = demand["k1"], demand["k2"]
        data = fill(party=["a", "b"], differ="on", note="Bra møte", **{f"answer_{k1}": "yes"})

        step = writer.post(NEW, data)

        page = step.content.decode()
        assert step.status_code == 200
        assert "errsum" not in page
        assert "Bra møte" in page
        assert not Contact.objects.exists()
        for party in "ab":
            assert f'name="answer_{k1}_{party}" value="yes" checked' in page
        data = fill(
            page, party=["a", "b"], differ="on", grade="said", grade_b="written",
            **{f"answer_{k1}_a": "yes", f"answer_{k1}_b": "no", f"answer_{k2}_a": "",
               f"answer_{k2}_b": "partly"},
        )  # fmt: skip
        assert writer.post(NEW, data).status_code == 302
        assert said() == {
            ("a", "k1", "yes", "said"),
            ("b", "k1", "no", "written"),
            ("b", "k2", "partly", "written"),
        }

    def test_a_party_that_joins_later_is_shown_before_it_is_sent(self, writer, fill, demand):
        k1 = demand["k1"]
        page = writer.post(NEW, fill(party=["a", "b"], differ="on")).content.decode()
        data = fill(page, party=["a", "b", "s"], differ="on", **{f"answer_{k1}_b": "no"})
        step = writer.post(NEW, data)
        assert step.status_code == 200
        page = step.content.decode()
        assert f'name="answer_{k1}_b" value="no" checked' in page
        assert f'name="answer_{k1}_s"' in page

    def test_back_to_one_set_is_shown_before_it_is_sent(self, writer, fill, demand):
        k1 = demand["k1"]
        page = writer.post(NEW, fill(party=["a", "b"], differ="on")).content.decode()
        own = {f"answer_{k1}_a": "no", f"answer_{k1}_b": "no"}
        step = writer.post(NEW, fill(page, party=["a", "b"], **own))
        assert step.status_code == 200
        page = step.content.decode()
        assert f'name="answer_{k1}" value="no" checked' in page

    def test_local_lists_have_a_typed_name_and_answers_of_their_own(self, writer, fill, demand):
        k1 = demand["k1"]
        lists = {"list_lokalliste": "Bylista; Folkelista i øst"}
        page = writer.post(NEW, fill(differ="on", **lists)).content.decode()
        names = [f"answer_{k1}_lokalliste.bylista", f"answer_{k1}_lokalliste.folkelista-i-øst"]
        assert all(f'name="{name}"' in page for name in names)
        data = fill(page, differ="on", **lists, **dict(zip(names, ("yes", "no"), strict=True)))
        assert writer.post(NEW, data).status_code == 302
        rows = Answer.objects.values_list("asked__list_name", "answer")
        assert set(rows) == {("Bylista", "yes"), ("Folkelista i øst", "no")}


class TestPlace:
    def test_the_button_changes_the_place_and_keeps_what_was_typed(self, writer, fill, demand):
        k1, f1 = demand["k1"], demand["f1"]
        data = fill(party="a", place="46", note="Bra møte", **{f"answer_{k1}": "yes"})

        page = writer.post(NEW, {**data, "show": "place"}).content.decode()

        assert '<option value="46" selected>' in page
        assert "Bra møte" in page
        assert 'name="party" value="a" checked' in page
        assert f'type="radio" name="answer_{f1}"' in page
        assert f'type="hidden" name="answer_{k1}" value="yes"' in page
        # And back: the answer is there again.
        data = fill(page, party="a", place="4601", **{f"answer_{k1}": "yes"})
        page = writer.post(NEW, {**data, "show": "place"}).content.decode()
        assert f'type="radio" name="answer_{k1}" value="yes" checked' in page

    def test_answers_to_other_demands_are_put_aside_before_it_is_sent(self, writer, fill, demand):
        k1, f1 = demand["k1"], demand["f1"]
        step = writer.post(NEW, fill(party="a", place="46", **{f"answer_{k1}": "yes"}))
        assert step.status_code == 200
        assert not Contact.objects.exists()
        page = step.content.decode()
        data = fill(page, party="a", **{f"answer_{k1}": "yes", f"answer_{f1}": "no"})
        assert writer.post(NEW, data).status_code == 302
        assert said() == {("a", "f1", "no", "said")}
        assert Contact.objects.get().fylke_id == "46"

    def test_a_place_is_found_by_its_name(self, writer, fill, send):
        make_kommune("4602", "Kinn")
        make_kommune("4611", "Kinnvik")
        page = writer.post(NEW, {**fill(find_place="kinnv"), "show": "place"}).content.decode()
        assert '<option value="4611" selected>' in page
        page = writer.post(NEW, {**fill(find_place="kin"), "show": "place"}).content.decode()
        assert '<option value="4601" selected>' in page
        assert "Kinn, Kinnvik" in page
        assert send(party="a", find_place="Kinn").status_code == 302
        assert Contact.objects.get().kommune_id == "4602"

    def test_oslo_is_asked_about_both(self, writer, fill, oslo, demand):  # noqa: F811
        page = writer.post(NEW, {**fill(place="03"), "show": "place"}).content.decode()
        assert '<option value="0301" selected>' in page
        assert all(f'name="answer_{pk}"' in page for pk in demand.values())

    def test_all_places_can_be_chosen_own_ones_first(self, writer, oslo):  # noqa: F811
        make_kommune("4602", "Kinn")
        page = writer.get(NEW).content.decode()
        places = re.findall(r'<option value="(\w+)"', page)
        assert places[:2] == ["4601", "46"]
        assert set(places) >= {"4602", "0301", "flere"}


class TestOthers:
    def test_the_administration_answers_no_demands(self, writer, fill, send, demand):
        page = writer.post(NEW, {**fill(counterpart="administration"), "show": "1"})
        assert "answer_" not in page.content.decode()
        assert send(counterpart="administration").status_code == 302
        assert Contact.objects.get().counterpart == "administration"

    def test_answers_are_put_aside_when_it_was_no_party(self, writer, fill, demand):
        k1 = demand["k1"]
        step = writer.post(NEW, fill(counterpart="administration", **{f"answer_{k1}": "yes"}))
        assert step.status_code == 200
        page = step.content.decode()
        data = fill(page, counterpart="administration", **{f"answer_{k1}": "yes"})
        assert writer.post(NEW, data).status_code == 302
        assert not Answer.objects.exists()

    def test_members_of_the_storting_belong_to_the_county_of_the_place(self, send):
        assert send(counterpart="bench", party="a").status_code == 302
        contact = Contact.objects.get()
        assert (contact.kommune, contact.fylke_id) == (None, "46")

    def test_a_samskipnad_may_span_several(self, send, writer):
        answer = send(counterpart="samskipnad", place="flere")
        assert answer.status_code == 302
        assert Contact.objects.get().place is None
        assert writer.get(answer.url).status_code == 200


class TestTogether:
    def test_it_counts_once_and_both_see_it_but_one_reads_the_note(
        self, send, client, other, stranger, demand
    ):
        send(
            party="a", together=other.pk, note="Bare for oss",
            **{f"answer_{demand['k1']}": "yes"},
        )  # fmt: skip
        contact = Contact.objects.get()
        assert set(contact.organisations.all()) == {contact.organisation, other}
        change = f"{LOG}pavirkning/{contact.pk}/endre/"
        data = sent_by_browser(client.get(change).content.decode())
        assert client.post(change, {**data, "note": "Fortsatt bare for oss"}).status_code == 302
        assert "Fortsatt" in client.get(f"{LOG}pavirkning/{contact.pk}/").content.decode()
        client.force_login(stranger)
        theirs = f"/medlem/elvestad/logg/pavirkning/{contact.pk}/"
        page = client.get(theirs).content.decode()
        assert "Prøvelista a" in page
        assert "bare for oss" not in page.lower()
        assert "endre/" not in page
        assert client.get(f"{theirs}endre/").status_code == 404
        assert client.post(f"{theirs}ta-bort/").status_code == 404

    def test_others_are_named_where_they_are_not_close_by(self, send, writer):
        far = OrganisationFactory(short_name="SP Nordvik", kommune="5501")
        OrganisationFactory(short_name="SP Nordland", kommune="5501")
        page = writer.get(NEW).content.decode()
        assert "SP Nordvik" not in page
        assert send(party="a", together_names="sp nord").status_code == 422
        assert send(party="a", together_names="Nordvik").status_code == 302
        assert far in Contact.objects.get().organisations.all()

    def test_no_more_than_some_are_shown(self, writer):
        OrganisationFactory.create_batch(20)
        page = writer.get(NEW).content.decode()
        assert page.count('name="together"') == 12


class TestWhoAsked:
    def test_it_is_told_before_and_after(self, writer, log, other, stranger, send):  # noqa: F811
        log(days=9, of=other, by=stranger, a={"k1": ("yes", "said")}, note="Hemmelig")
        log(days=2, b={})
        page = writer.get(NEW).content.decode()
        spoken = re.search(r'<ul class="before__list">(.*?)</ul>', page)[1]
        assert "Prøvelista a" in spoken
        assert "SP Elvestad" in spoken
        assert f"{timezone.localdate() - timedelta(days=9):%Y-%m-%d}" in spoken
        assert "Prøvelista b" not in spoken
        assert "Hemmelig" not in page
        receipt = writer.get(send(party="a").url).content.decode()
        assert "SP Elvestad" in re.search(r'<ul class="before__list">(.*?)</ul>', receipt)[1]
        receipt = writer.get(send(party="b").url).content.decode()
        assert "before__list" not in receipt

    def test_it_follows_the_place(self, writer, log, fill, other, stranger):  # noqa: F811
        make_kommune("4602", "Kinn")
        log(of=other, by=stranger, a={})
        page = writer.post(NEW, {**fill(place="4602"), "show": "1"}).content.decode()
        assert "before__list" not in page


class TestLater:
    @pytest.fixture
    def contact(self, log):  # noqa: F811
        return log(
            a={"k1": ("yes", "said", "Sak 1"), "k2": ("no", "vote", "Sak 2")},
            b={"k1": ("no_answer", "")},
            note="Bare oss", next_step="Ring dem", next_step_due=timezone.localdate(),
        )  # fmt: skip

    def test_saved_as_it_stands_nothing_is_changed(self, writer, contact, demand):
        address = f"{LOG}pavirkning/{contact.pk}/endre/"
        data = sent_by_browser(writer.get(address).content.decode())
        answer = writer.post(address, data)
        assert answer.status_code == 302, labels(answer.content.decode())
        contact.refresh_from_db()
        assert contact.version == 1
        assert ContactVersion.objects.count() == 1
        rows = Answer.objects.values_list("demand__code", "grade", "evidence")
        assert set(rows) == {("k1", "said", "Sak 1"), ("k2", "vote", "Sak 2"), ("k1", "", "")}

    def test_a_change_keeps_how_it_was_and_what_was_not_touched(self, writer, contact, demand):
        address = f"{LOG}pavirkning/{contact.pk}/endre/"
        data = sent_by_browser(writer.get(address).content.decode())
        data[f"answer_{demand['k1']}_b"] = "partly"
        assert writer.post(address, data).status_code == 302
        assert said(contact) == {
            ("a", "k1", "yes", "said"), ("a", "k2", "no", "vote"), ("b", "k1", "partly", "said"),
        }  # fmt: skip
        contact.refresh_from_db()
        assert (contact.version, contact.note) == (2, "Bare oss")
        page = writer.get(f"{LOG}pavirkning/{contact.pk}/").content.decode()
        assert re.search(r'<ul class="changes">.*?Prøvelista b.*?</ul>', page, re.DOTALL)
        late = writer.post(address, data)
        assert late.status_code == 409

    def test_the_place_is_changed_with_all_that_was_typed(self, writer, contact, demand):
        address = f"{LOG}pavirkning/{contact.pk}/endre/"
        data = sent_by_browser(writer.get(address).content.decode())
        shown = writer.post(address, {**data, "place": "46", "note": "Nytt", "show": "place"})
        page = shown.content.decode()
        assert shown.status_code == 200
        assert "Nytt" in page
        assert f'name="answer_{demand["f1"]}_a"' in page
        assert hidden(page, "opened") == "1"
        contact.refresh_from_db()
        assert contact.kommune_id == "4601"

    def test_what_was_taken_away_is_not_changed(self, writer, contact):
        address = f"{LOG}pavirkning/{contact.pk}/"
        data = sent_by_browser(writer.get(f"{address}endre/").content.decode())
        writer.post(f"{address}ta-bort/")
        assert writer.post(f"{address}endre/", data).status_code == 404
        for name in ("endre/", "kvittering/"):
            assert writer.get(f"{address}{name}").status_code == 404
        Contact.objects.update(removed_at=timezone.now() - timedelta(days=40))
        writer.post(f"{address}angre/")
        assert not Contact.objects.there().exists()

    def test_one_more_like_it_begins_with_whom_and_where(self, writer, contact, demand):
        page = writer.get(f"{NEW}?som={contact.pk}").content.decode()
        data = sent_by_browser(page)
        assert sorted(data["party"]) == ["a", "b"]
        assert data["place"] == "4601"
        assert data["day"] == f"{timezone.localdate():%d.%m.%Y}"
        assert "Bare oss" not in page
        assert "Ring dem" not in page
        assert not [name for name, value in data.items() if name.startswith("answer_") and value]

    def test_what_is_taken_away_can_be_put_back(self, writer, contact):
        address = f"{LOG}pavirkning/{contact.pk}/"
        writer.post(f"{address}ta-bort/")
        assert not Contact.objects.there().exists()
        assert f"{address}angre/" in writer.get(address).content.decode()
        writer.post(f"{address}angre/")
        assert Contact.objects.there().get() == contact

    def test_hidden_demands_that_were_answered_stay(self, writer, contact, demands):  # noqa: F811
        demands["k1"].hidden = True
        demands["k1"].save()
        address = f"{LOG}pavirkning/{contact.pk}/endre/"
        data = sent_by_browser(writer.get(address).content.decode())
        assert writer.post(address, data).status_code == 302
        assert ("a", "k1", "yes", "said") in said(contact)
        assert f"answer_{demands['k1'].pk}" not in writer.get(NEW).content.decode()

    def test_files_follow_the_contact_and_go_with_it(
        self, send, writer, client, other, stranger, tmp_path
    ):
        send(party="a", together=other.pk, files=SimpleUploadedFile("referat.txt", b"Vi var tolv."))
        attachment, contact = Attachment.objects.get(), Contact.objects.get()
        address = f"/vedlegg/{attachment.pk}/"
        assert b"".join(writer.get(address).streaming_content) == b"Vi var tolv."
        client.force_login(stranger)
        assert b"".join(client.get(address).streaming_content) == b"Vi var tolv."
        client.force_login(TermFactory().person)
        assert client.get(address).status_code == 404
        Contact.objects.update(
            removed_at=timezone.now() - timedelta(days=40), removed_by=contact.logged_by
        )
        client.force_login(stranger)
        assert client.get(address).status_code == 404
        purge = next(rule for rule in rules() if rule.code == "removed_contact").purge
        purge(timezone.now() - timedelta(days=30), dry_run=True)
        assert Attachment.objects.exists()
        purge(timezone.now() - timedelta(days=30), dry_run=False)
        assert not Attachment.objects.exists()
        assert not Contact.objects.exists()


class TestWho:
    def test_readers_and_strangers_log_nothing(self, client, writer, reader, stranger):
        for person in (reader, stranger):
            client.force_login(person)
            assert client.get(NEW).status_code == 404
            assert client.post(NEW, {"party": "a"}).status_code == 404

    def test_staff_read_it_without_the_note(self, client, log):  # noqa: F811
        contact = log(a={}, note="Bare oss")
        client.force_login(UserFactory(role=RoleGroup.STAFF))
        page = client.get(f"{LOG}pavirkning/{contact.pk}/").content.decode()
        assert "Prøvelista a" in page
        assert "Bare oss" not in page

    def test_the_demo_asks_made_up_parties_only(self, writer, monkeypatch, send):
        make_party("demolista-x", 2000)
        assert "demolista-x" not in writer.get(NEW).content.decode()
        monkeypatch.setattr(parties_to_choose, "settings", SimpleNamespace(DEMO=True))
        page = writer.get(NEW).content.decode()
        assert re.findall('name="party" value="([^"]+)"', page) == ["demolista-x"]
        assert send(party="a").status_code == 422
        assert send(party="demolista-x").status_code == 302

    @pytest.mark.parametrize(("language", "name"), [("nn", "Prøvelista a"), ("en", "Test list a")])
    def test_it_speaks_the_readers_language(self, writer, language, name, send, demand):
        page = writer.get(f"/{language}{NEW}").content.decode()
        assert name in page
        assert f'lang="{language}"' in page
        if language == "en":
            assert "Demand k1" in page
        assert send(address=f"/{language}{NEW}", party="a").url.startswith(f"/{language}/medlem/")

    def test_it_costs_the_same_however_much_there_is(
        self, writer, log, other, stranger, published_plan  # noqa: F811
    ):  # fmt: skip
        def statements(address):
            with CaptureQueriesContext(connection) as found:
                assert writer.get(address).status_code == 200
            # What is remembered between requests is not within the transaction of a test.
            sql = [one["sql"] for one in found if not REMEMBERED.search(one["sql"])]
            assert not [one for one in sql if one.startswith(("INSERT", "UPDATE", "DELETE"))]
            assert max(map(sql.count, sql)) <= 2
            return len(sql)

        one = log(a={"k1": ("yes", "said")})
        log(of=other, by=stranger, a={})
        page = f"{LOG}pavirkning/{one.pk}/"
        addresses = (NEW, page, f"{page}kvittering/", f"{page}endre/")
        for address in addresses:
            writer.get(address)
        few = [statements(address) for address in addresses]
        for days in range(2, 9):
            log(days=days, of=other, by=stranger, a={"k1": ("no", "vote")}, b={}, s={})
        make_kommune("4602", "Kinn")
        OrganisationCampus.objects.create(
            organisation=one.organisation, kommune=make_kommune("4602"), position=3
        )
        assert [statements(address) for address in addresses] == few
        assert max(few) <= 15, few


def sent_by_browser(page):
    """What a browser sends of the form of the page, untouched."""
    form = re.search(r'<form class="form".*?</form>', page, re.DOTALL)[0]
    data = {}
    for tag in re.findall(r"<input[^>]*>", form):
        kind = re.search(r'type="(\w+)"', tag)
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name is None or (kind and kind[1] in {"file", "submit"}):
            continue
        if kind and kind[1] in {"radio", "checkbox"}:
            if " checked" not in tag:
                continue
            if kind[1] == "checkbox":
                data.setdefault(name[1], []).append(value[1] if value else "on")
                continue
        data[name[1]] = value[1] if value else ""
    for name, inside in re.findall(
        r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL
    ):
        chosen = re.search(r'value="([^"]*)" selected', inside)
        data[name] = chosen[1] if chosen else re.search(r'value="([^"]*)"', inside)[1]
    areas = re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\s?(.*?)</textarea>', form, re.DOTALL)
    return {**data, **dict(areas)}

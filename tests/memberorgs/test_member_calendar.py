"""The year's wheel: own dates, dates of all, and the private calendar that one subscribes to."""

import csv
import logging
import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from foundation.audit.models import AuditEntry
from memberorgs import national_dates, wheel
from memberorgs.choices import DateKind, Role, RoleGroup
from memberorgs.models import CalendarLink, NationalDate, OrganisationDate
from portal.logs import WithoutSecrets
from tests.factories import OrganisationFactory, TermFactory, UserFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 26)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(datetime(2026, 11, 26, 11, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def reporter():
    return TermFactory(role=Role.REPORTER)


@pytest.fixture
def organisation(reporter):
    return reporter.organisation


@pytest.fixture
def inside(client, reporter):
    client.force_login(reporter.person)
    return client


def room(organisation, rest=""):
    return f"/medlem/{organisation.code}/kalender/{rest}"


def own_date(organisation, title="Årsmøte", starts=date(2027, 2, 3), ends=None, kind="meeting"):
    return OrganisationDate.objects.create(
        organisation=organisation, title=title, starts=starts, ends=ends or starts, kind=kind
    )


def for_all(title="Valgdag", starts=date(2027, 9, 13), ends=None, kind="election", **more):
    return NationalDate.objects.create(
        title_nb=title,
        starts=starts,
        ends=ends or starts,
        kind=kind,
        confidence="inferred",
        **more,
    )


def typed(**changes):
    return {
        "title": "Urnevalg",
        "kind": "election",
        "starts": "13.09.2027",
        "ends": "",
        **changes,
    }


class TestThePage:
    def text(self, client, organisation, **asked):
        response = client.get(room(organisation), asked)
        assert response.status_code == 200
        assert "no-store" in response["Cache-Control"]
        return response.content.decode().split("<main")[1]

    def test_shows_twelve_months_by_month(self, inside, organisation):
        for_all("For gammel", date(2026, 10, 31))
        for_all("Går over lenge", date(2026, 9, 15), date(2027, 2, 28), "parties")
        for_all("Siste dag", date(2027, 10, 31))
        for_all("For sein", date(2027, 11, 1))
        own_date(organisation)
        own_date(OrganisationFactory(), "Andres møte")
        text = self.text(inside, organisation)
        for words in ("Går over lenge", "Siste dag", "Årsmøte"):
            assert words in text
        for words in ("For gammel", "For sein", "Andres møte"):
            assert words not in text
        assert re.findall(r'id="m-([\d-]+)"', text) == ["2026-11", "2027-02", "2027-10"]

    def test_a_year_of_studies_and_one_kind(self, inside, organisation):
        for_all("Landsmøte", date(2027, 4, 8), kind="nso")
        for_all("Valgdag", date(2027, 6, 30))
        for_all("Neste år", date(2027, 7, 1))
        own_date(organisation)
        text = self.text(inside, organisation, aar="2026")
        assert "Valgdag" in text
        assert "Neste år" not in text
        text = self.text(inside, organisation, aar="2026", type="nso")
        assert "Landsmøte" in text
        assert "Valgdag" not in text
        assert "Årsmøte" not in text
        assert "Årsmøte" in self.text(inside, organisation, type="own")

    @pytest.mark.parametrize("asked", [{"aar": "1e9"}, {"aar": "٢٠٢٦"}, {"type": "\0x"}])
    def test_what_makes_no_sense_shows_all(self, inside, organisation, asked):
        for_all("Valgdag")
        assert "Valgdag" in self.text(inside, organisation, **asked)

    def test_quiet_days_are_marked_and_hidden_ones_left_out(self, inside, organisation):
        for_all("Eksamen", date(2027, 5, 10), date(2027, 6, 11), "quiet", quiet=True)
        for_all("Borte", hidden=True)
        text = self.text(inside, organisation)
        assert len(re.findall(r'<li class="[^"]*\bis-quiet\b', text)) == 1
        assert "Borte" not in text

    def test_in_the_readers_language_where_it_has_one(self, inside, organisation):
        for_all("Valgdag", title_nn="Valdag", title_en="Election day")
        for prefix, words in (("", "Valgdag"), ("/nn", "Valdag"), ("/en", "Election day")):
            assert words in inside.get(prefix + room(organisation)).content.decode()

    def test_queries_do_not_grow_with_dates(self, inside, organisation):
        own_date(organisation)
        counts = []
        for part in range(2):
            with CaptureQueriesContext(connection) as queries:
                self.text(inside, organisation)
            counts.append(len(queries))
            for number in range(15):
                own_date(organisation, f"Møte {number}")
                for_all(f"Frist {part}/{number}")
        assert counts[0] == counts[1]


WRITERS = {
    Role.LEADER: True,
    Role.REPORTER: True,
    Role.READER: False,
    "incoming": False,
    "staff": False,
    "ex": None,
    "other": None,
}


@pytest.mark.parametrize("who", WRITERS)
def test_who_may_read_and_write_own_dates(client, organisation, who):
    own = own_date(organisation)
    person = {
        "staff": lambda: UserFactory(role=RoleGroup.STAFF),
        "incoming": lambda: TermFactory(organisation=organisation, incoming=True).person,
        "ex": lambda: TermFactory(organisation=organisation, over=True).person,
        "other": lambda: TermFactory().person,
    }.get(who, lambda: TermFactory(organisation=organisation, role=who).person)()
    writes = WRITERS[who]
    client.force_login(person)
    assert client.get(room(organisation)).status_code == (404 if writes is None else 200)
    assert client.get(room(organisation, "ny/")).status_code == (200 if writes else 404)
    for page in ("ny/", f"{own.pk}/", f"{own.pk}/ta-bort/"):
        answer = client.post(room(organisation, page), typed()).status_code
        assert answer == (302 if writes else 404), page
    own.refresh_from_db()
    assert (own.title == "Urnevalg") == bool(writes)
    assert (own.removed_at is not None) == bool(writes)
    assert OrganisationDate.objects.filter(title="Urnevalg").count() == (2 if writes else 0)


class TestOwnDates:
    def test_one_is_added_with_who_and_when(self, inside, reporter, organisation):
        assert inside.post(room(organisation, "ny/"), typed()).url == room(organisation)
        own = OrganisationDate.objects.get()
        assert (own.starts, own.ends, own.kind) == (
            date(2027, 9, 13),
            date(2027, 9, 13),
            "election",
        )
        assert (own.added_by, own.organisation) == (reporter.person, organisation)

    def test_a_stretch_of_days_in_other_ways_of_writing(self, inside, organisation):
        inside.post(room(organisation, "ny/"), typed(starts="2027-09-06", ends="24. 9. 2027"))
        own = OrganisationDate.objects.get()
        assert (own.starts, own.ends) == (date(2027, 9, 6), date(2027, 9, 24))

    @pytest.mark.parametrize(
        ("field", "wrong"),
        [
            ("title", {"title": " "}),
            ("kind", {"kind": "nothing"}),
            ("starts", {"starts": "31.02.2027"}),
            ("starts", {"starts": ""}),
            ("ends", {"ends": "12.09.2027"}),
            ("ends", {"ends": "12.09.2099"}),
        ],
    )
    def test_what_is_wrong_is_told_at_the_field(self, inside, organisation, field, wrong):
        response = inside.post(room(organisation, "ny/"), typed(title="Skrevet") | wrong)
        text = response.content.decode()
        assert response.status_code == 200
        assert f'id="id_{field}_error"' in text
        assert f'href="#id_{field}"' in text
        assert "Skrevet" in text or "title" in wrong
        assert not OrganisationDate.objects.exists()

    def test_not_more_than_a_program_by_mistake(self, inside, organisation, monkeypatch):
        monkeypatch.setattr(wheel, "MOST", 1)
        own_date(organisation)
        response = inside.post(room(organisation, "ny/"), typed())
        assert 'id="id_title_error"' in response.content.decode()
        assert OrganisationDate.objects.count() == 1

    def test_what_is_taken_away_can_be_put_back_for_a_while(
        self, inside, reporter, organisation, clock
    ):
        own = own_date(organisation)
        inside.post(room(organisation, f"{own.pk}/ta-bort/"))
        back = room(organisation, f"{own.pk}/legg-tilbake/")
        assert back in inside.get(room(organisation)).content.decode()
        assert inside.get(room(organisation, f"{own.pk}/")).status_code == 404
        assert inside.post(back).status_code == 302
        assert inside.get(room(organisation, f"{own.pk}/")).status_code == 200
        told = AuditEntry.objects.filter(
            actor_id=reporter.person.pk, organisation=organisation.code
        )
        told = told.filter(subject_id=str(own.pk)).order_by("pk")
        assert list(told.values_list("event", flat=True)) == [
            "calendar.date_removed",
            "calendar.date_put_back",
        ]
        inside.post(room(organisation, f"{own.pk}/ta-bort/"))
        clock.shift(timedelta(days=31))
        inside.force_login(reporter.person)
        assert back not in inside.get(room(organisation)).content.decode()
        assert inside.post(back).status_code == 404

    def test_anothers_is_unknown(self, inside, organisation):
        own = own_date(OrganisationFactory())
        for page in (f"{own.pk}/", f"{own.pk}/ta-bort/", f"{own.pk}/legg-tilbake/"):
            assert inside.post(room(organisation, page), typed()).status_code == 404
        own.refresh_from_db()
        assert (own.title, own.removed_at) == ("Årsmøte", None)


class TestTheCalendar:
    @pytest.fixture
    def make(self, inside, organisation):
        """Make a new address, and give its path."""

        def make():
            response = inside.post(room(organisation, "lenke/"))
            assert "no-store" in response["Cache-Control"]
            text = response.content.decode()
            return re.search(r'value="https?://[^/"]+(/medlem/kalender/[^"]+\.ics)"', text)[1]

        return make

    def events(self, client, address):
        response = client.get(address)
        assert response.status_code == 200
        assert response["Content-Type"] == "text/calendar; charset=utf-8"
        assert response["Cache-Control"] == "private, no-store"
        return {str(one["UID"]): one for one in Calendar.from_ical(response.content).walk("VEVENT")}

    def test_needs_no_log_in(self, make, inside, organisation):
        own = own_date(organisation)
        every = for_all("Tidligstemming; før", date(2027, 7, 1), date(2027, 8, 9))
        own_date(OrganisationFactory(), "Andres møte")
        address = make()
        inside.logout()
        events = self.events(inside, address)
        assert set(events) == {f"egen-dato-{own.pk}@localhost", f"dato-{every.pk}@localhost"}
        event = events[f"dato-{every.pk}@localhost"]
        assert str(event["SUMMARY"]) == "Tidligstemming; før"
        assert event.decoded("DTSTART") == date(2027, 7, 1)
        # A day after the last one (RFC 5545).
        assert event.decoded("DTEND") == date(2027, 8, 10)
        assert type(event.decoded("DTSTART")) is date
        assert str(event["URL"]).endswith(room(organisation))

    def test_uids_stay_when_dates_change(self, make, inside, organisation):
        own = own_date(organisation)
        address = make()
        before = set(self.events(inside, address))
        OrganisationDate.objects.filter(pk=own.pk).update(starts=date(2027, 2, 1), title="Flyttet")
        assert set(self.events(inside, address)) == before

    def test_speaks_the_language_of_the_person(self, make, inside, reporter):
        for_all("Valgdag", title_nn="Valdag")
        reporter.person.language = "nn"
        reporter.person.save()
        address = make()
        assert not address.startswith("/nn/")
        (event,) = self.events(inside, address).values()
        assert str(event["SUMMARY"]) == "Valdag"
        assert event["SUMMARY"].params["LANGUAGE"] == "nn"

    def test_a_new_address_kills_the_old_one(self, make, inside):
        old = make()
        new = make()
        assert inside.get(old).status_code == 404
        assert inside.get(new).status_code == 200
        assert CalendarLink.objects.count() == 1

    def test_is_shown_once_and_kept_as_a_hash(self, make, inside, organisation):
        secret = make().removeprefix("/medlem/kalender/").removesuffix(".ics")
        assert secret not in inside.get(room(organisation)).content.decode()
        assert secret not in str(CalendarLink.objects.values().get())

    def test_stops_with_the_right_to_read(self, make, inside, reporter):
        address = make()
        assert inside.get(address).status_code == 200
        with time_machine.travel(
            datetime.combine(reporter.ends + timedelta(days=1), datetime.min.time(), UTC),
            tick=False,
        ):
            assert inside.get(address).status_code == 404
        reporter.person.is_active = False
        reporter.person.save()
        assert inside.get(address).status_code == 404

    def test_stops_when_its_owner_says_so(self, make, inside, organisation):
        address = make()
        inside.post(room(organisation, "lenke/"), {"drop": "1"})
        assert AuditEntry.objects.filter(event="calendar.link_dropped").count() == 1
        assert inside.get(address).status_code == 404
        assert not CalendarLink.objects.exists()

    def test_another_person_has_another_address(self, make, inside, organisation, client):
        first = make()
        client.force_login(TermFactory(organisation=organisation, role=Role.READER).person)
        second = make()
        assert first != second
        assert {client.get(one).status_code for one in (first, second)} == {200}

    @pytest.mark.parametrize("secret", ["x", "A" * 43, "%00", "A" * 500])
    def test_an_unknown_one_is_a_404(self, client, make, secret):
        make()
        assert client.get(f"/medlem/kalender/{secret}.ics").status_code == 404

    def test_looking_makes_none(self, inside, organisation):
        assert inside.get(room(organisation, "lenke/")).url == room(organisation)
        assert not CalendarLink.objects.exists()

    def test_the_secret_is_in_no_log(self, make, inside, caplog, reporter):
        address = make()
        secret = address.removeprefix("/medlem/kalender/").removesuffix(".ics")
        reporter.person.is_active = False
        reporter.person.save()
        inside.get(address)
        told = [record for record in caplog.records if secret in record.getMessage()]
        for record in told:
            assert record.name == "django.request"
            assert WithoutSecrets().filter(record)
            assert secret not in logging.Formatter().format(record)

    def test_queries_do_not_grow_with_dates(self, make, inside, organisation):
        address = make()
        counts = []
        for part in range(2):
            with CaptureQueriesContext(connection) as queries:
                inside.get(address)
            counts.append(len(queries))
            for number in range(15):
                own_date(organisation, f"Møte {number}")
                for_all(f"Frist {part}/{number}")
        assert counts[0] == counts[1]


class TestDatesOfTheFile:
    def test_are_loaded_once_in_three_languages(self):
        first, second = national_dates.load(), national_dates.load()
        assert (first.created, second.created, second.changed) == (65, 0, 0)
        day = NationalDate.objects.get(starts=date(2027, 9, 13), kind=DateKind.ELECTION)
        assert day.title_nn.startswith("Valdag")
        assert day.title_en.startswith("Election day")
        assert not NationalDate.objects.filter(title_nn="").exists()
        assert not NationalDate.objects.filter(title_en="").exists()

    def test_come_with_the_other_reference_data(self):
        call_command("load_reference_data", verbosity=0)
        assert NationalDate.objects.count() == 65

    def test_what_staff_changed_or_added_stays(self):
        own = for_all("NSOs landsmøte 2027 (anslag)", date(2027, 4, 8), date(2027, 4, 11), "nso")
        national_dates.load()
        assert NationalDate.objects.count() == 65
        moved = NationalDate.objects.get(kind="election", starts=date(2027, 9, 13))
        moved.starts = moved.ends = date(2027, 9, 14)
        moved.save()
        again = national_dates.load()
        moved.refresh_from_db()
        assert (again.created, again.changed) == (0, 0)
        assert moved.starts == date(2027, 9, 14)
        own.refresh_from_db()
        assert own.file_id == ""

    def test_a_new_file_changes_what_nobody_touched(self, tmp_path, monkeypatch):
        national_dates.load()
        touched = NationalDate.objects.get(file_id="2027-arendalsuka")
        touched.title_nb = "Arendalsuka med NSO"
        touched.save()
        with national_dates.FILE.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        for row in rows:
            if row["id"] in {"2027-arendalsuka", "2027-nsos-landsmote-2027"}:
                row["start"], row["end"] = "2027-04-15", "2027-04-18"
        newer = tmp_path / "calendar.csv"
        with newer.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        monkeypatch.setattr(national_dates, "FILE", newer)
        assert national_dates.load().changed == 1
        moved = NationalDate.objects.get(file_id="2027-nsos-landsmote-2027")
        assert moved.starts == date(2027, 4, 15)
        touched.refresh_from_db()
        assert touched.starts == date(2027, 8, 16)

    @pytest.mark.parametrize("group", [RoleGroup.STAFF, RoleGroup.EDITOR])
    def test_staff_change_them_and_nobody_deletes_one(self, client, group):
        row = for_all()
        client.force_login(UserFactory(role=group))
        edit = reverse("wagtailsnippets_memberorgs_nationaldate:edit", args=[row.pk])
        delete = reverse("wagtailsnippets_memberorgs_nationaldate:delete", args=[row.pk])
        filled = {
            "title_nb": "Valgdag, ny dato",
            "title_nn": "",
            "title_en": "",
            "starts": "2027-09-12",
            "ends": "2027-09-13",
            "kind": "election",
            "confidence": "sourced",
            "source": "",
            "note": "",
        }
        client.post(edit, filled)
        client.post(delete)
        row.refresh_from_db()
        changed = "Valgdag, ny dato" if group == RoleGroup.STAFF else "Valgdag"
        assert row.title_nb == changed

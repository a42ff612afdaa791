"""What everybody reads about member organisations."""

import re
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from content import freshness
from memberorgs.choices import SuccessionKind
from memberorgs.models import MemberOrganisation, OrganisationCode
from priorities.models import NewsIndexPage, PriorityPage
from tests.factories import OrganisationFactory, make_kommune, make_update

pytestmark = pytest.mark.django_db
LIST = "/medlemslag/"


def read(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def queries_of(client, address):
    with CaptureQueriesContext(connection) as seen:
        read(client, address)
    return len(seen)


def test_the_list_holds_confirmed_members_and_no_others(client):
    member = OrganisationFactory()
    hidden = [OrganisationFactory(unconfirmed=True), OrganisationFactory(left=True)]
    partner = OrganisationFactory(partner=True)
    text = read(client, "/en/medlemslag/")
    assert member.name_nb in text
    assert all(one.name_nb not in text for one in hidden)
    assert "1 student democracy" in text
    members, partners = text.split('id="partnere"')
    assert partner.name_nb in partners
    assert partner.name_nb not in members


def test_map_and_table_say_the_same(client):
    both = OrganisationFactory(kommune="4601")
    both.campuses.create(kommune=make_kommune("5001"))
    OrganisationFactory(kommune="4601")
    make_kommune("1101")
    text = read(client, "/en/medlemslag/")
    on_map = dict(re.findall(r'href="#fylke-(\d\d)"><title>[^:]+: (\d+) ', text))
    rows = re.findall(r'<tr id="fylke-(\d\d)">.*?<td class="n">(\d+)</td>', text, re.S)
    assert on_map == dict(rows)
    assert on_map == {"46": "2", "50": "1", "11": "0"}


def test_one_county_can_be_asked_for_and_an_unknown_one_is_said(client):
    here, there = OrganisationFactory(kommune="4601"), OrganisationFactory(kommune="5001")
    listed = read(client, f"{LIST}?fylke=46").split('id="lista"')[1]
    assert here.name_nb in listed
    assert there.name_nb not in listed
    text = read(client, "/en/medlemslag/?fylke=99")
    assert "We don't know the county" in text.replace("&#x27;", "'")
    assert there.name_nb in text


def test_the_list_costs_the_same_for_many_and_is_in_parts(client):
    OrganisationFactory.create_batch(3)
    few = queries_of(client, LIST)
    OrganisationFactory.create_batch(60)
    assert queries_of(client, LIST) == few
    first, second = read(client, LIST), read(client, f"{LIST}?side=2")
    assert 'rel="next"' in first
    assert 'rel="prev"' in second


def test_an_empty_list_promises_nothing(client):
    text = read(client, "/en/medlemslag/")
    assert "is being confirmed" in text
    assert "<svg" not in text.split("<main")[1].split("</main>")[0] or 'class="map"' not in text


def test_the_page_tells_the_facts(client):
    organisation = OrganisationFactory(
        code="fjordvik", website="https://fjordvik.example/", member_from=date(2011, 1, 1)
    )
    organisation.student_counts.create(
        year=2025, students=1234, confidence="estimate", source="Kilden"
    )
    organisation.social_links.create(service="instagram", url="https://instagram.example/x")
    text = read(client, "/en/medlemslag/fjordvik/")
    for words in ("about 1,234 students (2025)", "Kilden", "Instagram", "2011", "Kommune 4601"):
        assert words in text


@pytest.mark.parametrize("state", [{"unconfirmed": True}, {"code": "annet"}], ids=str)
def test_what_is_not_confirmed_is_as_unknown_as_what_never_was(client, state):
    OrganisationFactory(**{"code": "finnes", **state})
    answer = client.get("/medlemslag/finnes/")
    assert answer.status_code == 404
    assert client.get("/medlemslag/aldri/").status_code == 404


def test_a_renamed_code_redirects_and_is_never_anothers(client):
    organisation = OrganisationFactory(code="gammel")
    organisation.code = "ny-kode"
    organisation.save()
    answer = client.get("/medlemslag/gammel/")
    assert (answer.status_code, answer.url) == (301, "/medlemslag/ny-kode/")
    answer = client.get("/nn/medlemslag/gammel/")
    assert answer.url == "/nn/medlemslag/ny-kode/"
    other = MemberOrganisation(code="gammel", name_nb="Annet", short_name="A", kind="private")
    with pytest.raises(IntegrityError), transaction.atomic():
        other.save()
    assert OrganisationCode.objects.get(code="gammel").organisation == organisation
    assert MemberOrganisation.objects.count() == 1


def test_one_that_has_left_says_so_and_leads_on(client):
    old, new = OrganisationFactory(left=True), OrganisationFactory()
    old.successions.create(successor=new, kind=SuccessionKind.MERGER, on=date(2026, 1, 1))
    text = read(client, f"/en/medlemslag/{old.code}/")
    assert "No member of NSO since" in text
    assert new.public_url in text
    assert old.name_nb in read(client, f"/en/medlemslag/{new.code}/")


def test_news_stands_on_the_page_of_each_that_had_a_part(client, published_plan):
    here, there = OrganisationFactory(), OrganisationFactory()
    news = make_update(PriorityPage.objects.source().first().priority, title="Bygger sammen")
    news.organisations.add(here)
    news.save_revision().publish()
    assert "Bygger sammen" in read(client, here.public_url)
    assert "Bygger sammen" not in read(client, there.public_url)
    text = read(client, news.url)
    assert here.public_url in text
    assert there.public_url not in text
    index = NewsIndexPage.objects.source().first()
    assert "Bygger sammen" in read(client, f"{index.url}?medlemslag={here.code}")
    assert "Bygger sammen" not in read(client, f"{index.url}?medlemslag={there.code}")
    assert client.get(f"{index.url}?medlemslag=%00").status_code == 200


def test_a_translated_news_keeps_its_organisations(client, published_plan):
    here = OrganisationFactory()
    news = make_update(PriorityPage.objects.source().first().priority, title="Bygger sammen")
    news.organisations.add(here)
    news.save_revision().publish()
    text = read(client, f"/nn{here.public_url}")
    assert "Bygger sammen" in text


def test_a_change_reaches_the_readers(client, settle):
    organisation = OrganisationFactory()
    before = freshness.changes()
    settle()
    organisation.website = "https://ny.example/"
    organisation.save()
    settle()
    assert freshness.changes() != before
    assert "https://ny.example/" in read(client, organisation.public_url)

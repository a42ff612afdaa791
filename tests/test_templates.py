"""The look: what the sheets, the icons and the shared templates promise to each other."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import connection
from django.template.loader import render_to_string
from django.test import RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext
from wagtail.models import Site

from activity.kinds import KINDS
from content.models import SiteFacts
from geography.map import STEPS
from home.models import HomePage, StandardPage
from portal import errors
from priorities.models import ActionPlan, Priority, PriorityPage, SubGoal
from priorities.templatetags.facts import ICONS
from tests.factories import PASSWORD, UserFactory

ROOT = Path(__file__).resolve().parents[1]


def sheet(name):
    text = (ROOT / "assets" / "css" / name).read_text(encoding="utf-8")
    return re.sub(r"/\*.*?\*/", "", text, flags=re.S)


SITE_CSS, TOKENS, ADMIN_CSS = sheet("site.css"), sheet("tokens.css"), sheet("admin.css")
MARKUP = {
    path: path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "templates").rglob("*.html"))
    if not {"emails", "admin", "panels"} & set(path.parts)
}
# Classes that Wagtail or a template tag's argument writes.
WRITTEN_ELSEWHERE = {"block-heading", "icon", "off"}
BUILT = {
    *(f"is-{mark}" for mark in ICONS),  # class="status is-{{ mark }}"
    *(f"m{step}" for step in range(STEPS)),  # class="m{{ shape.step }}"
}


def used_classes():
    """The names in class attributes, with those behind a condition, without those put together."""
    found = WRITTEN_ELSEWHERE | BUILT
    for text in MARKUP.values():
        for value in re.findall(r'(?:class|css)="((?:[^"{]|{%.*?%}|{{.*?}})*)"', text):
            found |= set(re.sub(r"{%.*?%}|\S*{{.*?}}\S*", " ", value).split())
    return found


def styled_classes(css):
    return set(re.findall(r"\.([a-z][\w-]*)", css))


def test_every_class_of_the_sheet_is_used():
    """Dead style is a defect: a later page brings its own."""
    assert styled_classes(SITE_CSS) - used_classes() == set()


def test_every_class_of_the_templates_is_styled():
    assert used_classes() - styled_classes(SITE_CSS) - styled_classes(ADMIN_CSS) == set()


def test_every_token_is_defined_and_used():
    defined = set(re.findall(r"^\s+(--[\w-]+):", TOKENS + SITE_CSS, re.M))
    used = set(re.findall(r"var\((--[\w-]+)", TOKENS + SITE_CSS))
    assert defined == used


def test_every_icon_is_drawn_and_used():
    drawn = set(re.findall(r'id="([\w-]+)"', (ROOT / "assets/icons.svg").read_text("utf-8")))
    used = {name for text in MARKUP.values() for name in re.findall(r'{% icon "([\w-]+)"', text)}
    used |= set(ICONS.values()) | {kind.icon for kind in KINDS.values()}
    assert drawn == used


def test_every_file_that_a_template_or_sheet_names_is_there(tmp_path, settings):
    """The hashing storage of production stops at a name that leads nowhere."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    call_command("collectstatic", verbosity=0, interactive=False)
    page = render_to_string("404.html")
    for address in re.findall(r'"/static/([^"#]+)', page):
        assert (tmp_path / address).exists(), address
    assert re.search(r"/static/css/site\.[0-9a-f]{12}\.css", page)


db = pytest.mark.django_db


def title_of(response):
    return re.search(r"<title>(.*?)</title>", response.content.decode(), re.S)[1].strip()


@pytest.fixture
def no_database(django_db_blocker):
    with django_db_blocker.block():
        yield


@pytest.mark.parametrize(
    ("view", "args", "status"),
    [
        (errors.bad_request, (), 400),
        (errors.permission_denied, (PermissionDenied(),), 403),
        (errors.csrf_failure, (), 403),
        (errors.page_not_found, (), 404),
        (errors.too_large, (3 * 1024 * 1024,), 413),
        (errors.server_error, (), 500),
    ],
)
def test_an_error_page_helps_without_a_database(no_database, view, args, status):
    response = view(RequestFactory().get("/hvor/"), *args)
    text = response.content.decode()
    assert response.status_code == status
    assert len(re.findall("<h1", text)) == 1
    assert f">{status}<" in text
    assert 'name="robots" content="noindex"' in text
    assert 'href="/"' in text
    assert title_of(response).endswith("– NSO")


def test_too_large_says_how_large_is_allowed(no_database):
    response = errors.too_large(RequestFactory().post("/"), 3 * 1024 * 1024)
    assert "3 MB" in response.content.decode()


def test_too_many_tries_has_a_page_without_a_database(no_database):
    assert "429" in render_to_string("429.html")


@db
def test_the_menu_holds_what_editors_put_there(client):
    home = HomePage.objects.get()
    home.add_child(instance=StandardPage(title="Bli med", slug="bli-med", show_in_menus=True))
    home.add_child(instance=StandardPage(title="Kladd", live=False, show_in_menus=True))
    home.add_child(instance=StandardPage(title="Vedtekter", slug="vedtekter"))
    text = client.get("/bli-med/").content.decode()
    header, foot = text.split("<main")[0], text.split("<footer")[1]
    assert '<a href="/bli-med/" aria-current="page">Bli med</a>' in header
    assert "Kladd" not in text
    assert "Vedtekter" not in header
    assert "Vedtekter" in foot


@db
def test_the_menu_marks_the_part_of_the_site(client, published_plan):
    text = client.get(PriorityPage.objects.first().url).content.decode()
    assert '<a href="/handlingsplan/" aria-current="true">' in text


@db
def test_the_foot_tells_the_facts_of_the_site_and_reading_writes_none(client):
    SiteFacts.objects.all().delete()
    assert client.get("/").status_code == 200
    assert not SiteFacts.objects.exists()
    SiteFacts.objects.create(
        site=Site.objects.get(), address="Torget 1", phone="22 00 00 00", email="post@nso.example"
    )
    foot = client.get("/").content.decode().split("<footer")[1]
    assert "Torget 1" in foot
    assert "22 00 00 00" in foot
    assert 'href="mailto:post@nso.example"' in foot


@db
def test_who_may_edit_is_led_to_the_form_of_the_page(client, published_plan):
    page = PriorityPage.objects.first()
    edit = f"/admin/pages/{page.pk}/edit/"
    assert edit not in client.get(page.url).content.decode()
    client.force_login(UserFactory())
    assert edit not in client.get(page.url).content.decode()
    client.force_login(UserFactory(admin=True))
    text = client.get(page.url).content.decode()
    assert edit in text
    assert 'method="post" action="/konto/logg-ut/"' in text


@db
@override_settings(DEMO=False, BASE_URL="https://portal.example")
def test_the_real_site_is_found_and_says_no_demo(client, published_plan):
    page = PriorityPage.objects.first()
    text = client.get(page.url).content.decode()
    assert f'<link rel="canonical" href="https://portal.example{page.url}">' in text
    assert 'name="robots"' not in text
    assert 'class="demo"' not in text


@db
def test_the_demo_says_so_and_is_not_found(client):
    text = client.get("/").content.decode()
    assert 'name="robots" content="noindex"' in text
    assert 'class="demo"' in text
    assert 'class="foot__demo"' in text


@db
def test_a_priority_shows_its_place_its_words_and_its_neighbours(client, published_plan):
    page = PriorityPage.objects.get(priority__position=2)
    response = client.get(page.url)
    text = response.content.decode()
    assert "nr. 2 av 15" in text
    assert page.priority.adopted_text in text
    assert "12. april 2026" in text
    assert re.search(r'rel="prev">.*?1\. ', text, re.S)
    assert re.search(r'rel="next"><span>3\. ', text)
    assert title_of(response).startswith(page.title)


@db
def test_the_first_and_the_last_priority_have_one_neighbour(client, published_plan):
    first = client.get(PriorityPage.objects.get(priority__position=1).url).content.decode()
    last = client.get(PriorityPage.objects.get(priority__position=15).url).content.decode()
    assert 'rel="prev"' not in first
    assert 'rel="next"' in first
    assert 'rel="prev"' in last
    assert 'rel="next"' not in last


@db
def test_sub_goals_stand_on_the_plan_and_on_the_priority(client, published_plan):
    page = PriorityPage.objects.get(priority__position=5)
    SubGoal.objects.create(priority=page.priority, position=1, text="Flere boliger i Fjordvik.")
    for address in ("/handlingsplan/2026-2027/", page.url):
        assert "Flere boliger i Fjordvik." in client.get(address).content.decode()


@db
def test_without_a_date_nothing_is_said_about_one(client, published_plan):
    ActionPlan.objects.update(adopted_on=None)
    for address in ("/handlingsplan/2026-2027/", PriorityPage.objects.first().url):
        text = client.get(address).content.decode()
        # A citation says when the page was read.
        shown = re.sub(r"<textarea.*?</textarea>", "", text.split("<footer")[0], flags=re.S)
        assert "2026." not in re.sub(r"<[^>]+>", "", shown)
        assert "None" not in text


@db
def test_words_in_another_language_carry_its_name(client, published_plan):
    page = PriorityPage.objects.first()
    assert 'lang="sv"' not in client.get(page.url).content.decode()
    ActionPlan.objects.update(language="sv")
    assert '<blockquote lang="sv">' in client.get(page.url).content.decode()
    assert (
        'class="prow__text" lang="sv"' in client.get("/handlingsplan/2026-2027/").content.decode()
    )


@db
def test_an_archived_priority_says_so_and_leads_to_the_plan(client, published_plan):
    page = PriorityPage.objects.get(priority__position=3)
    Priority.objects.filter(pk=page.priority_id).update(
        archived_at=datetime(2026, 11, 2, 12, tzinfo=UTC), archived_in=page.priority.source
    )
    text = client.get(page.url).content.decode()
    note = text.split('class="note is-late"')[1].split("</div>")[0]
    assert "2. november 2026" in note
    assert 'href="/handlingsplan/2026-2027/"' in note
    assert "nr. 3 av" not in text
    assert page.priority.adopted_text in text
    assert (
        "nr. 2 av 14"
        in client.get(PriorityPage.objects.get(priority__position=2).url).content.decode()
    )


@db
def test_a_section_without_a_heading_gets_the_one_of_its_kind(client, published_plan):
    published_plan.sections.filter(kind="organisational").update(heading="")
    text = client.get("/handlingsplan/2026-2027/").content.decode()
    assert re.search(r"<h2>\s*Organisatoriske prioriteringer\s*</h2>", text)


@db
def test_a_body_of_blocks_is_shown_and_escaped(client, published_plan):
    page = PriorityPage.objects.first()
    page.body = [
        ("heading", "Slik jobber <vi>"),
        ("text", "<p>Et <b>avsnitt</b>.</p>"),
        ("quotation", {"quotation": "Vi står på.", "source": "Arbeidsutvalget"}),
        ("fact_box", {"heading": "Kort om", "text": "<p>Fakta.</p>"}),
    ]
    page.save_revision().publish()
    text = client.get(page.url).content.decode()
    assert "<h2>Slik jobber &lt;vi&gt;</h2>" in text
    assert re.search(r"Et <b>avsnitt</b>\.", text)
    assert "<figcaption>Arbeidsutvalget</figcaption>" in text
    assert "<h2>Kort om</h2>" in text


@db
def test_breadcrumbs_of_a_page_below_another(client):
    parent = StandardPage(title="Om oss", slug="om-oss")
    HomePage.objects.get().add_child(instance=parent)
    child = parent.add_child(instance=StandardPage(title="Folk", slug="folk"))
    response = client.get(child.url)
    crumbs = response.content.decode().split('class="crumbs"')[1].split("</nav>")[0]
    assert re.search(r'<a href="/om-oss/"[^>]*><span[^>]*>Om oss</span></a>', crumbs)
    assert re.search(r'<li aria-current="page"[^>]*>\s*<span[^>]*>Folk</span>', crumbs)
    assert title_of(response) == "Folk – Om oss – NSO"


@db
def test_a_wrong_log_in_is_told_on_top_at_the_field_and_in_the_title(client):
    UserFactory(email="ida@demo.example")
    response = client.post(
        "/konto/logg-inn/", {"login": "ida@demo.example", "password": "feil", "next": "/om/"}
    )
    text = response.content.decode()
    message = re.search(r'<a href="#id_login">(.*?)</a>', text)[1]
    field = text.split('<div class="field has-error">')[1].split("<input")
    assert title_of(response).startswith("Feil: ")
    assert message in field[0]
    assert 'aria-invalid="true"' in field[1]
    assert 'aria-describedby="id_login_error"' in field[1]
    assert 'id="id_login_error"' in field[0]
    assert 'value="ida@demo.example"' in field[1]
    assert '<input type="hidden" name="next" value="/om/">' in text


@db
def test_each_empty_field_has_a_link_of_its_own(client):
    text = client.post("/konto/logg-inn/", {}).content.decode()
    summary = text.split('class="errsum"')[1].split("</ul>")[0]
    assert re.findall(r'href="#(\w+)"', summary) == ["id_login", "id_password"]


@db
def test_a_field_without_fault_has_no_trace_of_one(client):
    text = client.get("/konto/logg-inn/").content.decode()
    assert "aria-invalid" not in text
    assert "aria-describedby" not in text
    assert "placeholder" not in text
    assert "errsum" not in text


@db
@pytest.mark.parametrize(
    "address",
    [
        "/konto/logg-inn/",
        "/konto/kode/",
        "/konto/registrer/",
        "/konto/stengt/",
        "/konto/passord/glemt/",
        "/konto/passord/glemt/ferdig/",
    ],
)
def test_the_log_in_pages_share_one_look(client, address):
    response = client.get(address)
    text = response.content.decode()
    assert response.status_code == 200
    assert 'class="login__say"' in text
    assert len(re.findall("<h1", text)) == 1


@db
@pytest.mark.parametrize("address", ["/konto/logg-ut/", "/konto/bekreft/", "/konto/passord/bytt/"])
def test_the_account_pages_share_that_look(client, address):
    user = UserFactory()
    assert client.login(email=user.email, password=PASSWORD)
    response = client.get(address)
    assert response.status_code == 200
    assert 'class="login__say"' in response.content.decode()


@db
def test_whoever_has_no_password_may_make_one(client):
    user = UserFactory()
    user.set_unusable_password()
    user.save()
    client.force_login(user)
    response = client.get("/konto/passord/bytt/", follow=True)
    assert response.request["PATH_INFO"] == "/konto/passord/lag/"
    assert 'class="login__say"' in response.content.decode()


@db
def test_the_code_page_takes_a_code_from_the_phone(client):
    UserFactory(email="ida@demo.example")
    response = client.post("/konto/kode/", {"email": "ida@demo.example"}, follow=True)
    text = response.content.decode()
    assert response.request["PATH_INFO"] == "/konto/kode/bekreft/"
    assert 'autocomplete="one-time-code"' in text
    assert "<b>ida@demo.example</b>" in text


@db
def test_a_log_out_is_told_once(client):
    client.force_login(UserFactory())
    text = client.post("/konto/logg-ut/", follow=True).content.decode()
    assert 'class="note is-win" role="status"' in text
    assert 'class="note' not in client.get("/").content.decode()


@db
def test_messages_of_every_level_are_shown(rf):
    request = rf.get("/")
    request.session = {}
    request._messages = FallbackStorage(request)
    for level in (20, 25, 30, 40):
        request._messages.add(level, f"Nivå {level}")
    text = render_to_string("components/messages.html", {"messages": request._messages})
    assert re.findall(r"note is-(\w+)", text) == ["go", "win", "late", "lost"]
    assert all(f"Nivå {level}" in text for level in (20, 25, 30, 40))


@db
def test_the_adopted_words_stand_in_the_editors_form_and_are_no_field(client, published_plan):
    page = PriorityPage.objects.get(priority__position=2)
    client.force_login(UserFactory(admin=True))
    text = client.get(f"/admin/pages/{page.pk}/edit/").content.decode()
    panel = text.split('class="adopted-words"')[1].split("</figure>")[0]
    assert page.priority.adopted_text in panel
    assert "12. april 2026" in panel
    assert "<input" not in panel
    assert "<textarea" not in panel


@db
def test_words_that_wait_are_shown_beside_those_that_stand(client, published_plan):
    page = PriorityPage.objects.get(priority__position=2)
    priority = page.priority
    priority.adopted_text = "Jobbe for noe helt nytt."
    priority.save_revision()
    client.force_login(UserFactory(admin=True))
    text = client.get(f"/admin/pages/{page.pk}/edit/").content.decode()
    assert "Jobbe for noe helt nytt." in text.split("adopted-words--draft")[1]
    assert "Jobbe for noe helt nytt." not in client.get(page.url).content.decode()


def test_dates_are_written_the_norwegian_way():
    text = render_to_string(
        "components/adopted.html", {"text": "Ord.", "adopted_on": date(2026, 4, 12)}
    )
    assert "Vedtatt på landsmøtet 12. april 2026." in text


@db
def test_more_pages_in_the_menu_cost_no_more_queries(client, settle):
    def cost():
        settle()
        client.get("/om-portalen/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/om-portalen/")
        return len([one for one in queries if "content_generation" not in one["sql"]])

    before = cost()
    home = HomePage.objects.get()
    for number in range(8):
        home.add_child(
            instance=StandardPage(title=f"Side {number}", slug=f"s{number}", show_in_menus=True)
        )
    assert cost() == before

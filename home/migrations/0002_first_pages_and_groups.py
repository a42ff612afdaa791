"""The site's first pages, and the groups of those who work in the admin.

Wagtail's own groups and welcome page are taken over, so that its moderation workflow goes on
pointing to the right people.
"""

import json

from django.db import migrations
from django.utils import timezone

ABOUT = [
    (
        "text",
        "<p>Norsk studentorganisasjon (NSO) vedtar hvert år en handlingsplan på landsmøtet. Her "
        "står planen ord for ord slik den ble vedtatt, med en side for hver prioritering. "
        "Rekkefølgen er ikke en rangering.</p>",
    ),
    ("heading", "Ordlyden"),
    (
        "text",
        "<p>De vedtatte ordene leses inn fra dokumentet som landsmøtet vedtok. Ingen kan endre dem "
        "på nettsidene. Blir planen endret, leses det nye dokumentet inn, og den gamle ordlyden "
        "tas vare på. En prioritering som går ut av planen, beholder adressen sin.</p>",
    ),
    ("heading", "Fri programvare"),
    (
        "text",
        "<p>Portalen er åpen kildekode. Andre organisasjoner kan bruke den og bygge videre på "
        "den.</p>",
    ),
]
PAGE_RIGHTS = {
    "Redaktører": ["add_page", "change_page"],
    "Godkjennere": ["add_page", "change_page", "publish_page", "lock_page", "unlock_page"],
}
COLLECTION_RIGHTS = ["add", "change", "choose"]
MODEL_RIGHTS = {
    "Redaktører": [
        ("wagtailadmin", "admin", "access_admin"),
        ("priorities", "actionplan", "import_actionplan"),
    ],
    "Godkjennere": [
        ("wagtailadmin", "admin", "access_admin"),
        ("priorities", "actionplan", "import_actionplan"),
        ("priorities", "actionplan", "publish_actionplan"),
        ("content", "sitefacts", "change_sitefacts"),
        ("wagtailredirects", "redirect", "add_redirect"),
        ("wagtailredirects", "redirect", "change_redirect"),
        ("wagtailredirects", "redirect", "delete_redirect"),
    ],
    "Sekretariat": [("wagtailadmin", "admin", "access_admin")],
    "Innsyn": [],
}


def permission(apps, app_label, model, codename):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    content_type, _ = ContentType.objects.get_or_create(app_label=app_label, model=model)
    found, _ = Permission.objects.get_or_create(
        content_type=content_type,
        codename=codename,
        defaults={"name": codename.replace("_", " ").capitalize()},
    )
    return found


def make_pages(apps):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Page = apps.get_model("wagtailcore", "Page")
    Site = apps.get_model("wagtailcore", "Site")
    Locale = apps.get_model("wagtailcore", "Locale")
    HomePage = apps.get_model("home", "HomePage")
    ActionPlanIndexPage = apps.get_model("priorities", "ActionPlanIndexPage")

    StandardPage = apps.get_model("home", "StandardPage")
    SiteFacts = apps.get_model("content", "SiteFacts")

    now = timezone.now()
    Site.objects.all().delete()
    Page.objects.filter(depth=2).delete()
    locale = Locale.objects.get()
    home = HomePage.objects.create(
        title="Norsk studentorganisasjon",
        draft_title="Norsk studentorganisasjon",
        slug="hjem",
        headline="15 prioriteringer. Ett år. Her er planen.",
        intro=(
            "I april vedtok landsmøtet hva Norsk studentorganisasjon skal jobbe for i 2026/2027. "
            "Hvert kort er en prioritering. Her leser du hva som ble vedtatt, ord for ord."
        ),
        content_type=ContentType.objects.get_or_create(app_label="home", model="homepage")[0],
        path="00010001",
        depth=2,
        numchild=2,
        url_path="/hjem/",
        locale_id=locale.pk,
        first_published_at=now,
        last_published_at=now,
    )
    ActionPlanIndexPage.objects.create(
        title="Handlingsplanen",
        draft_title="Handlingsplanen",
        slug="handlingsplan",
        intro="Landsmøtet vedtar en handlingsplan for hvert år. Her er alle som er publisert.",
        show_in_menus=True,
        content_type=ContentType.objects.get_or_create(
            app_label="priorities", model="actionplanindexpage"
        )[0],
        path="000100010001",
        depth=3,
        numchild=0,
        url_path="/hjem/handlingsplan/",
        locale_id=locale.pk,
        first_published_at=now,
        last_published_at=now,
    )
    StandardPage.objects.create(
        title="Om portalen",
        draft_title="Om portalen",
        slug="om-portalen",
        intro="Hva du finner her, og hvor ordene kommer fra.",
        body=json.dumps([{"type": kind, "value": value} for kind, value in ABOUT]),
        content_type=ContentType.objects.get_or_create(app_label="home", model="standardpage")[0],
        path="000100010002",
        depth=3,
        numchild=0,
        url_path="/hjem/om-portalen/",
        locale_id=locale.pk,
        first_published_at=now,
        last_published_at=now,
    )
    Page.objects.filter(depth=1).update(numchild=1)
    site = Site.objects.create(
        hostname="localhost", root_page_id=home.pk, is_default_site=True, site_name="NSO"
    )
    # Contact details: the letterhead of the adopted plan.
    SiteFacts.objects.create(
        site_id=site.pk,
        about=(
            "NSO er en interesseorganisasjon for studenter ved norske universiteter og høyskoler. "
            "Her leser du hva landsmøtet vedtok."
        ),
        address="Møllergata 39, 0179 Oslo",
        phone="22 04 49 70",
        email="nso@student.no",
    )


def make_groups(apps):
    Group = apps.get_model("auth", "Group")
    Page = apps.get_model("wagtailcore", "Page")
    Collection = apps.get_model("wagtailcore", "Collection")
    GroupPagePermission = apps.get_model("wagtailcore", "GroupPagePermission")
    GroupCollectionPermission = apps.get_model("wagtailcore", "GroupCollectionPermission")

    Group.objects.filter(name="Editors").update(name="Redaktører")
    Group.objects.filter(name="Moderators").update(name="Godkjennere")
    for name, rights in MODEL_RIGHTS.items():
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.set([permission(apps, *right) for right in rights])

    root_page = Page.objects.get(depth=1)
    root_collection = Collection.objects.get(depth=1)
    GroupPagePermission.objects.filter(group__name__in=PAGE_RIGHTS).delete()
    GroupCollectionPermission.objects.filter(group__name__in=PAGE_RIGHTS).delete()
    for name, rights in PAGE_RIGHTS.items():
        group = Group.objects.get(name=name)
        for codename in rights:
            GroupPagePermission.objects.create(
                group=group,
                page=root_page,
                permission=permission(apps, "wagtailcore", "page", codename),
            )
        # Wagtail asks for the rights of its own models, whatever the site's are.
        for app_label, model in (("wagtailimages", "image"), ("wagtaildocs", "document")):
            for action in COLLECTION_RIGHTS:
                GroupCollectionPermission.objects.get_or_create(
                    group=group,
                    collection=root_collection,
                    permission=permission(apps, app_label, model, f"{action}_{model}"),
                )


def forwards(apps, schema_editor):
    make_pages(apps)
    make_groups(apps)


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0001_initial"),
        ("priorities", "0001_initial"),
        ("content", "0002_initial"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtailadmin", "0006_formstate"),
        ("wagtailredirects", "0008_add_verbose_name_plural"),
        ("wagtailimages", "0027_image_description"),
        ("wagtaildocs", "0014_alter_document_file_size"),
    ]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]

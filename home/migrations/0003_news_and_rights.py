"""The list of news, and the rights to status, milestones and indicators.

Editors write and submit; publishers (executive committee) approve and publish. Both go through
Wagtail's moderation workflow, as pages do.
"""

from django.db import migrations
from django.utils import timezone

FACTS = ("statuschange", "milestone", "indicator")
RIGHTS = {"Redaktører": ["add", "change"], "Godkjennere": ["add", "change", "publish"]}


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


def make_news(apps):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Page = apps.get_model("wagtailcore", "Page")
    HomePage = apps.get_model("home", "HomePage")
    NewsIndexPage = apps.get_model("priorities", "NewsIndexPage")

    home = HomePage.objects.order_by("path").first()
    if home is None:
        return
    steps = [page.path[-4:] for page in Page.objects.filter(path__startswith=home.path, depth=3)]
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    number = int(max(steps, default="0000"), 36) + 1
    step = ""
    while number:
        number, rest = divmod(number, 36)
        step = alphabet[rest] + step
    now = timezone.now()
    NewsIndexPage.objects.create(
        title="Nyheter",
        draft_title="Nyheter",
        slug="nyheter",
        intro="Hva vi gjør med handlingsplanen, det nyeste først.",
        show_in_menus=True,
        content_type=ContentType.objects.get_or_create(
            app_label="priorities", model="newsindexpage"
        )[0],
        path=home.path + step.rjust(4, "0"),
        depth=3,
        numchild=0,
        url_path=home.url_path + "nyheter/",
        locale_id=home.locale_id,
        first_published_at=now,
        last_published_at=now,
    )
    Page.objects.filter(pk=home.pk).update(numchild=home.numchild + 1)


def give_rights(apps):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Group = apps.get_model("auth", "Group")
    Workflow = apps.get_model("wagtailcore", "Workflow")
    WorkflowContentType = apps.get_model("wagtailcore", "WorkflowContentType")

    for name, actions in RIGHTS.items():
        group = Group.objects.get(name=name)
        for model in FACTS:
            for action in actions:
                group.permissions.add(permission(apps, "priorities", model, f"{action}_{model}"))
    workflow = Workflow.objects.filter(active=True).order_by("pk").first()
    if workflow is None:
        return
    for model in FACTS:
        content_type = ContentType.objects.get(app_label="priorities", model=model)
        WorkflowContentType.objects.get_or_create(
            content_type=content_type, defaults={"workflow": workflow}
        )


def name_workflow(apps):
    """Editors meet the workflow by name."""
    Workflow = apps.get_model("wagtailcore", "Workflow")
    Task = apps.get_model("wagtailcore", "Task")
    Workflow.objects.filter(name="Moderators approval").update(name="Godkjenning")
    Task.objects.filter(name="Moderators approval").update(name="Godkjenning")


def forwards(apps, schema_editor):
    make_news(apps)
    give_rights(apps)
    name_workflow(apps)


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0002_first_pages_and_groups"),
        ("priorities", "0002_facts_and_news"),
    ]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]

"""Staff look after organisations and read the audit log. Nobody deletes either."""

from django.db import migrations

GROUP = "Sekretariat"
RIGHTS = [
    ("memberorgs", "memberorganisation", "add_memberorganisation"),
    ("memberorgs", "memberorganisation", "change_memberorganisation"),
    ("memberorgs", "memberorganisation", "view_memberorganisation"),
    ("audit", "auditentry", "view_auditentry"),
]


def forwards(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for group in Group.objects.filter(name=GROUP):
        for app_label, model, codename in RIGHTS:
            content_type, _ = ContentType.objects.get_or_create(app_label=app_label, model=model)
            right, _ = Permission.objects.get_or_create(
                content_type=content_type,
                codename=codename,
                defaults={"name": codename.replace("_", " ").capitalize()},
            )
            group.permissions.add(right)
        logos(apps, group)


def logos(apps, group):
    """Organisations have logos, which staff upload and choose."""
    Collection = apps.get_model("wagtailcore", "Collection")
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    GroupCollectionPermission = apps.get_model("wagtailcore", "GroupCollectionPermission")
    content_type, _ = ContentType.objects.get_or_create(app_label="wagtailimages", model="image")
    for action in ("add", "choose"):
        right, _ = Permission.objects.get_or_create(
            content_type=content_type,
            codename=f"{action}_image",
            defaults={"name": f"{action.capitalize()} image"},
        )
        GroupCollectionPermission.objects.get_or_create(
            group=group, collection=Collection.objects.get(depth=1), permission=right
        )


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0007_locks"),
        ("memberorgs", "0003_organisations_and_terms"),
        ("audit", "0002_guard"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtailimages", "0027_image_description"),
    ]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]

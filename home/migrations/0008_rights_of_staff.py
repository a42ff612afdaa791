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


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0007_locks"),
        ("memberorgs", "0003_organisations_and_terms"),
        ("audit", "0002_guard"),
    ]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]

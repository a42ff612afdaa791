from django.db import migrations

# No entry changes; none goes but through `purge`, which puts down first what may go.
SQLITE = (
    """
    CREATE TRIGGER audit_no_change BEFORE UPDATE ON audit_auditentry
    BEGIN SELECT RAISE(ABORT, 'the audit log is never changed'); END
    """,
    """
    CREATE TRIGGER audit_no_removal BEFORE DELETE ON audit_auditentry
    WHEN OLD.at >= COALESCE((SELECT MAX(before) FROM audit_purgepermit), '')
    BEGIN SELECT RAISE(ABORT, 'the audit log is only purged by age'); END
    """,
)
SQLITE_BACK = ("DROP TRIGGER audit_no_change", "DROP TRIGGER audit_no_removal")

POSTGRESQL = (
    """
    CREATE FUNCTION audit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' AND OLD.at < (SELECT MAX(before) FROM audit_purgepermit) THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'the audit log is never changed, and only purged by age';
    END $$
    """,
    """
    CREATE TRIGGER audit_guard BEFORE UPDATE OR DELETE ON audit_auditentry
    FOR EACH ROW EXECUTE FUNCTION audit_guard()
    """,
)
POSTGRESQL_BACK = (
    "DROP TRIGGER audit_guard ON audit_auditentry",
    "DROP FUNCTION audit_guard()",
)
BY_VENDOR = {"sqlite": (SQLITE, SQLITE_BACK), "postgresql": (POSTGRESQL, POSTGRESQL_BACK)}


def _run(schema_editor, which):
    for statement in BY_VENDOR[schema_editor.connection.vendor][which]:
        schema_editor.execute(statement)


def guard(apps, schema_editor):
    _run(schema_editor, 0)


def unguard(apps, schema_editor):
    _run(schema_editor, 1)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunPython(guard, unguard)]

"""Changes of what a person may, outside of terms: groups, admin, whether the log-in is open."""

from typing import Any

from django.contrib.auth.models import Group
from django.db.models.signals import m2m_changed, pre_save
from wagtail.log_actions import get_active_log_context

from foundation.audit.actions import record
from memberorgs.models import User

FLAGS = ("is_active", "is_superuser")
CHANGES = {"post_add": "given", "post_remove": "taken"}


def connect() -> None:
    m2m_changed.connect(_groups, sender=User.groups.through, dispatch_uid="groups are audited")
    pre_save.connect(_flags, sender=User, dispatch_uid="flags are audited")


def _record(person: User, **facts: Any) -> None:
    # Wagtail knows who is at work in its admin; elsewhere it is the machine.
    record("rights.changed", by=get_active_log_context().user, person=person, **facts)


def _groups(
    instance: Any, action: str, reverse: bool, pk_set: set[int] | None, **kwargs: Any
) -> None:
    if action == "pre_clear":
        groups = [instance] if reverse else list(instance.groups.all())
        people = list(instance.user_set.all()) if reverse else [instance]
        how = "taken"
    elif action in CHANGES and pk_set:
        groups = [instance] if reverse else list(Group.objects.filter(pk__in=pk_set))
        people = list(User.objects.filter(pk__in=pk_set)) if reverse else [instance]
        how = CHANGES[action]
    else:
        return
    if not groups:
        return
    for person in people:
        _record(person, **{how: sorted(group.name for group in groups)})


def _flags(instance: User, update_fields: Any = None, **kwargs: Any) -> None:
    if instance.pk is None or (update_fields is not None and not set(FLAGS) & set(update_fields)):
        return
    before = User.objects.filter(pk=instance.pk).values(*FLAGS).first()
    if before is None:
        return
    changed = {
        name: getattr(instance, name) for name in FLAGS if before[name] != getattr(instance, name)
    }
    if changed:
        _record(instance, **changed)

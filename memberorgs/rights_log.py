"""Changes of what people may, outside of terms: groups and their rights, admins, open log-ins."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db.models.signals import m2m_changed, post_save, pre_delete, pre_save
from wagtail.log_actions import get_active_log_context

from foundation.audit.actions import record
from memberorgs.models import User

FLAGS = ("is_active", "is_staff", "is_superuser")
CHANGES = {"post_add": "given", "post_remove": "taken"}


def connect() -> None:
    for receiver, table in (
        (_groups, User.groups.through),
        (_own_rights, User.user_permissions.through),
        (_rights_of_groups, Group.permissions.through),
    ):
        m2m_changed.connect(receiver, sender=table, dispatch_uid=f"{table.__name__} is audited")
    pre_save.connect(_flags, sender=User, dispatch_uid="flags are audited")
    post_save.connect(_new_admin, sender=User, dispatch_uid="new admins are audited")
    pre_delete.connect(_group_goes, sender=Group, dispatch_uid="groups that go are audited")


def _record(person: User, **facts: Any) -> None:
    # Wagtail knows who is at work in its admin; elsewhere it is the machine.
    record("rights.changed", by=get_active_log_context().user, person=person, **facts)


def record_group(group: Group, **facts: Any) -> None:
    """What a group may now, or may no more: lists of codes, `given` and `taken`."""
    by = get_active_log_context().user
    record("rights.group_changed", by=by, about=group, group=group.name, **facts)


def _changed(
    instance: Any, action: str, reverse: bool, pk_set: set[int] | None, model: Any, *names: str
) -> tuple[list[Any], list[Any], str]:
    """Holders, what they hold, and whether it was given or taken; empty where nothing changes.

    `names` are those of the table, seen from a holder and from what is held.
    """
    if action == "pre_clear":
        others = list(getattr(instance, names[reverse]).order_by("pk"))
        how = "taken"
    elif action in CHANGES and pk_set:
        others = list(model._default_manager.filter(pk__in=pk_set).order_by("pk"))
        how = CHANGES[action]
    else:
        return [], [], ""
    return (others, [instance], how) if reverse else ([instance], others, how)


def _groups(
    instance: Any, action: str, reverse: bool, pk_set: set[int] | None, model: Any, **kwargs: Any
) -> None:
    people, groups, how = _changed(instance, action, reverse, pk_set, model, "groups", "user_set")
    if groups:
        for person in people:
            _record(person, **{how: sorted(group.name for group in groups)})


def _own_rights(
    instance: Any, action: str, reverse: bool, pk_set: set[int] | None, model: Any, **kwargs: Any
) -> None:
    names = ("user_permissions", "user_set")
    people, rights, how = _changed(instance, action, reverse, pk_set, model, *names)
    if rights:
        for person in people:
            _record(person, **{how: _codes(rights)})


def _rights_of_groups(
    instance: Any, action: str, reverse: bool, pk_set: set[int] | None, model: Any, **kwargs: Any
) -> None:
    names = ("permissions", "group_set")
    groups, rights, how = _changed(instance, action, reverse, pk_set, model, *names)
    if rights:
        for group in groups:
            record_group(group, **{how: _codes(rights)})


def _codes(rights: Iterable[Permission]) -> list[str]:
    return sorted(right.codename for right in rights)


def _group_goes(instance: Group, **kwargs: Any) -> None:
    """The rows that tie people to it go without a signal of their own."""
    for person in User.objects.filter(groups=instance):
        _record(person, taken=[instance.name])
    record_group(instance, removed=True)


def _flags(instance: User, update_fields: Any = None, **kwargs: Any) -> None:
    saved = [name for name in FLAGS if update_fields is None or name in update_fields]
    if instance.pk is None or not saved:
        return
    before = User.objects.filter(pk=instance.pk).values(*saved).first()
    if before is None:
        return
    changed = {
        name: getattr(instance, name) for name in saved if before[name] != getattr(instance, name)
    }
    if changed:
        _record(instance, **changed)


def _new_admin(instance: User, created: bool, raw: bool, **kwargs: Any) -> None:
    if created and not raw and instance.is_superuser:
        _record(instance, is_superuser=True)

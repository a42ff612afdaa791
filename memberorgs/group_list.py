"""Wagtail's pages of groups, whose rights in single branches, folders and sites are audited.

They are saved in bulk, past the signals that `rights_log` listens to.
"""

from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.http.response import HttpResponseBase
from wagtail.models import GroupCollectionPermission, GroupPagePermission, GroupSitePermission
from wagtail.users.views import groups as wagtail_groups

from memberorgs import rights_log

PLACES = {
    "page": GroupPagePermission,
    "collection": GroupCollectionPermission,
    "site": GroupSitePermission,
}


def rights_in_places(group: Group) -> dict[str, set[str]]:
    """By place ("page 5") the rights that the group has there."""
    found: dict[str, set[str]] = {}
    for name, model in PLACES.items():
        rights = model.objects.filter(group=group.pk)
        for number, codename in rights.values_list(name, "permission__codename"):
            found.setdefault(f"{name} {number}", set()).add(codename)
    return found


class TellsOfPlaces:
    """Of a view that saves a group."""

    object: Group

    def process_form(self) -> HttpResponseBase:
        before = rights_in_places(self.object)
        with transaction.atomic():
            response: HttpResponseBase = super().process_form()  # type: ignore[misc]
            after = rights_in_places(self.object)
            for place in sorted(before.keys() | after.keys()):
                old, new = before.get(place, set()), after.get(place, set())
                facts: dict[str, Any] = {"given": sorted(new - old), "taken": sorted(old - new)}
                if facts := {name: codes for name, codes in facts.items() if codes}:
                    rights_log.record_group(self.object, place=place, **facts)
        return response


class AddGroup(TellsOfPlaces, wagtail_groups.CreateView):  # type: ignore[misc]
    pass


class EditGroup(TellsOfPlaces, wagtail_groups.EditView):  # type: ignore[misc]
    pass


class GroupViewSet(wagtail_groups.GroupViewSet):  # type: ignore[misc]
    add_view_class = AddGroup
    edit_view_class = EditGroup

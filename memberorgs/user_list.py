"""Wagtail's list of users without what this house doesn't show or do.

Nobody's last log-in is shown, and nobody is deleted.
"""

from typing import Any

from django.utils.functional import cached_property
from wagtail.users.views import users as wagtail_users


class UserFilters(wagtail_users.UserFilterSet):  # type: ignore[misc]
    last_login = None


class UserList(wagtail_users.IndexView):  # type: ignore[misc]
    @cached_property
    def columns(self) -> list[Any]:
        return [column for column in super().columns if column.name != "last_login"]

    def get_delete_url(self, instance: Any) -> None:
        return None


class EditUser(wagtail_users.EditView):  # type: ignore[misc]
    def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.can_delete = False


class UserViewSet(wagtail_users.UserViewSet):  # type: ignore[misc]
    index_view_class = UserList
    edit_view_class = EditUser
    filterset_class = UserFilters

from wagtail.users.apps import WagtailUsersAppConfig


class UsersConfig(WagtailUsersAppConfig):  # type: ignore[misc]
    """Wagtail's app of users, with our lists of them and of groups."""

    user_viewset = "memberorgs.user_list.UserViewSet"
    group_viewset = "memberorgs.group_list.GroupViewSet"

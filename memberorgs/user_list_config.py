from wagtail.users.apps import WagtailUsersAppConfig


class UsersConfig(WagtailUsersAppConfig):  # type: ignore[misc]
    """Wagtail's app of users, with our list of them."""

    user_viewset = "memberorgs.user_list.UserViewSet"

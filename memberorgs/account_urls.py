"""The one door: pages of log-in, second factors and sessions under Norwegian addresses."""

from collections.abc import Callable
from typing import Any

from allauth.account import views
from django.http import HttpRequest, HttpResponse
from django.urls import path

from memberorgs.account import views as own


def factor(name: str) -> Callable[..., HttpResponse]:
    """A view of `factor_views`, which is loaded when somebody asks for one."""

    def view(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        from memberorgs.account import factor_views

        found: Callable[..., HttpResponse] = getattr(factor_views, name)
        return found(request, **kwargs)

    view.__name__ = view.__qualname__ = name
    return view


urlpatterns = [
    path("", own.overview, name="account_overview"),
    path("sprak/", own.language, name="account_language"),
    path("logg-inn/", own.log_in, name="account_login"),
    path("logg-inn/passord/", own.log_in_with_password, name="account_login_password"),
    path("logg-ut/", own.log_out, name="account_logout"),
    path("kode/", own.ask_for_code, name="account_request_login_code"),
    path("kode/bekreft/", views.confirm_login_code, name="account_confirm_login_code"),
    path("registrer/", views.signup, name="account_signup"),
    path("stengt/", views.account_inactive, name="account_inactive"),
    path("bekreft/", views.reauthenticate, name="account_reauthenticate"),
    path("e-post/", own.change_email, name="account_change_email"),
    path("e-post/bekreft/", own.confirm_email_change, name="account_confirm_email_change"),
    path("okter/", own.places, name="account_places"),
    path("nokler/", factor("list_keys"), name="mfa_list_webauthn"),
    path("nokler/ny/", factor("add_key"), name="mfa_add_webauthn"),
    path("nokler/logg-inn/", factor("log_in_with_key"), name="mfa_login_webauthn"),
    path("nokler/bekreft/", factor("confirm_with_key"), name="mfa_reauthenticate_webauthn"),
    path("nokler/<int:pk>/", factor("rename_key"), name="mfa_edit_webauthn"),
    path("nokler/<int:pk>/fjern/", factor("remove_key"), name="mfa_remove_webauthn"),
    path("totrinn/", factor("second_factors"), name="mfa_index"),
    path("totrinn/kode/", factor("type_second_factor"), name="mfa_authenticate"),
    path("totrinn/bekreft/", factor("confirm"), name="mfa_reauthenticate"),
    path("totrinn/app/", factor("add_app"), name="mfa_activate_totp"),
    path("totrinn/app/fjern/", factor("remove_app"), name="mfa_deactivate_totp"),
    path("totrinn/reservekoder/", factor("recovery_codes"), name="mfa_view_recovery_codes"),
    path(
        "totrinn/reservekoder/nye/",
        factor("make_recovery_codes"),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "totrinn/reservekoder/last-ned/",
        factor("recovery_codes_as_file"),
        name="mfa_download_recovery_codes",
    ),
    path("oidc/", own.oidc_log_in, {"provider_id": "oidc"}, name="openid_connect_login"),
    path("passord/bytt/", views.password_change, name="account_change_password"),
    path("passord/lag/", own.make_password, name="account_set_password"),
    path("passord/glemt/", own.forgot_password, name="account_reset_password"),
    path(
        "passord/glemt/kode/",
        views.confirm_password_reset_code,
        name="account_confirm_password_reset_code",
    ),
    path(
        "passord/glemt/nytt/",
        views.complete_password_reset,
        name="account_complete_password_reset",
    ),
    path(
        "passord/glemt/ferdig/",
        views.password_reset_from_key_done,
        name="account_password_reset_completed",
    ),
]

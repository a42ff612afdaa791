"""The one door: log-in pages of django-allauth under Norwegian addresses."""

from allauth.account import views
from django.urls import path

urlpatterns = [
    path("logg-inn/", views.login, name="account_login"),
    path("logg-ut/", views.logout, name="account_logout"),
    path("kode/", views.request_login_code, name="account_request_login_code"),
    path("kode/bekreft/", views.confirm_login_code, name="account_confirm_login_code"),
    path("registrer/", views.signup, name="account_signup"),
    path("stengt/", views.account_inactive, name="account_inactive"),
    path("bekreft/", views.reauthenticate, name="account_reauthenticate"),
    path("passord/bytt/", views.password_change, name="account_change_password"),
    path("passord/lag/", views.password_set, name="account_set_password"),
    path("passord/glemt/", views.password_reset, name="account_reset_password"),
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

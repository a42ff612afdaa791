"""Addresses of the statements."""

from django.urls import path, re_path

from home import statements

urlpatterns = [
    path("personvern/", statements.privacy, name="privacy"),
    path("personvern/versjoner/", statements.privacy_versions, name="privacy_versions"),
    re_path(
        r"^personvern/versjoner/(?P<day>\d{4}-\d{2}-\d{2})/$",
        statements.privacy_version,
        name="privacy_version",
    ),
    path("tilgjengelighet/", statements.accessibility, name="accessibility"),
]

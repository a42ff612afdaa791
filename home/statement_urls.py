"""Addresses of the statements."""

from django.urls import path

from home import statements

urlpatterns = [
    path("personvern/", statements.privacy, name="privacy"),
    path("tilgjengelighet/", statements.accessibility, name="accessibility"),
]

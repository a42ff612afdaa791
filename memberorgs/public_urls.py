"""Public addresses of the member organisations."""

from django.urls import path

from memberorgs import public_views

urlpatterns = [
    path("medlemslag/", public_views.organisations, name="organisations"),
    path("medlemslag/<slug:code>/", public_views.organisation, name="organisation"),
]

"""Public addresses of what every page has in common."""

from django.urls import re_path

from content import views

urlpatterns = [
    # Longer numbers are no keys, and some databases refuse them.
    re_path(
        r"^deling/(?P<kind>[a-z]{2,20})/(?P<pk>\d{1,9})-(?P<digest>[0-9a-f]{12})\.png$",
        views.social_card,
        name="social_card",
    )
]

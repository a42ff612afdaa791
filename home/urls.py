"""Public addresses that are no pages."""

from django.urls import path

from home import views

urlpatterns = [path("sok/", views.search, name="search")]

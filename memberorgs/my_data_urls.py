"""Addresses of what is kept about oneself."""

from django.urls import path

from memberorgs import my_data_views as views

urlpatterns = [
    path("", views.my_data, name="my_data"),
    path("rett/", views.correct, name="my_data_correct"),
    path("last-ned/", views.download, name="my_data_download"),
    path("slett/", views.delete, name="my_data_delete"),
    path("slettet/", views.deleted, name="my_data_deleted"),
]

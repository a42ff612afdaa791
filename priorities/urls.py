"""Public addresses of the plan that are no pages."""

from django.urls import path

from priorities import views

urlpatterns = [
    path("framdrift/", views.progress, name="progress"),
    path("framdrift/rettelser/", views.corrections, name="corrections"),
]

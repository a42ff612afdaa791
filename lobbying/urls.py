"""The members' pages about parties, under `/medlem/`."""

from django.urls import path

from lobbying import views

urlpatterns = [
    path("tall/kontakter/<int:pk>/", views.contacts_behind, name="contacts_behind"),
    path("<slug:code>/partiene/", views.member_who_asked, name="member_who_asked"),
]

"""How people get in, under `/konto/`: invitations, and asking for access."""

from django.urls import path, re_path

from memberorgs import invitation_views

urlpatterns = [
    path("invitasjon/<str:secret>/", invitation_views.invitation, name="invitation"),
    # What mail programs make of the address: without its slash, or with a full stop behind it.
    re_path(r"^invitasjon/(?P<secret>[^/]+)(?:/[^/]{0,12})?$", invitation_views.invitation),
    path("spor-om-tilgang/", invitation_views.ask_for_access, name="ask_for_access"),
    path("spor-om-tilgang/takk/", invitation_views.asked_for_access, name="asked_for_access"),
]

"""The members' rooms, under `/medlem/`."""

from django.urls import path

from memberorgs import member_views, people_views

urlpatterns = [
    path("", member_views.member_list, name="member_list"),
    path("<slug:code>/", member_views.member_home, name="member_home"),
    path("<slug:code>/opplysninger/", member_views.member_facts, name="member_facts"),
    path("<slug:code>/folk/", people_views.people, name="member_people"),
    path("<slug:code>/folk/tidligere/", people_views.earlier_people, name="member_earlier"),
    path("<slug:code>/folk/historikk/", people_views.history, name="member_history"),
    path("<slug:code>/folk/inviter/", people_views.invite, name="member_invite"),
    path("<slug:code>/folk/inviter/flere/", people_views.invite_many, name="member_invite_many"),
    path("<slug:code>/folk/invitasjoner/", people_views.invitations, name="member_invitations"),
    path(
        "<slug:code>/folk/invitasjoner/<int:pk>/ny/",
        people_views.renew_invitation,
        name="member_invitation_renew",
    ),
    path(
        "<slug:code>/folk/invitasjoner/<int:pk>/trekk/",
        people_views.revoke_invitation,
        name="member_invitation_revoke",
    ),
    path("<slug:code>/folk/sporsmal/", people_views.access_requests, name="member_requests"),
    path(
        "<slug:code>/folk/sporsmal/<int:pk>/",
        people_views.answer_request,
        name="member_request",
    ),
    path("<slug:code>/folk/<int:pk>/", people_views.change_term, name="member_term"),
    path("<slug:code>/folk/<int:pk>/avslutt/", people_views.end_term, name="member_term_end"),
    path(
        "<slug:code>/folk/<int:pk>/forleng/",
        people_views.prolong_term,
        name="member_term_prolong",
    ),
]

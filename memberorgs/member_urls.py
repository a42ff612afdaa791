"""The members' rooms, under `/medlem/`."""

from django.urls import path

from memberorgs import handover_views, member_views, people_views, wheel_views
from memberorgs.wheel_feed import member_calendar_feed

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
    path("<slug:code>/overlapp/", handover_views.member_handover, name="member_handover"),
    path(
        "<slug:code>/overlapp/start/",
        handover_views.begin_handover,
        name="member_handover_begin",
    ),
    path(
        "<slug:code>/overlapp/<int:pk>/avslutt/",
        handover_views.close_handover,
        name="member_handover_close",
    ),
    path(
        "<slug:code>/overlapp/<int:pk>/punkt/",
        handover_views.tick_point,
        name="member_handover_tick",
    ),
    path(
        "<slug:code>/overlapp/erfaringsskriv/",
        handover_views.member_handover_note,
        name="member_handover_note",
    ),
    path(
        "<slug:code>/overlapp/erfaringsskriv/<int:pk>/",
        handover_views.former_note,
        name="member_former_note",
    ),
    path("<slug:code>/kalender/", wheel_views.member_calendar, name="member_calendar"),
    path("<slug:code>/kalender/ny/", wheel_views.add_date, name="member_date_add"),
    path("<slug:code>/kalender/lenke/", wheel_views.calendar_link, name="member_calendar_link"),
    path("<slug:code>/kalender/<int:pk>/", wheel_views.change_date, name="member_date"),
    path(
        "<slug:code>/kalender/<int:pk>/ta-bort/",
        wheel_views.remove_date,
        name="member_date_remove",
    ),
    path(
        "<slug:code>/kalender/<int:pk>/legg-tilbake/",
        wheel_views.put_date_back,
        name="member_date_put_back",
    ),
    path("kalender/<str:secret>.ics", member_calendar_feed, name="member_calendar_feed"),
    path("<slug:code>/hva-nso-ser/", handover_views.member_seen, name="member_seen"),
]

"""Public addresses of the plan that are no pages."""

from django.urls import path, re_path

from priorities import calendar_feed, feeds, views, whats_new_views

urlpatterns = [
    path("framdrift/", views.progress, name="progress"),
    path("framdrift/rettelser/", views.corrections, name="corrections"),
    path("framdrift/milepaeler.ics", calendar_feed.milestones_calendar, name="milestones_calendar"),
    path("nyheter/feed/", feeds.news_feed, name="news_feed"),
    # Longer numbers are no keys, and some databases refuse them.
    re_path(
        r"^nyheter/feed/prioritering/(?P<pk>\d{1,9})/$", feeds.priority_feed, name="priority_feed"
    ),
    path("hva-er-nytt/", whats_new_views.whats_new, name="whats_new"),
    path("hva-er-nytt/utkast/", whats_new_views.whats_new_draft, name="whats_new_draft"),
    path("hva-er-nytt/<int:pk>/", whats_new_views.whats_new_receipt, name="whats_new_receipt"),
]

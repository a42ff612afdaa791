"""Where one reads, in demo mode, the mails that would have gone out."""

from django.urls import path, re_path

from outbox import demo_views
from outbox.mail_folder import NAME

# Only what a row can be called is an address, so no path leads out of the folder.
urlpatterns = [
    path("", demo_views.mail_list, name="demo_mail_list"),
    re_path(rf"^(?P<name>{NAME.pattern})/$", demo_views.mail, name="demo_mail"),
    re_path(rf"^(?P<name>{NAME.pattern})/html/$", demo_views.mail_html, name="demo_mail_html"),
]

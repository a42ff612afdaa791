"""The members' log, under `/medlem/`."""

from django.urls import path

from activity import help_views, table_views, views

LOG = "<slug:code>/logg/"
ONE = f"{LOG}<slug:kind>/<int:pk>/"
HELP = "<slug:code>/hjelp/"

urlpatterns = [
    path(LOG, views.member_log, name="member_log"),
    path(f"{LOG}ny/<slug:kind>/", views.log_new, name="log_new"),
    path(f"{LOG}ny/<slug:kind>/utkast/", views.log_draft, name="log_draft"),
    path(ONE, views.log_entry, name="log_entry"),
    path(f"{ONE}kvittering/", views.log_receipt, name="log_receipt"),
    path(f"{ONE}endre/", views.log_change, name="log_change"),
    path(f"{ONE}ta-bort/", views.log_remove, name="log_remove"),
    path(f"{ONE}angre/", views.log_put_back, name="log_put_back"),
    path(f"{LOG}eksport/", table_views.log_export, name="log_export"),
    path(f"{LOG}importer/", table_views.log_import, name="log_import"),
    path(f"{LOG}importer/mal/<slug:kind>/", table_views.log_template, name="log_template"),
    path(HELP, help_views.help_list, name="help_list"),
    path(f"{HELP}ny/", help_views.help_new, name="help_new"),
    path(f"{HELP}ny/utkast/", help_views.help_draft, name="help_draft"),
    path(f"{HELP}<int:pk>/", help_views.help_request, name="help_request"),
]

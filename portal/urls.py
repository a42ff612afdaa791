"""Every address of the portal, in the order in which they are tried."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from content.serving import serve as serve_page
from home.sitemap import sitemap
from memberorgs.account.views import oidc_answer
from portal import health
from portal.media import media
from portal.robots import robots_txt
from portal.security_txt import security_txt

handler400 = "portal.errors.bad_request"
handler403 = "portal.errors.permission_denied"
handler404 = "portal.errors.page_not_found"
handler429 = "portal.errors.too_many_requests"
handler500 = "portal.errors.server_error"

urlpatterns = [
    path("helse/live", health.live, name="health_live"),
    path("helse/klar", health.ready, name="health_ready"),
    path("robots.txt", robots_txt, name="robots_txt"),
    path("sitemap.xml", sitemap, name="sitemap"),
    path(".well-known/security.txt", security_txt, name="security_txt"),
    path(
        "admin/login/",
        RedirectView.as_view(pattern_name="account_login", query_string=True),
        name="admin_login_redirect",
    ),
    path(
        "admin/logout/",
        RedirectView.as_view(pattern_name="account_logout"),
        name="admin_logout_redirect",
    ),
    path("admin/", include(wagtailadmin_urls)),
    path(
        "_util/login/",
        RedirectView.as_view(pattern_name="account_login", query_string=True),
        name="frontend_login_redirect",
    ),
    path("dokumenter/", include(wagtaildocs_urls)),
    re_path(
        r"^media/(?P<path>(?:images|original_images)/[^/]+)$",
        media,
        name="media",
    ),
    path("vedlegg/", include("foundation.intake.urls")),
    # In no language: the issuer knows one address.
    path("konto/oidc/svar/", oidc_answer, {"provider_id": "oidc"}, name="openid_connect_callback"),
    # Bokmål has no prefix, whatever a reader tries.
    re_path(
        r"^(?:nb|no)(?:/(?P<path>.*))?$",
        RedirectView.as_view(url="/%(path)s", query_string=True),
        name="no_prefix",
    ),
]

in_each_language: list[URLPattern | URLResolver] = [
    path("konto/mine-data/", include("memberorgs.my_data_urls")),
    path("konto/", include("memberorgs.account_urls")),
    path("konto/", include("memberorgs.invitation_urls")),
    path("medlem/", include("memberorgs.member_urls")),
    path("medlem/", include("activity.urls")),
    path("medlem/", include("lobbying.urls")),
    path("", include("content.urls")),
    path("", include("home.urls")),
    path("", include("home.statement_urls")),
    path("", include("memberorgs.public_urls")),
    path("", include("priorities.urls")),
    re_path(wagtail_urls.serve_pattern, serve_page, name="wagtail_serve"),
    path("", include(wagtail_urls)),
]
if settings.DEMO:
    in_each_language.insert(0, path("demo/post/", include("outbox.demo_urls")))

urlpatterns += i18n_patterns(*in_each_language, prefix_default_language=False)

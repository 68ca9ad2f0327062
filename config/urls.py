"""Every address of Slipway. Each app brings its own; a test proves that every view says who may see it."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("apps.core.urls")),
    path("", include("apps.audit.urls")),
    path("", include("apps.accounts.urls")),
    path("", include("apps.infra.urls")),
    path("", include("apps.environments.urls")),
    path("", include("apps.connectors.urls")),
    path("", include("apps.releases.urls")),
    path("", include("apps.deployments.urls")),
    path("", include("apps.runs.urls")),
    path("marketplace/", include("apps.marketplace.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "apps.core.views.bad_request"
handler403 = "apps.core.views.permission_denied"
handler404 = "apps.core.views.not_found"
handler500 = "apps.core.views.server_error"

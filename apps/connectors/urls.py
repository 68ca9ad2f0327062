from django.urls import URLPattern, URLResolver, path

from apps.connectors import views

app_name = "connectors"
VERSION = "connectors/<slug:slug>/v<int:number>/"
urlpatterns: list[URLPattern | URLResolver] = [
    path("connectors/", views.connector_list, name="connector_list"),
    path("connectors/new/", views.connector_create, name="connector_create"),
    path("connectors/bin/", views.connector_bin, name="bin_list"),
    path("connectors/<slug:slug>/", views.connector_detail, name="connector_detail"),
    path("connectors/<slug:slug>/edit/", views.connector_edit, name="connector_edit"),
    path("connectors/<slug:slug>/versions/new/", views.version_add, name="version_add"),
    path(VERSION, views.version_detail, name="version_detail"),
    path(VERSION + "source/", views.version_source, name="version_source"),
    path(VERSION + "configure/<slug:section>/", views.version_configure, name="version_configure"),
    path(VERSION + "operations/", views.version_operations, name="version_operations"),
    path(VERSION + "operations/<path:operation_id>/", views.version_operation, name="version_operation"),
    path(VERSION + "build/", views.version_build, name="version_build"),
    path(VERSION + "sync/<slug:kind>/", views.version_sync, name="version_sync"),
    path(VERSION + "test/", views.version_test, name="version_test"),
    path(VERSION + "release/", views.version_release, name="version_release"),
    path("connectors/<slug:slug>/compare/", views.build_compare, name="build_compare"),
    path(VERSION + "builds/", views.version_builds, name="version_builds"),
    path(VERSION + "builds/<slug:digest>/", views.build_detail, name="build_detail"),
    path(VERSION + "verdict/", views.version_verdict, name="version_verdict"),
    path(VERSION + "pipeline/", views.pipeline_list, name="pipeline_list"),
    path(VERSION + "pipeline/<uuid:pk>/", views.pipeline_job, name="pipeline_job"),
    path(VERSION + "pipeline/<uuid:pk>/retry/", views.pipeline_retry, name="pipeline_retry"),
    path(VERSION + "uses/", views.version_uses, name="version_uses"),
    path(VERSION + "uses/<slug:kind>/", views.version_uses_of_kind, name="version_uses_of_kind"),
    path(VERSION + "bin/", views.version_bin, name="version_bin"),
    path(VERSION + "restore/", views.version_unbin, name="version_unbin"),
    path(VERSION + "delete/", views.version_delete, name="version_delete"),
    path("connections/", views.connection_list, name="connection_list"),
    path("connections/new/", views.connection_create, name="connection_create"),
    path("connections/<int:pk>/", views.connection_detail, name="connection_detail"),
    path("connections/<int:pk>/test/", views.connection_test, name="connection_test"),
    path("connections/<int:pk>/secret/", views.connection_secret, name="connection_secret"),
    path("connections/<int:pk>/rename/", views.connection_rename, name="connection_rename"),
    path("connections/<int:pk>/delete/", views.connection_delete, name="connection_delete"),
]

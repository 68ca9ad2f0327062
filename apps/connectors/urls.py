from django.urls import URLPattern, URLResolver, path

from apps.connectors import views

app_name = "connectors"
VERSION = "connectors/<slug:slug>/v<int:number>/"
urlpatterns: list[URLPattern | URLResolver] = [
    path("connectors/", views.connector_list, name="connector_list"),
    path("connectors/new/", views.connector_create, name="connector_create"),
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
    path("connections/", views.connection_list, name="connection_list"),
    path("connections/new/", views.connection_create, name="connection_create"),
    path("connections/<int:pk>/", views.connection_detail, name="connection_detail"),
    path("connections/<int:pk>/test/", views.connection_test, name="connection_test"),
    path("connections/<int:pk>/secret/", views.connection_secret, name="connection_secret"),
    path("connections/<int:pk>/rename/", views.connection_rename, name="connection_rename"),
    path("connections/<int:pk>/delete/", views.connection_delete, name="connection_delete"),
]

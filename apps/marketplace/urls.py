from django.urls import URLPattern, URLResolver, include, path

from apps.marketplace.views import catalogue, connections, leaving, listing, mine, setting_up, wizard

app_name = "marketplace"

_mine: list[URLPattern | URLResolver] = [
    path("", mine.instance_detail, name="instance_detail"),
    path("run/", mine.run_start, name="run_start"),
    path("runs/<uuid:run_pk>/decide/<str:resolution>/", mine.run_decide, name="run_decide"),
    path("pause/", mine.instance_pause, name="instance_pause"),
    path("resume/", mine.instance_resume, name="instance_resume"),
    path("update/", setting_up.instance_update, name="instance_update"),
    path("configure/", setting_up.instance_configure, name="instance_configure"),
    path("undo/", leaving.instance_undo, name="instance_undo"),
    path("remove/", leaving.instance_remove, name="instance_remove"),
]

_wizard: list[URLPattern | URLResolver] = [
    path("", setting_up.wizard_go_on, name="wizard_go_on"),
    path("discard/", setting_up.wizard_discard, name="wizard_discard"),
    path("renew/", setting_up.wizard_renew, name="wizard_renew"),
    path("connections/", wizard.wizard_connections, name="wizard_connections"),
    path("connections/<int:connection_pk>/test/", wizard.wizard_connection_test, name="wizard_connection_test"),
    path("connect/<slug:slot>/", connections.connection_create, name="connection_create"),
    path("questions/<int:number>/", wizard.wizard_configuration, name="wizard_configuration"),
    path("review/", wizard.wizard_review, name="wizard_review"),
    path("look-again/", wizard.wizard_look_again, name="wizard_look_again"),
]

_listing: list[URLPattern | URLResolver] = [
    path("", listing.listing_panel, name="listing_panel"),
    path("list/", listing.listing_list_it, name="listing_list_it"),
    path("unlist/", listing.listing_unlist, name="listing_unlist"),
    path("offer/", listing.listing_offer, name="listing_offer"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", mine.home, name="home"),
    path("mine/<int:pk>/", include(_mine)),
    path("browse/", catalogue.listing_list, name="listing_list"),
    path("browse/<slug:slug>/", catalogue.listing_detail, name="listing_detail"),
    path("browse/<slug:slug>/install/", setting_up.install, name="install"),
    path("setup/<uuid:pk>/", include(_wizard)),
    path("connections/", connections.connection_list, name="connection_list"),
    path("connections/<int:pk>/secret/", connections.connection_secret, name="connection_secret"),
    path("connections/<int:pk>/test/", connections.connection_test, name="connection_test"),
    path("connections/<int:pk>/delete/", connections.connection_delete, name="connection_delete"),
    path("listings/<slug:slug>/", include(_listing)),
]

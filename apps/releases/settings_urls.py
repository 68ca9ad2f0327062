"""Addresses of the builder's tabs that edit everything but the steps."""

from django.urls import URLPattern, URLResolver, path

from apps.releases.views.settings import configuration, fields, readme, slots, triggers

settings_urls: list[URLPattern | URLResolver] = [
    path("triggers/", triggers.builder_triggers, name="builder_triggers"),
    path("triggers/save/", triggers.triggers_save, name="triggers_save"),
    path("configuration/", configuration.builder_configuration, name="builder_configuration"),
    path("configuration/field/", fields.config_field, name="config_field"),
    path("configuration/field/rename/", fields.config_field_rename, name="config_field_rename"),
    path("configuration/field/move/", configuration.config_field_move, name="config_field_move"),
    path("configuration/field/delete/", configuration.config_field_delete, name="config_field_delete"),
    path("configuration/page/", configuration.config_page, name="config_page"),
    path("configuration/page/move/", configuration.config_page_move, name="config_page_move"),
    path("configuration/page/delete/", configuration.config_page_delete, name="config_page_delete"),
    path("configuration/migration/", configuration.config_migration, name="config_migration"),
    path(
        "configuration/migration/remove/",
        configuration.config_migration_remove,
        name="config_migration_remove",
    ),
    path("connections/", slots.builder_slots, name="builder_slots"),
    path("connections/slot/", slots.slot_edit, name="slot_edit"),
    path("connections/slot/move/", slots.slot_move, name="slot_move"),
    path("connections/slot/delete/", slots.slot_delete, name="slot_delete"),
    path("readme/", readme.builder_readme, name="builder_readme"),
    path("readme/save/", readme.readme_save, name="readme_save"),
    path("readme/preview/", readme.readme_preview, name="readme_preview"),
]

from django.urls import URLPattern, URLResolver, include, path

from apps.releases.views import builder, connectors, drafts, history, questions, releases, templates, versions

app_name = "releases"

# Drafts are edited here, versions are read here.
_builder: list[URLPattern | URLResolver] = [
    path("", builder.builder, name="builder"),
    path("source/", drafts.builder_source, name="builder_source"),
    path("save/", drafts.draft_save, name="draft_save"),
    path("check/", drafts.draft_check, name="draft_check"),
]

_draft: list[URLPattern | URLResolver] = [
    path("use/", questions.draft_use, name="draft_use"),
    path("delete/", questions.draft_delete, name="draft_delete"),
]

_release: list[URLPattern | URLResolver] = [
    path("", releases.release_detail, name="release_detail"),
    path("compare/", releases.release_compare, name="release_compare"),
    path("make-live/", versions.release_make_live, name="release_make_live"),
    path("copy/", versions.release_copy, name="release_copy"),
    path("restore/", questions.release_restore, name="release_restore"),
    path("deprecate/", questions.release_deprecate, name="release_deprecate"),
    path("undeprecate/", questions.release_undeprecate, name="release_undeprecate"),
    path("quarantine/", questions.release_quarantine, name="release_quarantine"),
    path("unquarantine/", questions.release_unquarantine, name="release_unquarantine"),
    path("pause/", questions.release_pause, name="release_pause"),
    path("resume/", questions.release_resume, name="release_resume"),
    path("rename/", questions.release_rename, name="release_rename"),
    path("notes/", questions.release_notes, name="release_notes"),
    path("bin/", questions.release_bin, name="release_bin"),
    path("unbin/", questions.release_unbin, name="release_unbin"),
]

_template: list[URLPattern | URLResolver] = [
    path("", templates.template_detail, name="template_detail"),
    path("edit/", templates.template_edit, name="template_edit"),
    path("history/", history.template_history, name="template_history"),
    path("versions/new/", versions.version_create, name="version_create"),
    path("builder/<int:pk>/", include(_builder)),
    path("drafts/<int:pk>/", include(_draft)),
    path("releases/<int:pk>/", include(_release)),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("templates/", templates.template_list, name="template_list"),
    path("templates/new/", templates.template_create, name="template_create"),
    path("templates/<slug:slug>/", include(_template)),
    path("connectors/<slug:slug>/templates/", connectors.connector_templates_panel, name="connector_templates_panel"),
]

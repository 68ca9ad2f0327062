from django.urls import URLPattern, URLResolver, include, path

from apps.releases.settings_urls import settings_urls
from apps.releases.views import (
    builder,
    checkpoints,
    comparisons,
    connectors,
    drafts,
    exchange,
    history,
    merging,
    presence,
    questions,
    release_list,
    releases,
    source,
    step_actions,
    step_actions_adding,
    steps,
    swapping,
    templates,
    versions,
)

app_name = "releases"

# Drafts are edited here, versions are read here.
_builder: list[URLPattern | URLResolver] = [
    path("", builder.builder, name="builder"),
    *settings_urls,
    path("step/", steps.builder_step, name="builder_step"),
    path("step/save/", steps.builder_step_save, name="builder_step_save"),
    path("step/arrange/", steps.builder_step_arrange, name="builder_step_arrange"),
    path("step/try/", steps.builder_step_try, name="builder_step_try"),
    path("step/picks/", steps.builder_step_picks, name="builder_step_picks"),
    path("step/operations/", steps.builder_step_operations, name="builder_step_operations"),
    path("connections/swap/", swapping.builder_swap, name="builder_swap"),
    path("toolbar/", builder.builder_toolbar, name="builder_toolbar"),
    path("diagram/", builder.builder_diagram, name="builder_diagram"),
    path("step/actions/", step_actions.builder_step_actions, name="builder_step_actions"),
    path("step/add/", step_actions_adding.builder_step_add, name="builder_step_add"),
    path("step/move/", step_actions.builder_step_move, name="builder_step_move"),
    path("step/rename/", step_actions.builder_step_rename, name="builder_step_rename"),
    path("step/duplicate/", step_actions.step_duplicate, name="step_duplicate"),
    path("step/enclose/", step_actions.step_enclose, name="step_enclose"),
    path("step/delete/", step_actions.step_delete, name="step_delete"),
    path("undo/", step_actions.draft_undo, name="draft_undo"),
    path("redo/", step_actions.draft_redo, name="draft_redo"),
    path("source/", source.builder_source, name="builder_source"),
    path("save/", source.draft_save, name="draft_save"),
    path("autosave/", source.draft_autosave, name="draft_autosave"),
    path("check/", source.draft_check, name="draft_check"),
    path("merge/", merging.draft_merge, name="draft_merge"),
    path("discard/", drafts.draft_discard, name="draft_discard"),
    path("take-back/", drafts.draft_take_back, name="draft_take_back"),
    path("presence/", presence.presence, name="presence"),
    path("checkpoints/", checkpoints.builder_checkpoints, name="builder_checkpoints"),
    path("checkpoints/<int:revision>/", checkpoints.checkpoint_detail, name="checkpoint_detail"),
    path("checkpoints/<int:revision>/name/", checkpoints.checkpoint_name, name="checkpoint_name"),
    path("checkpoints/<int:revision>/restore/", checkpoints.checkpoint_restore, name="checkpoint_restore"),
]

_draft: list[URLPattern | URLResolver] = [
    path("use/", questions.draft_use, name="draft_use"),
    path("delete/", questions.draft_delete, name="draft_delete"),
    path("unbin/", drafts.draft_unbin, name="draft_unbin"),
]

_release: list[URLPattern | URLResolver] = [
    path("", releases.release_detail, name="release_detail"),
    path("compare/", comparisons.release_compare, name="release_compare"),
    path("compare/pick/", comparisons.compare_pick, name="compare_pick"),
    path("make-live/", versions.release_make_live, name="release_make_live"),
    path("withdraw/", questions.release_withdraw, name="release_withdraw"),
    path("export/", exchange.release_export, name="release_export"),
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
    path("notes/here/", release_list.release_notes_here, name="release_notes_here"),
    path("bin/", questions.release_bin, name="release_bin"),
    path("unbin/", questions.release_unbin, name="release_unbin"),
]

_template: list[URLPattern | URLResolver] = [
    path("", templates.template_detail, name="template_detail"),
    path("edit/", templates.template_edit, name="template_edit"),
    path("history/", history.template_history, name="template_history"),
    path("versions/new/", versions.version_create, name="version_create"),
    path("import/", exchange.release_import, name="release_import"),
    path("drafts/new/", drafts.draft_create, name="draft_create"),
    path("builder/<int:pk>/", include(_builder)),
    path("drafts/<int:pk>/", include(_draft)),
    path("releases/", release_list.release_list, name="release_list"),
    path("releases/<int:pk>/", include(_release)),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("templates/", templates.template_list, name="template_list"),
    path("templates/new/", templates.template_create, name="template_create"),
    path("templates/import/", exchange.template_import, name="template_import"),
    path("templates/<slug:slug>/", include(_template)),
    path("connectors/<slug:slug>/templates/", connectors.connector_templates_panel, name="connector_templates_panel"),
]

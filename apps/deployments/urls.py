from django.urls import path

from apps.deployments.views import board, fleet, instances, panels, previewing, rollouts, starting, wizard

app_name = "deployments"
urlpatterns = [
    path("board/", board.board, name="board"),
    path("fleet/", fleet.fleet, name="fleet"),
    path("instances/", instances.instance_list, name="instance_list"),
    path("instances/of/<slug:slug>/", panels.template_instances_panel, name="template_instances_panel"),
    path("configuration/<slug:slug>/<int:pk>/", previewing.config_preview_panel, name="config_preview_panel"),
    path("configuration/<slug:slug>/<int:pk>/sample/", previewing.config_sample_save, name="config_sample_save"),
    path("instances/<int:pk>/", instances.instance_detail, name="instance_detail"),
    path("instances/<int:pk>/undo/", instances.instance_undo, name="instance_undo"),
    path("instances/<int:pk>/pause/", instances.instance_pause, name="instance_pause"),
    path("instances/<int:pk>/resume/", instances.instance_resume, name="instance_resume"),
    path("instances/<int:pk>/change/", starting.instance_change, name="instance_change"),
    path("instances/<int:pk>/reconfigure/", starting.instance_reconfigure, name="instance_reconfigure"),
    path("instances/<int:pk>/deployments/<int:number>/", instances.deployment_detail, name="deployment_detail"),
    path("rollouts/", rollouts.rollout_list, name="rollout_list"),
    path("rollouts/new/", rollouts.rollout_preview, name="rollout_preview"),
    path("rollouts/<int:pk>/", rollouts.rollout_detail, name="rollout_detail"),
    path("rollouts/<int:pk>/pause/", rollouts.rollout_pause, name="rollout_pause"),
    path("rollouts/<int:pk>/resume/", rollouts.rollout_resume, name="rollout_resume"),
    path("rollouts/<int:pk>/retry/", rollouts.rollout_retry, name="rollout_retry"),
    path("rollouts/<int:pk>/cancel/", rollouts.rollout_cancel, name="rollout_cancel"),
    path("rollouts/<int:pk>/put-back/", rollouts.rollout_put_back, name="rollout_put_back"),
    path("deploy/", starting.wizard_start, name="wizard_start"),
    path("deploy/<uuid:pk>/discard/", starting.wizard_discard, name="wizard_discard"),
    path("deploy/<uuid:pk>/look-again/", wizard.wizard_look_again, name="wizard_look_again"),
    path("deploy/<uuid:pk>/version/", wizard.wizard_version, name="wizard_version"),
    path("deploy/<uuid:pk>/connections/", wizard.wizard_connections, name="wizard_connections"),
    path(
        "deploy/<uuid:pk>/connections/<int:connection_pk>/test/",
        wizard.wizard_connection_test,
        name="wizard_connection_test",
    ),
    path("deploy/<uuid:pk>/connections/<slug:slot>/new/", wizard.wizard_connection_new, name="wizard_connection_new"),
    path("deploy/<uuid:pk>/configuration/<int:number>/", wizard.wizard_configuration, name="wizard_configuration"),
    path("deploy/<uuid:pk>/review/", wizard.wizard_review, name="wizard_review"),
]

from django.urls import path

from apps.runs.views import acts, overview, pages, panels

app_name = "runs"
urlpatterns = [
    path("overview/", overview.overview, name="overview"),
    path("runs/", pages.run_list, name="run_list"),
    path("runs/of/<slug:slug>/", panels.template_runs_panel, name="template_runs_panel"),
    path("runs/<uuid:pk>/", pages.run_detail, name="run_detail"),
    path("runs/<uuid:pk>/cancel/", acts.run_cancel, name="run_cancel"),
    path("runs/<uuid:pk>/retry/", acts.run_retry, name="run_retry"),
    path("runs/<uuid:pk>/decide/<str:resolution>/", acts.run_resolve, name="run_resolve"),
    path("schedule/times/", panels.schedule_times_panel, name="schedule_times_panel"),
    path("releases/<int:pk>/test/", acts.test_run_start, name="test_run_start"),
    path("instances/<int:pk>/run/", acts.run_start, name="run_start"),
    path("instances/<int:pk>/runs/", panels.instance_runs_panel, name="instance_runs_panel"),
]

from django.urls import URLPattern, URLResolver, path

from apps.environments import views

app_name = "environments"
urlpatterns: list[URLPattern | URLResolver] = [
    path("environments/", views.environment_list, name="environment_list"),
    path("environments/new/", views.environment_create, name="environment_create"),
    path("environments/begin/", views.environment_begin, name="environment_begin"),
    path("environments/<slug:slug>/", views.environment_detail, name="environment_detail"),
    path("environments/<slug:slug>/edit/", views.environment_edit, name="environment_edit"),
    path("environments/<slug:slug>/move/", views.environment_move, name="environment_move"),
    path("environments/<slug:slug>/target/", views.environment_target, name="environment_target"),
    path("environments/<slug:slug>/reach/", views.egress_reach, name="egress_reach"),
    path("environments/<slug:slug>/lock/", views.environment_lock, name="environment_lock"),
    path("environments/<slug:slug>/unlock/", views.environment_unlock, name="environment_unlock"),
    path("environments/<slug:slug>/exceptions/new/", views.egress_allow, name="egress_allow"),
    path("environments/<slug:slug>/exceptions/<int:pk>/delete/", views.egress_forbid, name="egress_forbid"),
]

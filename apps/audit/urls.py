from django.urls import path

from apps.audit import views

app_name = "audit"
urlpatterns = [
    path("activity/", views.activity, name="activity"),
    path("activity/latest/", views.latest, name="latest"),
    path("trail/<str:label>/<str:pk>/", views.trail, name="trail"),
]

from django.urls import path

from apps.accounts import views

app_name = "accounts"
urlpatterns = [
    path("login/", views.login, name="login"),
    path("login/demo/<slug:username>/", views.demo_login, name="demo_login"),
    path("logout/", views.logout, name="logout"),
    path("people/", views.person_list, name="person_list"),
]

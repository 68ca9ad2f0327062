from django.urls import path

from apps.accounts import views

app_name = "accounts"
urlpatterns = [
    path("login/", views.login, name="login"),
    path("login/demo/<slug:username>/", views.demo_login, name="demo_login"),
    path("logout/", views.logout, name="logout"),
    path("password/<int:pk>/<str:token>/", views.choose_password, name="choose_password"),
    path("people/", views.person_list, name="person_list"),
    path("people/new/", views.person_create, name="person_create"),
    path("people/<int:pk>/", views.person_detail, name="person_detail"),
    path("people/<int:pk>/edit/", views.person_edit, name="person_edit"),
    path("people/<int:pk>/link/", views.person_link, name="person_link"),
    path("people/<int:pk>/disable/", views.person_disable, name="person_disable"),
    path("people/<int:pk>/enable/", views.person_enable, name="person_enable"),
    path("customers/", views.customer_list, name="customer_list"),
    path("customers/new/", views.customer_create, name="customer_create"),
    path("customers/<slug:slug>/", views.customer_detail, name="customer_detail"),
    path("customers/<slug:slug>/rename/", views.customer_rename, name="customer_rename"),
    path("customers/<slug:slug>/people/new/", views.customer_add_person, name="customer_add_person"),
]

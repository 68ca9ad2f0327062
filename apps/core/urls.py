from django.urls import URLPattern, URLResolver, path

from apps.core import gallery, views

app_name = "core"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("theme/", views.theme, name="theme"),
    path("gallery/", gallery.gallery, name="gallery"),
    path("gallery/drawer/", gallery.gallery_drawer, name="gallery_drawer"),
    path("gallery/dialog/", gallery.gallery_dialog, name="gallery_dialog"),
    path("gallery/panel/", gallery.gallery_panel, name="gallery_panel"),
]

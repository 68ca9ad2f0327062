"""Every address of the demo APIs' own process. Slipway itself serves none of them."""

from django.urls import include, path, register_converter
from django.urls.converters import StringConverter

from apps.demo import crm, oauth, pages, shop

handler404 = "apps.demo.pages.not_found"
handler500 = "apps.demo.pages.server_error"


class ProductConverter(StringConverter):
    regex = "shop|crm"


class SuffixConverter(StringConverter):
    regex = "json|yaml"


register_converter(ProductConverter, "product")
register_converter(SuffixConverter, "suffix")

people = [
    path("", pages.index, name="index"),
    path("demo.css", pages.asset, {"name": "demo.css"}, name="styles"),
    path("demo.svg", pages.asset, {"name": "demo.svg"}, name="icon"),
    path("shop/", pages.shop_page, name="shop"),
    path("crm/", pages.crm_page, name="crm"),
    path("<product:product>/deliveries", pages.deliveries, name="deliveries"),
    path("<product:product>/reset", pages.reset, name="reset"),
]
machines = [
    path("shop/openapi.<suffix:suffix>", pages.document, {"name": "shop"}),
    path("shop/v2/openapi.<suffix:suffix>", pages.document, {"name": "shop-v2"}),
    path("crm/openapi.<suffix:suffix>", pages.document, {"name": "crm"}),
    path("crm/oauth/token", oauth.token),
    path("shop/", include(shop.API.urls())),
    path("shop/v2/", include(shop.API_V2.urls())),
    path("crm/", include(crm.API.urls())),
]
urlpatterns = [path("", include((people, "demo"))), *machines]

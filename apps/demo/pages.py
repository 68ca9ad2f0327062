"""What a person sees of the demo products: state, deliveries, credentials, and a way back to the first data."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from apps.demo import credentials, crm, documents, seed, shop, store
from apps.demo.store import Document

ASSETS = Path(__file__).parent / "assets"
ASSET_TYPES = {"demo.css": "text/css", "demo.svg": "image/svg+xml"}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Both products at a glance."""
    with store.opened() as opened:
        context = {
            "orders": opened.count(shop.ORDER),
            "customers": opened.count(shop.CUSTOMER),
            "contacts": opened.count(crm.CONTACT),
            "deals": opened.count(crm.DEAL),
        }
    return render(request, "demo/index.html", context)


@require_safe
def shop_page(request: HttpRequest) -> HttpResponse:
    """Orders, newest first, with customers and products."""
    with store.opened() as opened:
        context = {
            "product": "shop",
            "orders": [_for_people(order) for order in reversed(opened.find(shop.ORDER))],
            "customers": opened.find(shop.CUSTOMER),
            "products": [_for_people(product) for product in opened.find(shop.PRODUCT)],
            "deliveries": _deliveries_for_people(opened, "shop"),
            "credentials": credentials,
        }
    return render(request, "demo/shop_page.html", context)


@require_safe
def crm_page(request: HttpRequest) -> HttpResponse:
    """Contacts and deals, newest first."""
    with store.opened() as opened:
        contacts = [_for_people(contact) for contact in reversed(opened.find(crm.CONTACT))]
        names = {contact["id"]: f"{contact['first_name']} {contact['last_name']}" for contact in contacts}
        deals = [_for_people(deal) for deal in reversed(opened.find(crm.DEAL))]
        context = {
            "product": "crm",
            "contacts": contacts,
            "deals": [{**deal, "contact": names[deal["contact_id"]]} for deal in deals],
            "deliveries": _deliveries_for_people(opened, "crm"),
            "credentials": credentials,
            "token_url": request.build_absolute_uri(credentials.CRM_TOKEN_PATH),
        }
    return render(request, "demo/crm_page.html", context)


@require_safe
def deliveries(request: HttpRequest, product: str) -> JsonResponse:
    """Raw and effective unsafe requests, as JSON; ``method``, ``path`` and ``key`` narrow them down."""
    chosen = {name: request.GET.get(name, "") for name in ("method", "path", "key")}
    with store.opened() as opened:
        return JsonResponse(opened.deliveries(product, **chosen))


@require_POST
def reset(request: HttpRequest, product: str) -> HttpResponseRedirect | HttpResponse:
    """Put a product back to its first data. There is no session: another site's page is refused by what asks."""
    if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
        return HttpResponse("Only this demo's own pages and plain clients can reset it.\n", status=403)
    with store.opened(writing=True) as opened:
        seed.reset(opened, product)
    return redirect(f"demo:{product}")


@require_safe
def document(request: HttpRequest, name: str, suffix: str) -> HttpResponse:
    """The OpenAPI document, naming the server that was asked."""
    text = documents.served(name, request.build_absolute_uri("/").rstrip("/"))
    if suffix == "json":
        return JsonResponse(documents.load(text))
    return HttpResponse(text, content_type="application/yaml")


@require_safe
def asset(_request: HttpRequest, name: str) -> HttpResponse:
    """The stylesheet or the icon of the demo's pages."""
    text = (ASSETS / name).read_text(encoding="utf-8")
    return HttpResponse(text, content_type=ASSET_TYPES[name], headers={"Cache-Control": "max-age=300"})


def not_found(request: HttpRequest, exception: Exception) -> JsonResponse:  # noqa: ARG001 - Django names it
    """Answer an unknown address the way the APIs do."""
    return _problem(404, "Not found", f"There is nothing at {request.path}.")


def server_error(_request: HttpRequest) -> JsonResponse:
    """Answer an error of ours the way the APIs do."""
    return _problem(500, "Internal error", "Something went wrong in the demo; its output tells what.")


def _problem(status: int, title: str, detail: str) -> JsonResponse:
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def _deliveries_for_people(opened: store.Store, product: str) -> dict[str, Any]:
    counted = opened.deliveries(product)
    return {**counted, "last": [{**one, "at": datetime.fromisoformat(one["at"])} for one in counted["last"][:12]]}


def _for_people(record: Document) -> Document:
    """Write cents as euros and moments as dates."""
    euros = {name.removesuffix("_cents"): f"€ {value / 100:,.2f}" for name, value in record.items() if "_cents" in name}
    return {**record, **euros, "created_at": datetime.fromisoformat(record["created_at"])}

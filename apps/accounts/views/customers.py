"""Customers: the list, a customer's page, and what administrators do there."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts import selectors, services
from apps.accounts.forms import CustomerForm, NewPersonForm
from apps.accounts.http import Request
from apps.accounts.models import Customer
from apps.accounts.permissions import CUSTOMER_ROLES, Role, Verb, may
from apps.accounts.views.people import added, status_of
from apps.core.errors import Refused
from apps.core.htmx import redirect, render
from apps.core.permissions import requires

PER_PAGE = 50


@requires(Verb.CONSOLE_SEE)
@require_safe
def customer_list(request: Request) -> HttpResponse:
    """List the customers."""
    words = request.GET.get("q", "").strip()
    page = Paginator(selectors.customers_found(words), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "words": words, "may_administer": may(request.user, Verb.ADMINISTER)}
    return render(request, "accounts/customer_list.html", context, fragments=("customers",))


@requires(Verb.CONSOLE_SEE)
@require_safe
def customer_detail(request: Request, slug: str) -> HttpResponse:
    """Show one customer and its people."""
    customer = _load(slug)
    context = {
        "customer": customer,
        "people": selectors.people().filter(customer=customer),
        "may_administer": may(request.user, Verb.ADMINISTER),
    }
    return render(request, "accounts/customer_detail.html", context)


@requires(Verb.ADMINISTER)
@require_http_methods(["GET", "HEAD", "POST"])
def customer_create(request: Request) -> HttpResponse:
    """Add a customer."""
    form = CustomerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            customer = services.add_customer(by=request.user, name=form.cleaned_data["name"])
        except Refused as refused:
            form.add_error("name", refused.message)
        else:
            messages.success(request, f"{customer} is added. Add the people who look after its integrations.")
            return redirect(request, customer)
    return render(request, "accounts/customer_create.html", {"form": form}, status=status_of(form))


@requires(Verb.ADMINISTER)
@require_http_methods(["GET", "HEAD", "POST"])
def customer_rename(request: Request, slug: str) -> HttpResponse:
    """Ask for the new name. A dialog."""
    customer = _load(slug)
    form = CustomerForm(request.POST if request.method == "POST" else None, initial={"name": customer.name})
    if form.is_valid():
        try:
            services.rename_customer(by=request.user, customer=customer, name=form.cleaned_data["name"])
        except Refused as refused:
            form.add_error("name", refused.message)
        else:
            messages.success(request, f"The customer is called {form.cleaned_data['name']} now.")
            return redirect(request, customer)
    context = {"form": form, "customer": customer, "parent_url": customer.get_absolute_url()}
    return render(request, "accounts/customer_rename.html", context, fragments=("dialog",), status=status_of(form))


@requires(Verb.ADMINISTER)
@require_http_methods(["GET", "HEAD", "POST"])
def customer_add_person(request: Request, slug: str) -> HttpResponse:
    """Add a person to a customer."""
    customer = _load(slug)
    roles = [role for role in Role if role in CUSTOMER_ROLES]
    form = NewPersonForm(request.POST if request.method == "POST" else None, roles=roles)
    if form.is_valid() and (person := added(request, form, customer)):
        return redirect(request, person)
    context = {"form": form, "customer": customer}
    return render(request, "accounts/person_create.html", context, status=status_of(form))


def _load(slug: str) -> Customer:
    return get_object_or_404(selectors.customers(), slug=slug)

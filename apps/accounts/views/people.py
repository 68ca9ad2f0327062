"""The people of the console: the list, a person's page, and what administrators do there."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts import selectors, services
from apps.accounts.forms import DisableForm, NewPersonForm, PersonForm, PersonSearchForm
from apps.accounts.http import Request
from apps.accounts.models import Customer, User
from apps.accounts.permissions import TEAM_ROLES, Role, Verb, may
from apps.core.errors import Refused
from apps.core.htmx import redirect, render
from apps.core.permissions import requires

PER_PAGE = 50


@requires(Verb.CONSOLE_SEE)
@require_safe
def person_list(request: Request) -> HttpResponse:
    """List the people, and what each role may do."""
    form = PersonSearchForm(request.GET)
    page = Paginator(selectors.people_found(**form.chosen), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "form": form,
        "is_filtered": bool(form.chosen),
        "roles": list(Role),
        "may_administer": may(request.user, Verb.ADMINISTER),
    }
    return render(request, "accounts/person_list.html", context, fragments=("people",))


@requires(Verb.CONSOLE_SEE)
@require_safe
def person_detail(request: Request, pk: int) -> HttpResponse:
    """Show one person: what they may do, and what happened to the account."""
    person = load(pk)
    context = {
        "person": person,
        "may_administer": may(request.user, Verb.ADMINISTER),
        "has_password": person.has_usable_password(),
        "why_not_disable": "Another administrator can disable your account." if person == request.user else "",
    }
    return render(request, "accounts/person_detail.html", context)


@requires(Verb.ADMINISTER)
@require_http_methods(["GET", "HEAD", "POST"])
def person_create(request: Request) -> HttpResponse:
    """Add a person to the team."""
    form = NewPersonForm(request.POST if request.method == "POST" else None, roles=TEAM_ROLES)
    if form.is_valid() and (person := added(request, form)):
        return redirect(request, person)
    context = {"form": form}
    return render(request, "accounts/person_create.html", context, status=status_of(form))


@requires(Verb.ADMINISTER)
@require_http_methods(["GET", "HEAD", "POST"])
def person_edit(request: Request, pk: int) -> HttpResponse:
    """Change a person's name, e-mail and role."""
    person = load(pk)
    roles = [role for role in Role if (role in TEAM_ROLES) is (person.customer is None)]
    form = PersonForm(request.POST if request.method == "POST" else None, roles=roles, initial=_today(person))
    if form.is_valid():
        try:
            services.change_person(by=request.user, person=person, **form.answers)
        except Refused as refused:
            form.add_error("role", refused.message)
        else:
            messages.success(request, f"{form.cleaned_data['display_name']} is changed.")
            return redirect(request, person)
    context = {"form": form, "person": person}
    return render(request, "accounts/person_edit.html", context, status=status_of(form))


@requires(Verb.ADMINISTER)
@require_http_methods(["GET", "HEAD", "POST"])
def person_disable(request: Request, pk: int) -> HttpResponse:
    """Ask why, then disable the account. A dialog."""
    person = load(pk)
    form = DisableForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        services.disable_person(by=request.user, person=person, reason=form.cleaned_data["reason"])
        messages.success(request, f"{person} is disabled and signed out everywhere.")
        return redirect(request, person)
    context = {"form": form, "person": person, "parent_url": person.get_absolute_url()}
    return render(request, "accounts/person_disable.html", context, fragments=("dialog",), status=status_of(form))


@requires(Verb.ADMINISTER)
@require_POST
def person_enable(request: Request, pk: int) -> HttpResponse:
    """Let a person sign in again."""
    person = services.enable_person(by=request.user, person=load(pk))
    messages.success(request, f"{person} is enabled. Make a sign-in link to let them choose a password.")
    return redirect(request, person)


def added(request: Request, form: NewPersonForm, customer: Customer | None = None) -> User | None:
    """Add whom the form describes; a refusal is put to the field that it is about."""
    try:
        person = services.add_person(
            by=request.user, username=form.cleaned_data["username"], customer=customer, **form.answers
        )
    except Refused as refused:
        form.add_error("username", refused.message)
        return None
    messages.success(request, f"{person} is added. Make a sign-in link to let them choose a password.")
    return person


def load(pk: int) -> User:
    """Return the person, or answer that there is none."""
    return get_object_or_404(selectors.people(), pk=pk)


def status_of(form: Any) -> int:
    """Return the status of a page with this form."""
    return 422 if form.errors else 200


def _today(person: User) -> dict[str, str]:
    return {"display_name": person.display_name, "email": person.email, "role": person.role}

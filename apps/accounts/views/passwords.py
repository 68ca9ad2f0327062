"""Links by which people choose their password."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from apps.accounts import services
from apps.accounts.forms import PasswordForm
from apps.accounts.http import Request
from apps.accounts.permissions import Verb
from apps.accounts.views.people import load, status_of
from apps.core.htmx import redirect, render
from apps.core.permissions import public, requires


@requires(Verb.ADMINISTER)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def person_link(request: Request, pk: int) -> HttpResponse:
    """Ask whether to take the password away; then show the link to a new one, once. A dialog."""
    person = load(pk)
    link = ""
    if request.method == "POST":
        token = services.reset_password(by=request.user, person=person)
        link = request.build_absolute_uri(reverse("accounts:choose_password", args=[person.pk, token]))
    context = {
        "person": person,
        "link": link,
        "has_password": person.has_usable_password(),
        "parent_url": person.get_absolute_url(),
    }
    return render(request, "accounts/person_link.html", context, fragments=("dialog",))


@public("who follows a sign-in link cannot sign in yet; the token in the address says who it is")
@never_cache
@sensitive_post_parameters("password", "again")
@sensitive_variables("form")
@require_http_methods(["GET", "HEAD", "POST"])
def choose_password(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """Choose the first or a new password."""
    person = services.person_of_link(pk=pk, token=token)
    if person is None:
        return render(request, "accounts/link_over.html", status=404)
    form = PasswordForm(person, request.POST if request.method == "POST" else None)
    if form.is_valid():
        services.choose_password(person=person, token=token, password=form.cleaned_data["password"])
        messages.success(request, "Your password is set. Sign in with it now.")
        return redirect(request, "accounts:login")
    context = {"form": form, "person": person}
    return render(request, "accounts/choose_password.html", context, status=status_of(form))

"""Templates: the list, a new one, the page of one."""

from django.core.paginator import Paginator
from django.forms import model_to_dict
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.http import Request
from apps.accounts.permissions import Verb, may
from apps.core.htmx import render
from apps.core.permissions import requires
from apps.core.text import markdown
from apps.releases import forms, pages, selectors, services, template_rows
from apps.releases.actions import actions_for
from apps.releases.filter_forms import TemplateFilterForm
from apps.releases.views.answers import done, gone_to, refusals_in, template_or_404

PER_PAGE = 25


@requires(Verb.CONSOLE_SEE)
@require_safe
def template_list(request: Request) -> HttpResponse:
    """List the templates: what is live, what is newer, what is being worked on."""
    form = TemplateFilterForm(request.GET)
    found = template_rows.templates(form.chosen, request.GET.get("sort", "name"))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": template_rows.rows(list(page)),
        "is_filtered": bool(form.chosen),
        "may_edit": may(request.user, Verb.DRAFT_EDIT),
    }
    return render(request, "releases/template_list.html", context, fragments={"template-list"})


@requires(Verb.DRAFT_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def template_create(request: Request) -> HttpResponse:
    """Create a template from a starter."""
    form = forms.TemplateCreateForm(request.POST or None)
    if form.is_valid():
        with refusals_in(form):
            template = services.create_template(by=request.user, **form.cleaned_data)
            draft = selectors.latest_draft(template)
            return gone_to(request, draft or template, f"Created {template}. Its draft is ready to be edited.")
    status = 422 if form.errors else 200
    context = {"form": form, "starters": pages.starters(), "chosen": form["starter"].value()}
    return render(request, "releases/template_create.html", context, status=status)


@requires(Verb.CONSOLE_SEE)
@require_safe
def template_detail(request: Request, slug: str) -> HttpResponse:
    """Show a template: what is live, what is being worked on, what it does and needs, and where it runs."""
    template = template_or_404(slug)
    live, draft = selectors.live_release(template), selectors.latest_draft(template)
    newest = selectors.newest_version(template)
    shown = draft if request.GET.get("of") == "draft" and draft else live or newest or draft
    content = pages.content_of(shown) if shown else None
    context = {
        "integration_template": template,
        "live": live,
        "draft": draft,
        "deploy_live": pages.Row(live, actions_for(live, request.user)).first if live else None,
        "newest": newest,
        "unchanged": selectors.same_content(template, draft.digest) if draft else None,
        "content": content,
        "readme": markdown(content.definition.readme) if content and content.definition else "",
        "showing_live": shown == live,
        "showing_draft": shown == draft,
        "may_edit": may(request.user, Verb.DRAFT_EDIT),
        "may_manage": may(request.user, Verb.RELEASE_MANAGE),
        **pages.panels(template),
    }
    return render(request, "releases/template_detail.html", context)


@requires(Verb.DRAFT_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def template_edit(request: Request, slug: str) -> HttpResponse:
    """Change what a template is called and how its versions are named."""
    template = template_or_404(slug)
    known = model_to_dict(template, ["name", "summary", "naming_scheme", "naming_pattern"])
    form = forms.TemplateEditForm(request.POST or None, initial=known)
    if form.is_valid():
        with refusals_in(form):
            edited = services.edit_template(by=request.user, integration_template=template, **form.cleaned_data)
            return done(request, edited, f"Saved {edited}.")
    context = {"form": form, "integration_template": template, "parent_url": template.get_absolute_url()}
    status = 422 if form.errors else 200
    return render(request, "releases/template_edit.html", context, fragments={"dialog"}, status=status)

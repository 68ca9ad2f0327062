"""What customers find in the marketplace, and when."""

from apps.demo.company import key_accounts, low_stock_alert, orders_to_crm, weekly_sales_report
from apps.demo.company.calendar import Chapter
from apps.demo.company.stage import Stage
from apps.marketplace.models import Listing
from apps.marketplace.services import list_template, pin_release, unlist_template

chapter = Chapter()


@chapter.scene(38, "10:50")
def rita_lists_orders_to_crm(stage: Stage) -> None:
    _list(stage, orders_to_crm.NAME, "The first integration that customers install themselves.")


@chapter.scene(32, "15:10")
def rita_lists_the_weekly_report(stage: Stage) -> None:
    _list(stage, weekly_sales_report.NAME, "Northwind saw ours and wants its own.")


@chapter.scene(27, "14:10")
def rita_lists_key_accounts(stage: Stage) -> None:
    _list(stage, key_accounts.NAME, "Contoso asked.")


@chapter.scene(18, "15:30")
def rita_lists_the_stock_alert(stage: Stage) -> None:
    _list(stage, low_stock_alert.NAME, "A trial with Contoso.")


@chapter.scene(11, "08:20")
def rita_takes_the_stock_alert_out_again(stage: Stage) -> None:
    reason = "Contoso tries it; nobody else until we know what counts as urgent elsewhere."
    unlist_template(by=stage.person("rita"), listing=_listing(low_stock_alert.NAME), reason=reason)


@chapter.scene(6, "09:15")
def rita_pins_key_accounts_before_christmas(stage: Stage) -> None:
    pin_release(
        by=stage.person("rita"),
        listing=_listing(key_accounts.NAME),
        release=stage.version(key_accounts.NAME, 2),
        reason="No surprises for customers before Christmas, whatever we make live.",
    )


def _list(stage: Stage, template: str, reason: str) -> None:
    list_template(by=stage.person("rita"), integration_template=stage.template(template), reason=reason)


def _listing(template: str) -> Listing:
    return Listing.objects.select_related("integration_template").get(integration_template__name=template)

"""The demo products' first data: the same for everyone, dated relative to the day it is made."""

import random
from datetime import datetime, timedelta

from apps.core import clock
from apps.demo import crm, shop
from apps.demo.store import Document, Store, stamp

ORDERS, ORDERS_TODAY, DAYS = 40, 4, 60
A_DAY = 24 * 60  # in minutes
CUSTOMERS = (
    ("Amelia Hart", "amelia.hart@northwind.example", "Bristol"),
    ("Bruno Keller", "bruno.keller@kellerbau.example", "Leipzig"),
    ("Chiara Conti", "chiara@conti-arredi.example", "Turin"),
    ("Daniel Osei", "daniel.osei@goldcoast.example", "Rotterdam"),
    ("Elif Demir", "elif.demir@bosphor.example", "Cologne"),
    ("Fenna de Vries", "fenna@devries-fietsen.example", "Utrecht"),
    ("Gustav Lindqvist", "gustav@lindqvist.example", "Malmö"),
    ("Hana Nováková", "hana.novakova@ateliernova.example", "Brno"),
    ("Ines Carvalho", "ines@carvalho-azulejos.example", "Porto"),
    ("Jakub Wiśniewski", "jakub@wisniewski.example", "Gdańsk"),
    ("Katrin Vogel", "katrin.vogel@vogelhaus.example", "Graz"),
    ("Liam O'Connor", "liam@oconnor-crafts.example", "Galway"),
    ("Marta Jiménez", "marta.jimenez@luzverde.example", "Valencia"),
    ("Nils Haugen", "nils.haugen@fjordline.example", "Bergen"),
    ("Olivia Marchetti", "olivia@marchetti.example", "Bologna"),
    ("Pauline Girard", "pauline.girard@maisongirard.example", "Lyon"),
    ("Quentin Baker", "quentin@bakerandsons.example", "Leeds"),
    ("Rosa Almeida", "rosa.almeida@almeida.example", "Lisbon"),
    ("Stefan Brandt", "stefan@brandt-werkstatt.example", "Hamburg"),
    ("Tuuli Mäkinen", "tuuli.makinen@saari.example", "Turku"),
    ("Ursula Frei", "ursula.frei@freiraum.example", "Zürich"),
    ("Viktor Horváth", "viktor@horvath.example", "Győr"),
    ("Wilma Jansen", "wilma.jansen@jansen-tuin.example", "Ghent"),
    ("Yannick Dubois", "yannick@dubois-velo.example", "Nantes"),
    ("Zofia Kamińska", "zofia.kaminska@lnianadom.example", "Kraków"),
)
PRODUCTS = (
    ("Oak desk, 140 cm", "DESK-OAK-140", 48900),
    ("Standing desk frame", "DESK-FRM-STD", 32900),
    ("Task chair, graphite", "CHAIR-TSK-GR", 27900),
    ("Stool, ash", "STOOL-ASH", 8900),
    ("Desk lamp, brass", "LAMP-BRS", 11900),
    ("Floor lamp, linen", "LAMP-FLR-LIN", 17900),
    ("Bookshelf, five boards", "SHELF-5", 22900),
    ("Wall shelf, short", "SHELF-WALL-S", 4900),
    ("Wool rug, 170 x 240", "RUG-WOOL-L", 39900),
    ("Cable tray", "TRAY-CABLE", 2400),
    ("Felt desk mat", "MAT-FELT", 3900),
    ("Filing drawer on wheels", "DRAWER-WHL", 15900),
)
CONTACTS = (
    ("Amelia", "Hart", "amelia.hart@northwind.example", "Northwind Interiors", "customer"),
    ("Chiara", "Conti", "chiara@conti-arredi.example", "Conti Arredi", "customer"),
    ("Nils", "Haugen", "nils.haugen@fjordline.example", "Fjordline", "lead"),
    ("Sofie", "Madsen", "sofie.madsen@havn.example", "Havn Studio", "lead"),
    ("Tom", "Whitaker", "tom@whitaker-offices.example", "Whitaker Offices", "customer"),
    ("Greta", "Lorenz", "greta.lorenz@altbau.example", "Altbau Berlin", "former"),
)
DEALS = (
    ("Office for twelve", 684000, "open"),
    ("Reception furniture", 214500, "won"),
    ("Lamps, trial order", 47600, "lost"),
)


def reset(store: Store, product: str) -> None:
    """Put a product back to its first data and forget its deliveries."""
    store.clear(product)
    {"shop": _fill_shop, "crm": _fill_crm}[product](store)


def fill_if_empty(store: Store) -> None:
    """Give each product its first data, once."""
    for product, kind in (("shop", shop.PRODUCT), ("crm", crm.CONTACT)):
        if not store.count(kind):
            reset(store, product)


def _fill_shop(store: Store) -> None:
    now, dice = clock.now(), random.Random(1001)  # noqa: S311 - the same data for everyone
    products = [store.put(shop.PRODUCT, _product(index, now)) for index in range(len(PRODUCTS))]
    customers = [store.put(shop.CUSTOMER, _customer(index, now)) for index in range(len(CUSTOMERS))]
    for index, age in enumerate(_ages(dice)):
        chosen = dice.sample(products, dice.choice((1, 1, 1, 2, 2, 3)))
        lines = [shop.line(product, dice.choice((1, 1, 1, 2, 4))) for product in chosen]
        number, customer = shop.FIRST_ORDER_NUMBER + index, dice.choice(customers)
        store.put(shop.ORDER, shop.order(number, stamp(now - age), _status(age, dice), customer, lines))


def _ages(dice: random.Random) -> list[timedelta]:
    """How long ago each order was placed, oldest first: over the whole time, some of them today."""
    earlier = dice.sample(range(A_DAY, DAYS * A_DAY), ORDERS - ORDERS_TODAY)
    today = dice.sample(range(10, A_DAY), ORDERS_TODAY)
    return [timedelta(minutes=age) for age in sorted(earlier + today, reverse=True)]


def _status(age: timedelta, dice: random.Random) -> str:
    if age < timedelta(days=1):
        return "pending"
    if age < timedelta(days=5):
        return "paid"
    return dice.choices(("shipped", "delivered", "cancelled", "refunded"), (2, 10, 1, 1))[0]


def _product(index: int, now: datetime) -> Document:
    name, sku, price = PRODUCTS[index]
    created = stamp(now - timedelta(days=200 - index))
    return {
        "id": f"prd_{101 + index}",
        "sku": sku,
        "name": name,
        "price_cents": price,
        "currency": "EUR",
        "in_stock": 8 + index * 7 % 30,
        "created_at": created,
    }


def _customer(index: int, now: datetime) -> Document:
    name, email, city = CUSTOMERS[index]
    created = stamp(now - timedelta(days=180 - index * 4))
    return {"id": f"cus_{201 + index}", "name": name, "email": email, "city": city, "created_at": created}


def _fill_crm(store: Store) -> None:
    now = clock.now()
    names = ("first_name", "last_name", "email", "company", "lifecycle")
    contacts = []
    for index, values in enumerate(CONTACTS):
        at = stamp(now - timedelta(days=120 - index * 17))
        contact = crm.contact(store, {**dict(zip(names, values, strict=True)), "source": "trade fair"}, at)
        contacts.append(store.put(crm.CONTACT, contact))
    for index, (title, amount, stage) in enumerate(DEALS):
        wanted = {"contact_id": contacts[index]["id"], "title": title, "amount_cents": amount, "stage": stage}
        store.put(crm.DEAL, crm.deal(store, wanted, stamp(now - timedelta(days=40 - index * 12))))

from incidents.navigation import PEOPLE
from incidents.staff.navigation import Item

ITEMS = [Item(PEOPLE, 30, "Rota", "calendar_month", "admin:index")]

"""Teams and staff: at least one of each ready group, in different parts of the world."""

from typing import NamedTuple

TEAMS = {
    "Messaging core": "Channels, routing and delivery reports.",
    "Interfaces": "HTTP API, SMPP, webhooks and batch files.",
    "Products": "What customers sign in to.",
    "Carrier relations": "Connections to operators and mailbox providers.",
    "Support": "Writes to customers, day and night.",
    "Security": "Keys, access and data protection.",
}


class Person(NamedTuple):
    username: str
    first_name: str
    last_name: str
    group: str
    team: str
    time_zone: str


PEOPLE = [
    Person("ingrid", "Ingrid", "Solberg", "Administrator", "Interfaces", "Europe/Oslo"),
    Person("amara", "Amara", "Osei", "Support", "Support", "Africa/Accra"),
    Person("tomas", "Tomás", "Rivera", "Support", "Support", "America/Sao_Paulo"),
    Person("lena", "Lena", "Fischer", "Engineering", "Messaging core", "Europe/Berlin"),
    Person("jun", "Jun", "Watanabe", "Engineering", "Interfaces", "Asia/Tokyo"),
    Person("priya", "Priya", "Nair", "Engineering Leads", "Messaging core", "Asia/Kolkata"),
    Person("oskar", "Oskar", "Nyman", "Reliability", "Messaging core", "Europe/Stockholm"),
    Person("claire", "Claire", "Dubois", "Managers", "Products", "Europe/Paris"),
    Person("sam", "Sam", "Whitaker", "Security", "Security", "America/New_York"),
    Person("mei", "Mei", "Lin", "Viewers", "Carrier relations", "Asia/Singapore"),
]

"""What Ferrypost runs, where, and which page names what."""

from typing import NamedTuple

from incidents.choices import ComponentKind as Kind, Origin

COMPANY = "Ferrypost"


class Place(NamedTuple):
    """A data centre: ``calendar`` is one of :data:`CALENDARS`, ``off_peak`` two hours of its own day."""

    public_id: str
    time_zone: str
    calendar: str
    off_peak: tuple[int, int]


CALENDARS = {  # name: public id, country, part of it
    "Germany, Hessen": ("cal_hessen", "DE", "HE"),
    "United States, Virginia": ("cal_virginia", "US", "VA"),
    "Singapore": ("cal_singapore", "SG", ""),
    "Brazil, São Paulo": ("cal_saopaulo", "BR", "SP"),
}
OWN_DAYS = {  # calendar: month and day of a day of one's own in each year, and its name
    "Germany, Hessen": ((12, 24, "Christmas Eve"), (12, 31, "New Year’s Eve")),
    "United States, Virginia": ((12, 24, "Christmas Eve"),),
}
LOCATIONS = {
    "Frankfurt": Place("loc_frankfurt", "Europe/Berlin", "Germany, Hessen", (23, 5)),
    "Ashburn": Place("loc_ashburn", "America/New_York", "United States, Virginia", (0, 6)),
    "Singapore": Place("loc_singapore", "Asia/Singapore", "Singapore", (1, 6)),
    "São Paulo": Place("loc_saopaulo", "America/Sao_Paulo", "Brazil, São Paulo", (0, 5)),
}
FREEZE = ("Year-end traffic", (12, 18), (1, 3))  # from a month and day to those of the year after, everywhere


class Node(NamedTuple):
    """A component and what lies below it. ``age`` is the number of days since it came into service."""

    key: str
    name: str
    kind: Kind
    team: str
    description: str = ""
    below: tuple["Node", ...] = ()
    age: int = 800


CORE, DOORS, PRODUCTS, CARRIERS = "Messaging core", "Interfaces", "Products", "Carrier relations"

TREE = (
    Node(
        "channels", "Channels", Kind.OTHER, CORE, "Messages and calls to people",
        (
            Node(
                "sms", "SMS", Kind.CHANNEL, CORE, "Text messages",
                (
                    Node("sms_out", "SMS outbound", Kind.CHANNEL, CORE, "Messages to handsets"),
                    Node("sms_in", "SMS inbound", Kind.CHANNEL, CORE, "Replies from handsets"),
                    Node("sms_reports", "SMS delivery reports", Kind.CHANNEL, CORE, "Whether a message arrived"),
                ),
            ),
            Node("rcs", "RCS", Kind.CHANNEL, CORE, "Rich messages", age=55),
            Node("whatsapp", "WhatsApp", Kind.CHANNEL, CORE, "Business messages and templates"),
            Node(
                "voice", "Voice", Kind.CHANNEL, CORE, "Calls",
                (
                    Node("voice_calls", "Voice calls", Kind.CHANNEL, CORE, "Calls in and out"),
                    Node("voice_numbers", "Phone numbers", Kind.CHANNEL, CORE, "Renting and porting of numbers"),
                ),
            ),
            Node("email", "Email", Kind.CHANNEL, CORE, "Mail to inboxes"),
            Node("push", "Push", Kind.CHANNEL, CORE, "Messages to apps"),
        ),
    ),
    Node(
        "interfaces", "Interfaces", Kind.OTHER, DOORS, "How your systems talk to us",
        (
            Node(
                "api", "HTTP API", Kind.INTERFACE, DOORS, "Sending and reading over HTTPS",
                (
                    Node("api_send", "Sending API", Kind.ENDPOINT, DOORS, "Requests that send"),
                    Node("api_logs", "Reading API", Kind.ENDPOINT, DOORS, "Requests that read"),
                ),
            ),
            Node("smpp", "SMPP", Kind.INTERFACE, DOORS, "Binds for high volumes"),
            Node("webhooks", "Webhooks", Kind.INTERFACE, DOORS, "Events to your addresses"),
            Node("batch", "Batch files", Kind.INTERFACE, DOORS, "Lists over SFTP"),
        ),
    ),
    Node(
        "products", "Products", Kind.OTHER, PRODUCTS, "What you sign in to",
        (
            Node("portal", "Web portal", Kind.PRODUCT, PRODUCTS, "Sign-in, settings, balance"),
            Node("inbox", "Shared inbox", Kind.PRODUCT, PRODUCTS, "Conversations with your customers"),
            Node("flows", "Flows", Kind.PRODUCT, PRODUCTS, "Automated journeys"),
            Node("audiences", "Audiences", Kind.PRODUCT, PRODUCTS, "People and segments"),
            Node("codes", "One-time codes", Kind.PRODUCT, PRODUCTS, "Sign-in codes over any channel"),
            Node("analytics", "Analytics", Kind.PRODUCT, PRODUCTS, "Figures and exports"),
        ),
    ),
    Node(
        "integrations", "Integrations", Kind.OTHER, PRODUCTS, "Connectors to other software",
        (
            Node("crm", "CRM connector", Kind.INTEGRATION, PRODUCTS, "Contacts and activities"),
            Node("shop", "Shop connector", Kind.INTEGRATION, PRODUCTS, "Orders and parcels"),
            Node("warehouse", "Warehouse export", Kind.INTEGRATION, PRODUCTS, "Nightly tables"),
        ),
    ),
    Node(
        "carriers", "Carriers", Kind.OTHER, CARRIERS, "Networks that are not ours",
        (
            Node(
                "europe", "Europe", Kind.OTHER, CARRIERS, "Operators in Europe",
                (
                    Node("de", "Germany", Kind.TARGET, CARRIERS, "Three operators"),
                    Node("fr", "France", Kind.TARGET, CARRIERS, "Four operators"),
                    Node("pl", "Poland", Kind.TARGET, CARRIERS, "Four operators"),
                ),
            ),
            Node(
                "americas", "Americas", Kind.OTHER, CARRIERS, "Operators in the Americas",
                (
                    Node("us", "United States", Kind.TARGET, CARRIERS, "Three operators, one hub"),
                    Node("br", "Brazil", Kind.TARGET, CARRIERS, "Three operators"),
                ),
            ),
            Node(
                "apac", "Asia-Pacific", Kind.OTHER, CARRIERS, "Operators in Asia and the Pacific",
                (
                    Node("sg", "Singapore", Kind.TARGET, CARRIERS, "Four operators"),
                    Node("id", "Indonesia", Kind.TARGET, CARRIERS, "Three operators"),
                    Node("in", "India", Kind.TARGET, CARRIERS, "Three operators"),
                ),
            ),
        ),
    ),
)  # fmt: skip


class Dress(NamedTuple):
    label: str
    slug: str
    origin: Origin
    shows: tuple[str, ...]
    time_zone: str
    brand_color: str
    calendar: str


PAGES = (
    Dress(
        "Platform", "platform", Origin.PLATFORM, ("channels", "interfaces", "products", "integrations"),
        "UTC", "#0f5e6b", "Germany, Hessen",
    ),
    Dress(
        "External connectivity", "external", Origin.EXTERNAL, ("europe", "americas", "apac"),
        "UTC", "#0f5e6b", "Germany, Hessen",
    ),
)  # fmt: skip
LINKS = {"Documentation": "https://docs.ferrypost.example/", "Ferrypost": "https://www.ferrypost.example/"}
SUPPORT_URL = "https://support.ferrypost.example/"
SUPPORT_EMAIL = "support@ferrypost.example"
TAG_HOST = "status.ferrypost.example"

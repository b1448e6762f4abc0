"""What Ferrypost runs, where, and which page names what."""

from typing import NamedTuple

from incidents.choices import ComponentKind as Kind, Origin

COMPANY = "Ferrypost"

LOCATIONS = {  # name: public id, time zone
    "Frankfurt": ("loc_frankfurt", "Europe/Berlin"),
    "Ashburn": ("loc_ashburn", "America/New_York"),
    "Singapore": ("loc_singapore", "Asia/Singapore"),
    "São Paulo": ("loc_saopaulo", "America/Sao_Paulo"),
}


class Part(NamedTuple):
    """A component and what lies below it. ``age`` is the number of days since it came into service."""

    key: str
    name: str
    kind: Kind
    team: str
    description: str = ""
    below: tuple["Part", ...] = ()
    age: int = 800


CORE, DOORS, PRODUCTS, CARRIERS = "Messaging core", "Interfaces", "Products", "Carrier relations"

TREE = (
    Part(
        "channels", "Channels", Kind.OTHER, CORE, "Messages and calls to people",
        (
            Part(
                "sms", "SMS", Kind.CHANNEL, CORE, "Text messages",
                (
                    Part("sms_out", "SMS outbound", Kind.CHANNEL, CORE, "Messages to handsets"),
                    Part("sms_in", "SMS inbound", Kind.CHANNEL, CORE, "Replies from handsets"),
                    Part("sms_reports", "SMS delivery reports", Kind.CHANNEL, CORE, "Whether a message arrived"),
                ),
            ),
            Part("rcs", "RCS", Kind.CHANNEL, CORE, "Rich messages", age=55),
            Part("whatsapp", "WhatsApp", Kind.CHANNEL, CORE, "Business messages and templates"),
            Part(
                "voice", "Voice", Kind.CHANNEL, CORE, "Calls",
                (
                    Part("voice_calls", "Voice calls", Kind.CHANNEL, CORE, "Calls in and out"),
                    Part("voice_numbers", "Phone numbers", Kind.CHANNEL, CORE, "Renting and porting of numbers"),
                ),
            ),
            Part("email", "Email", Kind.CHANNEL, CORE, "Mail to inboxes"),
            Part("push", "Push", Kind.CHANNEL, CORE, "Messages to apps"),
        ),
    ),
    Part(
        "interfaces", "Interfaces", Kind.OTHER, DOORS, "How your systems talk to us",
        (
            Part(
                "api", "HTTP API", Kind.INTERFACE, DOORS, "Sending and reading over HTTPS",
                (
                    Part("api_send", "Sending API", Kind.ENDPOINT, DOORS, "Requests that send"),
                    Part("api_logs", "Reading API", Kind.ENDPOINT, DOORS, "Requests that read"),
                ),
            ),
            Part("smpp", "SMPP", Kind.INTERFACE, DOORS, "Binds for high volumes"),
            Part("webhooks", "Webhooks", Kind.INTERFACE, DOORS, "Events to your addresses"),
            Part("batch", "Batch files", Kind.INTERFACE, DOORS, "Lists over SFTP"),
        ),
    ),
    Part(
        "products", "Products", Kind.OTHER, PRODUCTS, "What you sign in to",
        (
            Part("portal", "Web portal", Kind.PRODUCT, PRODUCTS, "Sign-in, settings, balance"),
            Part("inbox", "Shared inbox", Kind.PRODUCT, PRODUCTS, "Conversations with your customers"),
            Part("flows", "Flows", Kind.PRODUCT, PRODUCTS, "Automated journeys"),
            Part("audiences", "Audiences", Kind.PRODUCT, PRODUCTS, "People and segments"),
            Part("codes", "One-time codes", Kind.PRODUCT, PRODUCTS, "Sign-in codes over any channel"),
            Part("analytics", "Analytics", Kind.PRODUCT, PRODUCTS, "Figures and exports"),
        ),
    ),
    Part(
        "integrations", "Integrations", Kind.OTHER, PRODUCTS, "Connectors to other software",
        (
            Part("crm", "CRM connector", Kind.INTEGRATION, PRODUCTS, "Contacts and activities"),
            Part("shop", "Shop connector", Kind.INTEGRATION, PRODUCTS, "Orders and parcels"),
            Part("warehouse", "Warehouse export", Kind.INTEGRATION, PRODUCTS, "Nightly tables"),
        ),
    ),
    Part(
        "carriers", "Carriers", Kind.OTHER, CARRIERS, "Networks that are not ours",
        (
            Part(
                "europe", "Europe", Kind.OTHER, CARRIERS, "Operators in Europe",
                (
                    Part("de", "Germany", Kind.TARGET, CARRIERS, "Three operators"),
                    Part("fr", "France", Kind.TARGET, CARRIERS, "Four operators"),
                    Part("pl", "Poland", Kind.TARGET, CARRIERS, "Four operators"),
                ),
            ),
            Part(
                "americas", "Americas", Kind.OTHER, CARRIERS, "Operators in the Americas",
                (
                    Part("us", "United States", Kind.TARGET, CARRIERS, "Three operators, one hub"),
                    Part("br", "Brazil", Kind.TARGET, CARRIERS, "Three operators"),
                ),
            ),
            Part(
                "apac", "Asia-Pacific", Kind.OTHER, CARRIERS, "Operators in Asia and the Pacific",
                (
                    Part("sg", "Singapore", Kind.TARGET, CARRIERS, "Four operators"),
                    Part("id", "Indonesia", Kind.TARGET, CARRIERS, "Three operators"),
                    Part("in", "India", Kind.TARGET, CARRIERS, "Three operators"),
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


PAGES = (
    Dress(
        "Platform", "platform", Origin.PLATFORM, ("channels", "interfaces", "products", "integrations"),
        "UTC", "#0f5e6b",
    ),
    Dress("External connectivity", "external", Origin.EXTERNAL, ("europe", "americas", "apac"), "UTC", "#0f5e6b"),
)  # fmt: skip
LINKS = {"Documentation": "https://docs.ferrypost.example/", "Ferrypost": "https://www.ferrypost.example/"}
SUPPORT_URL = "https://support.ferrypost.example/"
SUPPORT_EMAIL = "support@ferrypost.example"
TAG_HOST = "status.ferrypost.example"

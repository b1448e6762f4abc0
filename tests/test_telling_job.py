"""The job of telling, whole, on the product as ``make run`` starts it: no broker, no mail server of one's own.

Subscribe by mail, confirm, hear of an update, follow one incident, leave with one click; a webhook is verified with the
reference library.
"""

import email
import email.policy
import json
import re
import urllib.parse
import urllib.request

import pytest
from standardwebhooks import Webhook

from tests import prepared
from tests.bench.running import Visitor
from tests.config.processes import Run, until
from tests.faults.receivers import Endpoint
from tests.statuspage.staff import fields_of

pytestmark = pytest.mark.own_data

SOON = 60  # seconds on a busy machine; alone it is one


@pytest.fixture(scope="module")
def product(tmp_path_factory):
    """Receivers in our own network may be posted to, as for an installation on one's own premises."""
    data = prepared.copy_of_data(tmp_path_factory.mktemp("telling") / "var")
    with Run(data, DELIVERY_ALLOWED_NETWORKS="127.0.0.0/8") as run:
        yield run


@pytest.fixture
def endpoint():
    with Endpoint() as point:
        yield point


def mails(product, address):
    """What this address has got, oldest first."""
    files = sorted((product.data / "mailbox").glob("*.eml"))
    found = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]
    return [mail for mail in found if mail["To"] == address]


def text_of(mail):
    return mail.get_body(("plain",)).get_content()


def post(product, path, **fields):
    url = urllib.parse.urljoin(f"http://127.0.0.1:{product.port}/", path)
    with urllib.request.urlopen(url, urllib.parse.urlencode(fields).encode(), timeout=10) as answer:
        return answer.status, answer.read().decode()


def subscribe(product, address, *, path="/subscribe/", **fields):
    """Ask, open the mail, press its button."""
    before = len(mails(product, address))
    post(product, path, by="email", address=address, **fields)
    until(lambda: len(mails(product, address)) > before, seconds=SOON)
    link = re.search(r"http\S+/subscriptions/confirm/\S+", text_of(mails(product, address)[-1]))[0]
    assert product.get(urllib.parse.urlsplit(link).path)[0] == 200  # whoever only looks confirms nothing
    assert post(product, link)[0] == 200


def tell(product, body):
    """Support posts an update of the demo's open incident through the composer; its id."""
    staff = Visitor(product, "amara")
    incident = json.loads(product.get("/api/v2/incidents/unresolved.json")[1])["incidents"][0]["id"]
    path = f"/admin/incidents/{incident}/update/"
    staff.post(path, fields_of(staff.open(path)[1]) | {"body": body})
    return incident


def news(product, address, words):
    """The mails to the address that say so."""
    return [mail for mail in mails(product, address) if words in text_of(mail)]


def test_by_mail_from_asking_to_leaving(product):
    reader, follower = "reader@example.com", "follower@example.com"
    subscribe(product, reader)
    incident = tell(product, "Words number one.")
    until(lambda: news(product, reader, "Words number one."), seconds=SOON)

    subscribe(product, follower, incident=incident)
    tell(product, "Words number two.")
    until(
        lambda: news(product, reader, "Words number two.") and news(product, follower, "Words number two."),
        seconds=SOON,
    )
    first, second = (news(product, reader, f"Words number {n}.")[0] for n in ("one", "two"))
    assert first["References"] == second["References"]
    assert first["Message-ID"] != second["Message-ID"]

    link = second["List-Unsubscribe"].strip("<>")
    assert second["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert post(product, link, **{"List-Unsubscribe": "One-Click"})[0] == 200
    assert post(product, link, **{"List-Unsubscribe": "One-Click"})[0] == 200  # once more changes nothing
    tell(product, "Words number three.")
    until(lambda: news(product, follower, "Words number three."), seconds=SOON)
    assert not news(product, reader, "Words number three.")
    assert len(mails(product, follower)) == 3  # please confirm, two and three


def test_by_webhook_verified_with_the_reference_library(product, endpoint):
    post(product, "/subscribe/", by="webhook", address=endpoint.url("hook"))
    until(lambda: endpoint.requests, seconds=SOON)
    _path, _fields, body = endpoint.requests[0]
    link = json.loads(body)["data"]["confirm_url"]
    _status, html = post(product, link)
    manage = re.search(r'href="([./]*sub_[^"]+)"', html)[1]
    secret = re.search(
        r"whsec_[A-Za-z0-9+/=]+",
        product.get(urllib.parse.urljoin(urllib.parse.urlsplit(link).path, manage))[1].decode(),
    )[0]

    tell(product, "Words for a program.")
    until(lambda: len(endpoint.requests) > 1, seconds=SOON)
    _path, fields, body = endpoint.requests[1]
    told = Webhook(secret).verify(body, fields)

    assert told["type"] == "incident.updated"
    assert "Words for a program." in json.dumps(told["data"])
    with pytest.raises(Exception, match=r"signature"):
        Webhook(secret).verify(body.replace(b"program", b"people"), fields)

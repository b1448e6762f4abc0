import pytest
from django.urls import reverse

from postmortems import actions
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("section", ["timeline", "detection", "mitigation", "causes", "impact", "actions"])
def test_it(client, section):
    author = make.in_group("Engineering")
    [record] = actions.invite(make.postmortem(way="full", severity="major"), people=[author], by=None)
    client.force_login(author)
    r = client.get(reverse("postmortems_staff:record_section", args=[record.public_id, section]))
    assert r.status_code == 200
    open(f"/tmp/rec_{section}.html", "w").write(r.content.decode())

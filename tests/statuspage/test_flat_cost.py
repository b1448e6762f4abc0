"""An update costs the same whatever lies behind the page, and writes nothing that it does not concern."""

import pytest

from statuspage.publishing import publisher
from tests import factories as make
from tests.bench.updating import cost_of_update
from tests.past import fill, wide_page

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def root(settings, tmp_path):
    settings.PUBLISH_ROOT = tmp_path
    return tmp_path


def cost(root, *, components, past, **fields):
    page, leaves = wide_page(components=components, **fields)
    fill(page, leaves[0], past)
    incident = make.told(page=page, affects=[leaves[1]])
    publisher.want([page])
    cost_of_update(page, incident, root)  # the first finds nothing prepared
    return cost_of_update(page, incident, root), leaves[1]


def test_the_number_of_past_incidents_does_not_matter(root):
    short, _leaf = cost(root, components=12, past=60)
    long, _leaf = cost(root, components=12, past=300)

    assert short.queries == long.queries
    assert _kinds(short) == _kinds(long)
    assert long.bytes < 1.1 * short.bytes


def test_with_many_components_only_those_concerned_are_written(root):
    few, _leaf = cost(root, components=12, past=20)
    many, leaf = cost(root, components=200, past=20)

    assert few.queries == many.queries
    written = {path.split("/")[1] for path in many.written if path.startswith("components/comp_")}
    assert written <= {leaf.public_id, leaf.parent.public_id}


def _kinds(cost):
    """Which documents were written, without the ids in their names."""
    return sorted("/".join("…" if "_" in part else part for part in path.split("/")) for path in cost.written)

"""The tables of nginx follow that of published kinds, and every kind stands in the tree that nginx is asked for."""

import pytest

from statuspage.documents import kinds
from tests.deploy.published import DOCUMENTS
from tools import nginx


@pytest.mark.parametrize("name", nginx.files())
def test_the_files_of_nginx_are_those_that_the_table_makes(name):
    assert (nginx.FOLDER / name).read_text() == nginx.files()[name], "Run python -m tools.nginx."


def test_nginx_is_asked_for_every_kind():
    """Each with all its headers, against what our own process says (test_nginx.py)."""
    paths = (path[1:] for path in DOCUMENTS if not path.startswith("/p/"))
    asked = {kinds.PUBLISHED.of(f"{path}index.html" if path[-1:] in ("", "/") else path) for path in paths}

    assert {kind.name for kind in kinds.PUBLISHED} == {kind.name for kind in asked}

"""One nginx for a whole module: none of what it is asked there changes the tree."""

import subprocess

import pytest

from tests.deploy.asking import live
from tests.deploy.nginx import nginx
from tests.deploy.published import publish


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return publish(tmp_path_factory.mktemp("published"))


@pytest.fixture(scope="module")
def upstream():
    with live() as address:
        yield address


@pytest.fixture(scope="module")
def address(root, upstream, tmp_path_factory):
    with nginx(root, tmp_path_factory.mktemp("nginx"), upstream=upstream) as address:
        yield address


@pytest.fixture(scope="module")
def lonely(root, tmp_path_factory):
    """Every Python process is dead, and there is no brotli module."""
    with nginx(root, tmp_path_factory.mktemp("nginx"), brotli=False) as address:
        yield address


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("certificate")
    chain, key = folder / "chain.pem", folder / "key.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
    ]
    subprocess.run([*command, "-subj", "/CN=localhost", "-out", chain, "-keyout", key], check=True, capture_output=True)
    return chain, key

"""Addresses with a password in them: read right, or refused without a word of it."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import broker, mail
from config.children import ROOT


@pytest.mark.parametrize(
    ("url", "host", "port", "password"),
    [
        ("smtp://localhost", "localhost", 25, ""),
        ("smtp+tls://ada:p%23%2F%40@mail.example.com", "mail.example.com", 587, "p#/@"),
        ("smtps://ada:pw@[2001:db8::1]:4650", "2001:db8::1", 4650, "pw"),
    ],
)
def test_where_mail_leaves(url, host, port, password):
    found = mail.parse(url)

    assert (found["EMAIL_HOST"], found["EMAIL_PORT"], found["EMAIL_HOST_PASSWORD"]) == (host, port, password)


MALFORMED = [
    "smtp//ada:s3cret@mail.example.com",
    "s3cret",
    "smtp://ada:s3cret#x@mail.example.com:25",
    "smtp://ada:s3cret/x@mail.example.com",
    "smtp://ada:x@mail.example.com:s3cret",
    "smtp://[ada:s3cret@mail.example.com",
    "smtp://mail.example.com/s3cret",
]


@pytest.mark.parametrize("url", MALFORMED)
def test_a_mail_server_that_cannot_be_read(url):
    with pytest.raises(ImproperlyConfigured, match=r"^EMAIL_URL cannot be read; write smtp://") as refusal:
        mail.parse(url)
    assert "s3cret" not in str(refusal.value)


@pytest.mark.parametrize(
    "url",
    ["filesystem://", "memory://localhost", "redis://:p%23w@10.0.0.1:6379/0", "rediss://r", "amqp://a:b@h:5672//",
     "sentinel://a:1;sentinel://b:2", "redis+socket:///run/redis.sock"],
)  # fmt: skip
def test_a_broker_that_can_be_read(url):
    assert broker.check(url) == url


@pytest.mark.parametrize(
    "url",
    ["redis://:s3cret#x@h:1/0", "s3cret://h", "redis:/s3cret@", "redis://[:s3cret@h", "//s3cret", "redis://h:s3cret",
     "redis://:123/s3cret@h"],
)  # fmt: skip
def test_a_broker_that_cannot_be_read(url):
    with pytest.raises(ImproperlyConfigured, match=r"^CELERY_BROKER_URL cannot be read; write redis://") as refusal:
        broker.check(url)
    assert "s3cret" not in str(refusal.value)


@pytest.mark.own_data
@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("EMAIL_URL", "smtp://ada:s3cret/x@mail.example.com"),
        ("DATABASE_URL", "postgres://ada:s3cret/x@db.example.com/status"),
        ("CELERY_BROKER_URL", "redis://:s3cret/x@cache.example.com/0"),
        ("PUBLISH_STORAGE_URL", "s3://key:s3cret@bucket/x"),
        ("PUBLISH_STORAGE_URL", "s3://bucket?endpoint=https://key:s3cret@s3.example.com"),
    ],
)
def test_a_process_that_is_given_one_ends_without_saying_it(tmp_path, name, url):
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "SECRET_KEY": "x" * 50, name: url}
    run = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )

    assert run.returncode == 1
    assert name in run.stderr
    assert "s3cret" not in run.stdout + run.stderr

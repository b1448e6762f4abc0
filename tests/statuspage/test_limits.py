"""What is refused before Django reads it: text in foreign codecs, long lines, two hosts."""

from io import BytesIO
from time import process_time

import pytest
from django.core.handlers.wsgi import WSGIRequest
from hypothesis import given, strategies as st

from statuspage.serving.limits import CONTENT_TYPE, LONGEST, Refused, check
from tests.statuspage.rsgi import scope

PLAIN = [
    "", "application/json", "application/json; charset=utf-8", 'text/plain;charset="UTF-8"', "application/vnd.a+json",
    "multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW", "application/x-www-form-urlencoded;",
    'multipart/form-data; boundary="a b"; charset=utf8',
]  # fmt: skip
FOREIGN = [
    "application/x-www-form-urlencoded; charset=punycode", "text/plain; charset=zlib", "text/plain; CHARSET=idna",
    "text/plain; a=b; charset=utf-16", "text/plain; charset*=utf-8''punycode", "text/plain; x*=punycode''abc",
    'text/plain; charset="utf-8"; charset=punycode', "text/plain; charset=utf-8x", "text/plain, text/html",
    "text", "multipart/form-data; boundary=a; charset = punycode", "text/plain; charset='punycode'",
]  # fmt: skip


def refused(path="/admin/", **headers):
    try:
        check(scope(path, "POST", headers=[(name.replace("_", "-"), value) for name, value in headers.items()]))
    except Refused as refusal:
        return refusal.status
    return None


@pytest.mark.parametrize("value", PLAIN)
def test_text_as_everybody_sends_it(value):
    assert refused(content_type=value) is None


@pytest.mark.parametrize("value", FOREIGN)
def test_no_codec_of_the_clients_choice(value):
    assert refused(content_type=value) == 415


@given(st.text("ab;=\"' \t*/-charset8utf", max_size=60))
def test_whatever_is_let_through_django_decodes_as_utf_8(rest):
    value = f"text/plain{rest}"
    if CONTENT_TYPE.fullmatch(value):
        request = WSGIRequest({"REQUEST_METHOD": "POST", "CONTENT_TYPE": value, "wsgi.input": BytesIO()})
        assert request.encoding is None or request.encoding.lower().replace("-", "") == "utf8"


def test_a_long_type_is_looked_at_in_no_time():
    began = process_time()
    for part in ("; a=b", ";charset=utf-8", '; a="', " ;", "; a= ", " ", ";", '; a=""'):
        CONTENT_TYPE.fullmatch("text/plain" + part * (LONGEST // len(part)) + "!")

    assert process_time() - began < 1


def test_long_heads_and_two_hosts():
    assert refused(accept="a" * LONGEST) is None
    assert refused(accept="a" * (LONGEST + 1)) == 431
    assert refused(cookie="a" * (LONGEST + 1)) == 431
    assert refused(content_type="text/plain; a=" + "b" * 300) == 415
    assert refused(f"/admin/?q={'a' * LONGEST}") == 414
    with pytest.raises(Refused, match="cookie is too long"):
        check(scope("/admin/", headers=[("cookie", "a" * 5000)] * 2))
    with pytest.raises(Refused, match="one host"):
        check(scope("/admin/", headers=[("host", "a"), ("host", "b")]))

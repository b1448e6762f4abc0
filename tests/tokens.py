"""What differs in each answer and says nothing: one-time tokens and nonces."""

import re

_TOKENS = re.compile(r'(?:name="(?:csrfmiddlewaretoken|once)" value|csrf\w*"? (?:value|content)|nonce)="[^"]*"')


def without(html):
    return _TOKENS.sub("", html)

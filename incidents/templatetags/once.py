"""``{% csrf_token %}`` of every form, with a one-time token beside it (:mod:`incidents.staff.once`).

A builtin of all templates, so that no form, of ours or of a library, can be without.
"""

import secrets

from django import template
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


class TokensNode(CsrfTokenNode):
    def render(self, context):
        csrf = super().render(context)
        if not csrf:
            return csrf
        return SafeString(csrf + format_html('<input type="hidden" name="once" value="{}">', secrets.token_urlsafe(12)))


@register.tag
def csrf_token(parser, token):
    return TokensNode()

"""What a mail looks like with the texts that stand in the form, for the screen that edits them."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy

from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from incidents.views.incident import for_those_who_may
from notifications.messages import mail, message_templates, preview
from notifications.models.message_settings import OF_INCIDENTS
from notifications.sending.outgoing import dress_of
from statuspage.models import Page
from statuspage.plain_templates import BrokenText

LONGEST = 2_000
TEXTS = ("header", "footer", "subject", "intro")


@require_POST
@for_those_who_may("notifications.view_messagesettings")
def mail_sample(request, public_id):
    """Subject, sender and HTML; or the sentence that says what to write instead."""
    page = get_object_or_404(Page, public_id=public_id)
    typed = {name: request.POST.get(name, "")[:LONGEST] for name in TEXTS}
    event = request.POST.get("event")
    event = event if event in [each.value for each in OF_INCIDENTS] else OF_INCIDENTS[1].value
    try:
        for text in typed.values():
            message_templates.check(text)
    except BrokenText as error:
        return JsonResponse({"error": str(error)})
    dress = replace(
        dress_of(page),
        header=typed["header"],
        footer=typed["footer"],
        texts={event: (" ".join(typed["subject"].split()), typed["intro"])},
        sender_name=" ".join(request.POST.get("sender_name", "")[:100].split()) or str(page),
        reply_to="",
    )
    outgoing = preview.sample(event, page=dress)
    written = message_from_bytes(mail.prepare(outgoing).addressed(outgoing), policy=policy.default)
    html = written.get_body(("html",)).get_content()
    return JsonResponse({"subject": written["Subject"], "from": str(written["From"]), "html": html})

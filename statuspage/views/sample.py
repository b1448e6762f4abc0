"""What a template comes out as, for its form in the admin."""

from django.http import JsonResponse
from django.views.decorators.http import require_POST

from incidents import numbers
from incidents.views.incident import for_those_who_may
from statuspage.composer import texts
from statuspage.models import Page

LONGEST = 5_000


@require_POST
@for_those_who_may("statuspage.view_stagetemplate")
def template_sample(request):
    body, page = request.POST.get("body", "")[:LONGEST], request.POST.get("page", "")
    try:
        texts.check(body)
    except texts.BrokenText as error:
        return JsonResponse({"error": str(error)})
    page = Page.objects.filter(pk=numbers.read(page)).first()
    return JsonResponse({"text": texts.sample(body, page)})

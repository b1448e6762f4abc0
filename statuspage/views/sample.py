"""What a template comes out as, for its form in the admin."""

from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.views.decorators.http import require_POST

from incidents import numbers
from statuspage.composer import texts
from statuspage.models import Page

LONGEST = 5_000


@require_POST
def template_sample(request):
    if not request.user.has_perm("statuspage.view_stagetemplate"):
        raise PermissionDenied
    body, page = request.POST.get("body", "")[:LONGEST], request.POST.get("page", "")
    try:
        texts.check(body)
    except texts.BrokenText as error:
        return JsonResponse({"error": str(error)})
    page = Page.objects.filter(pk=numbers.read(page)).first()
    return JsonResponse({"text": texts.sample(body, page)})

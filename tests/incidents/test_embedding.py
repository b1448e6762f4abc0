"""A screen is inserted by its URL name: as a GET, by the same person, or not at all."""

import pytest
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.template import engines
from django.template.response import TemplateResponse
from django.test import RequestFactory
from django.urls import path


def shown(request, word):
    parts = [word, request.method, dict(request.POST), dict(request.GET), request.embedded, request.path, request.user]
    return HttpResponse(f"<p>{' '.join(map(str, parts))}</p>")


def lazy(request):
    return TemplateResponse(request, engines["django"].from_string("<b>{{ word }}</b>"), {"word": "a < b"})


def tokened(request):
    return HttpResponse(get_token(request))


def missing(request):
    raise Http404


urlpatterns = [
    path("shown/<str:word>/", shown, name="shown"),
    path("lazy/", lazy, name="lazy"),
    path("token/", tokened, name="token"),
    path("missing/", missing, name="missing"),
    path("away/", lambda request: HttpResponseRedirect("/"), name="away"),
]
pytestmark = pytest.mark.urls(__name__)


def embed(call, request):
    template = engines["django"].from_string("{% load embedding %}[{% embed " + call + " %}]")
    return template.render({"word": "Ahoy"}, request)


@pytest.fixture
def request_():
    request = RequestFactory().post("/outer/?filter=1", {"body": "typed"})
    request.user = "someone"
    return request


def test_the_view_gets_a_plain_get_of_the_same_person(request_):
    assert embed("'shown' word", request_) == "[<p>Ahoy GET {} {} True /shown/Ahoy/ someone</p>]"


def test_the_outer_request_stays_as_it_was(request_):
    embed("'shown' word", request_)
    assert (request_.method, request_.POST["body"], request_.GET["filter"], request_.path) == (
        "POST",
        "typed",
        "1",
        "/outer/",
    )
    assert not hasattr(request_, "embedded")


def test_a_template_response_is_rendered_and_its_text_is_escaped_once(request_):
    assert embed("'lazy'", request_) == "[<b>a &lt; b</b>]"


@pytest.mark.parametrize("name", ["missing", "away", "no_such_name"])
def test_what_refuses_or_is_not_there_leaves_nothing(request_, name):
    assert embed(f"'{name}'", request_) == "[]"


def test_a_csrf_token_asked_for_inside_reaches_the_outer_answer(request_):
    assert len(embed("'token'", request_)) > 10
    assert request_.META["CSRF_COOKIE_NEEDS_UPDATE"]

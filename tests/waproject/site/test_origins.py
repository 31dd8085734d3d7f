from django.http import HttpResponse
from django.test import RequestFactory

from waproject.audit.origins import current_origin
from waproject.site.origins import say_origin


def test_operations_of_a_request_come_from_its_address():
    seen = []

    def answer(request):
        seen.append(current_origin())
        return HttpResponse()

    say_origin(answer)(RequestFactory().get("/", REMOTE_ADDR="192.0.2.7"))

    assert (seen, current_origin()) == (["web 192.0.2.7"], "")

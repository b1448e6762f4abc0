"""What people see when a request fails."""

import sys

from django.db import InterfaceError, OperationalError
from django.shortcuts import render
from django.views.defaults import server_error

RETRY_AFTER = 5  # seconds


def broken(request):
    """500, or 503 where it was the database that did not answer: that passes, and says nothing of the request."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        response = render(request, "503.html", status=503)
        response["Retry-After"] = RETRY_AFTER
        return response
    return server_error(request)

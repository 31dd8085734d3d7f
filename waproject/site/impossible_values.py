"""Pages that are asked for values which no row can have: the address was written by hand.

Most forms refuse such a value themselves. Where a list or a page hands it on, the database or
Django's own code fails at it, and the page is shown without it. One place, since each filter and
each page would have to look at the same things.
"""

import logging
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.admin.options import TO_FIELD_VAR
from django.core.exceptions import FieldDoesNotExist
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import SimpleTemplateResponse
from django.utils.translation import gettext_lazy as _

from waproject.core.text.errors import kind_and_place

logger = logging.getLogger(__name__)

View = Callable[..., HttpResponse]

# What code and databases raise at such a value; other causes raise them too.
TROUBLES = (ArithmeticError, ValueError, DataError, FieldDoesNotExist)
# A number of more digits than any id has, one with so many zeros, and a negative one; the first and
# the last year, where a time zone leads out of the calendar; a character that no text in the
# database can hold.
IMPOSSIBLE = re.compile(r"\d{19}|\d[eE][+-]?\d{3}|\b(?:0001|9999)-\d\d|\x00|^-\d")


def refusing_impossible_values(view: View) -> View:
    """The view; asked for what cannot be, it leads to the page without it, with a message.

    404 where that stands in the path. Errors of other causes are raised as they are.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
            if _has_impossible_value(request.GET) and isinstance(response, SimpleTemplateResponse):
                response.render()  # now: its queries may be run by the template
            return response
        except TROUBLES as trouble:
            if any(IMPOSSIBLE.search(str(value)) for value in kwargs.values()):
                raise Http404 from trouble
            if not (_has_impossible_value(request.GET) or _has_impossible_value(request.POST)):
                raise
            # The value may not be the cause: then this is the only trace of the true one.
            logger.warning("A page was shown without its values: %s", kind_and_place(trouble))
            sentence = _("A value in the address of the page is impossible, and was left out.")
            messages.warning(request, sentence)
            return redirect(request.path)

    return answer


def _has_impossible_value(given: QueryDict) -> bool:
    found = [(name, value) for name, values in given.lists() for value in values]
    return any(IMPOSSIBLE.search(value) for _name, value in found) or (TO_FIELD_VAR, "") in found

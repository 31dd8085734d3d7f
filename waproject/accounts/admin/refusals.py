"""A page whose operation is refused at its end: back to the list, with the sentence."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from waproject.accounts.memberships import NobodyLeft
from waproject.accounts.operations import CannotChangeRoles

View = Callable[..., HttpResponse]


def saying_why_not(view: View) -> View:
    """The view of a ModelAdmin, which leads to its list when the operation is refused."""

    @wraps(view)
    def answer(page: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(page, request, *args, **kwargs)
        except (NobodyLeft, CannotChangeRoles) as refusal:
            messages.error(request, str(refusal))
            return redirect(f"admin:{page.opts.app_label}_{page.opts.model_name}_changelist")

    return answer

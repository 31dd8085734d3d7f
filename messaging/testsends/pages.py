"""The page that sends a template to one's own number, and the small form on other pages."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.models import Contact, Vehicle
from contacts.permissions import SEE_ADDRESSES, SEE_PEOPLE
from messaging.actions import TestSendAction
from messaging.models import Channel, Sender, Template, TemplateVersion
from messaging.testsends.sending import CannotTest, Outgoing, send_test
from messaging.texts.rendering import PLACEHOLDER, Rendered
from messaging.texts.sending import render_version
from waproject.core.admin.permissions import require


class OwnNumberForm(forms.Form):
    """To which number, from which sender, and with whose values."""

    sender = forms.ModelChoiceField(
        label=gettext_lazy("From"), queryset=Sender.objects.none(), empty_label=None
    )
    phone = forms.CharField(
        label=gettext_lazy("My number"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
        help_text=gettext_lazy(
            "It is remembered, and kept as a contact with the tag “Test numbers”, so that answers"
            " from it find their place."
        ),
    )
    person = forms.CharField(
        label=gettext_lazy("With the values of"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("A name or a phone; left empty, of somebody with a vehicle."),
    )

    def __init__(self, *args: Any, template: Template, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usable = Sender.objects.filter(
            account=template.account_id, status=Sender.Status.ACTIVE
        ).exclude(channel=Channel.OTHER)
        self.fields["sender"].queryset = usable.order_by("channel", "name")  # type: ignore[attr-defined]
        self.label_suffix = ""


class OwnNumberPages:
    """Adds the page of a test to the admin of templates."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.own_number_view)  # type: ignore[attr-defined]
        return [
            path("<int:pk>/test/", view, name="messaging_template_test"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def own_number_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for the number (GET); send the test (POST)."""
        require(request.user, TestSendAction.SEND.permission, "messaging.view_template")
        template = get_object_or_404(Template.objects.select_related("current", "in_use"), pk=pk)
        initial = {"phone": request.user.test_phone}  # type: ignore[union-attr]
        form = OwnNumberForm(request.POST or None, template=template, initial=initial)
        if request.method == "POST" and form.is_valid() and self._send(request, form, template):
            return redirect(reverse("admin:messaging_template_test", args=[template.pk]))
        return TemplateResponse(
            request,
            "admin/messaging/template/test_send.html",
            {
                **self.admin_site.each_context(request),  # type: ignore[attr-defined]
                "title": _("Test send"),
                "template": template,
                "form": form,
                "opts": Template._meta,
            },
        )

    def _send(self, request: HttpRequest, form: OwnNumberForm, template: Template) -> bool:
        given = form.cleaned_data
        version = template.version_for(given["sender"].channel)
        if version is None:
            form.add_error(None, _("The template has no text yet."))
            return False
        rendered = _rendered(version, request.user, given["person"])
        if rendered is None:
            form.add_error("person", _("There is no such person."))
            return False
        try:
            number = send_test(
                _outgoing(version, rendered),
                sender=given["sender"],
                phone=given["phone"],
                by=request.user,  # type: ignore[arg-type]
            )
        except CannotTest as refusal:
            form.add_error(None, str(refusal))
            return False
        messages.success(request, sent_in_words(number))
        return True


def sent_in_words(number: str) -> str:
    """What the page says of a test that was queued."""
    sentence = _("The test is on its way to %(number)s. What becomes of it stands in the log.")
    return sentence % {"number": number}


def _outgoing(version: TemplateVersion, rendered: Rendered) -> Outgoing:
    """The text with the examples of its placeholders where the person has no value."""
    values = dict(rendered.variables)
    for name in rendered.missing:
        values[name] = _example(version, name)
    text = PLACEHOLDER.sub(lambda found: values.get(found[1], ""), version.body)
    return Outgoing(text, version, values)


def _example(version: TemplateVersion, name: str) -> str:
    """What stands in a test where nothing is known: the example, else the name itself."""
    return str(version.variables.get(name, {}).get("example") or name)


def _rendered(version: TemplateVersion, user: Any, wanted: str) -> Rendered | None:
    """The text with somebody's values; None when nobody fits what was typed.

    Without the right to see people it has nobody's values.
    """
    nobody = Contact(name=user.get_full_name() or user.get_username())
    if not user.has_perms([SEE_PEOPLE, SEE_ADDRESSES]):
        return render_version(version, nobody, None)
    if wanted.strip():
        person = Contact.objects.search(wanted.strip()).order_by("-pk").first()
        if person is None:
            return None
        vehicle = person.vehicles.order_by("-year", "-pk").first()
        return render_version(version, person, vehicle)
    newest = Vehicle.objects.select_related("contact").order_by("-pk").first()
    if newest is None:
        return render_version(version, nobody, None)
    return render_version(version, newest.contact, newest)

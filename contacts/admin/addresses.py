"""The addresses of a person besides the phone, on the page of the contact."""

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.addresses import Address
from contacts.admin.forms import ERASED
from contacts.models import Contact, ContactStatus
from contacts.permissions import may_see_addresses, said_address
from contacts.phones import PhoneError, parse_phone
from contacts.phones.keys import phone_key
from contacts.privacy.hashes import erased_among
from contacts.states import AddressChannel

# As WhatsApp gives it: two letters of a country, a point, and letters and digits.
USER_ID = re.compile(r"[A-Z]{2}\.[0-9A-Za-z._-]+")


class AddressForm(forms.ModelForm):
    class Meta:
        model = Address
        fields = ("channel", "value")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        channel, value = cleaned.get("channel"), cleaned.get("value", "").strip()
        if not channel or not value:
            return cleaned
        try:
            cleaned["value"] = _as_known(channel, value)
            _refuse_of_another(channel, cleaned["value"], self.instance)
        except ValidationError as error:
            self.add_error("value", error)
        return cleaned


def _as_known(channel: str, value: str) -> str:
    """The address as it is compared: a phone in E.164, any other as it was typed."""
    if channel == AddressChannel.PHONE:
        try:
            return parse_phone(value)
        except PhoneError as error:
            raise ValidationError(str(error)) from error
    if channel == AddressChannel.WHATSAPP and not USER_ID.fullmatch(value):
        raise ValidationError(_("A WhatsApp user id looks like CL.1234."))
    if value.startswith("+"):
        raise ValidationError(_("Choose “phone” for a phone number."))
    return value


def _refuse_of_another(channel: str, value: str, row: Address) -> None:
    others = Address.objects.filter(channel=channel, key=phone_key(value)).exclude(pk=row.pk)
    holders = Contact.objects.filter(phone_key=phone_key(value))
    if others.exists() or holders.exists():
        raise ValidationError(_("Another contact has this address."))
    if value != row.value and erased_among([value]):
        raise ValidationError(ERASED)


class AddressFormSet(forms.BaseInlineFormSet):
    def clean(self) -> None:
        super().clean()
        kept = [one for one in self.forms if _has_value(one) and not self._should_delete_form(one)]
        if not self.instance.phone and not kept:
            raise ValidationError(_("A contact needs a phone or another address."))


def _has_value(form: forms.ModelForm) -> bool:
    return bool(form.instance.pk or form.cleaned_data.get("value"))


class AddressInline(admin.TabularInline):
    """The addresses by which a person is found; blocks of the phone are shown above."""

    model = Address
    form = AddressForm
    formset = AddressFormSet
    extra = 0
    readonly_fields = ["unreachable"]
    fields = ["channel", "value", "unreachable"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The addresses themselves, masked and not to be changed for users who may not see them."""
        masked = obj is not None and not may_see_addresses(request.user)
        return ["channel", "value_shown", "unreachable"] if masked else self.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*self.readonly_fields, "value_shown"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).identities()

    @admin.display(description=gettext_lazy("address"))
    def value_shown(self, row: Any) -> str:
        return said_address(row.value) if row.pk else ""

    @admin.display(description=gettext_lazy("unreachable since"))
    def unreachable(self, row: Any) -> str:
        return row.barred or "–"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("contacts.view_contact") or _may_change(request.user, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may_change(request.user, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may_change(request.user, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may_change(request.user, obj)


def _may_change(user: Any, contact: Contact | None) -> bool:
    """An opt-out belongs to the address it came from; nobody changes what is masked for them."""
    if contact is None:
        return user.has_perm("contacts.add_contact")
    is_out = contact.status == ContactStatus.OPTED_OUT
    may_read = user.has_perm("contacts.change_contact") and may_see_addresses(user)
    return may_read and not is_out

"""The filters of an audience as a form, and the form of its count."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.audience.filters import Audience
from campaigns.audience.outcomes import Outcome
from campaigns.audience.values import AudienceError
from campaigns.models import Campaign
from campaigns.states import CampaignStatus
from contacts.models import Address, Contact, ContactStatus, ImportJob, Tag, Vehicle
from contacts.permissions import may_see_addresses, shown_address, shown_text
from contacts.phones import PhoneError, parse_phone
from contacts.phones.keys import phone_key
from messaging.models import Sender
from waproject.core.admin.lists import LONGEST_SEARCH

CAMPAIGNS_OFFERED = 50
IMPORTS_OFFERED = 10
# Far enough for every purpose, and far from the end of the calendar, where arithmetic fails.
LAST_YEAR = 2100
# The filters that single people out. Users who may not see people neither see nor change them.
NAMING_PEOPLE = ("search", "name_contains", "people")
_RANGES = (("year_from", "year_to"), ("price_from", "price_to"), ("created_from", "created_to"))


def _suggesting(list_id: str) -> forms.TextInput:
    """A text field that suggests the values of a `<datalist>` on the page."""
    return forms.TextInput({"list": list_id, "autocomplete": "off", "size": 30})


def _day_field(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        validators=[MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(LAST_YEAR, 1, 1))],
    )


def _year_field(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=1900, max_value=LAST_YEAR)


def _price_field(label: Any) -> forms.DecimalField:
    """At most what a vehicle's price can hold."""
    price = Vehicle._meta.get_field("price")
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=0,
        max_digits=price.max_digits,
        decimal_places=price.decimal_places,
    )


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


class AudienceForm(forms.Form):
    """Filters of an audience.

    Once cleaned, `audience` is what they describe, or None when one of them is wrong (the other
    fields of a form that inherits from this one do not matter).
    """

    audience: Audience | None = None

    make = forms.CharField(
        label=gettext_lazy("Make"),
        required=False,
        help_text=gettext_lazy("Several are separated by commas: any of them will do."),
        widget=_suggesting("makes"),
    )
    model = forms.CharField(
        label=gettext_lazy("Model"),
        required=False,
        widget=_suggesting("models"),
    )
    year_from = _year_field(gettext_lazy("Year from"))
    year_to = _year_field(gettext_lazy("Year to"))
    price_from = _price_field(gettext_lazy("Price from"))
    price_to = _price_field(gettext_lazy("Price to"))
    vehicle_from = _day_field(gettext_lazy("Vehicle added from"))
    tags_any = forms.ModelMultipleChoiceField(
        Tag.objects.all(),
        label=gettext_lazy("With any of the tags"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    tags_none = forms.ModelMultipleChoiceField(
        Tag.objects.all(),
        label=gettext_lazy("Without the tags"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    search = forms.CharField(
        label=gettext_lazy("Found by the search"),
        required=False,
        max_length=LONGEST_SEARCH,
        help_text=gettext_lazy("As in the list of contacts."),
    )
    name_contains = forms.CharField(label=gettext_lazy("Name contains"), required=False)
    contact_status = forms.ChoiceField(
        label=gettext_lazy("Status of the contact"),
        required=False,
        choices=[("", gettext_lazy("any")), *ContactStatus.choices],
    )
    language = forms.CharField(
        label=gettext_lazy("Language"),
        required=False,
        max_length=10,
        help_text=gettext_lazy("As on the contact's page, for example es."),
    )
    custom = forms.CharField(
        label=gettext_lazy("Further fields"),
        required=False,
        widget=forms.Textarea({"rows": 2, "cols": 40}),
        help_text=gettext_lazy("One to a line, for example: ciudad = Talca"),
    )
    created_from = _day_field(gettext_lazy("Added from"))
    created_to = _day_field(gettext_lazy("Added to"))
    people = forms.CharField(
        label=gettext_lazy("Only these people"),
        required=False,
        widget=forms.Textarea({"rows": 3, "cols": 40}),
        help_text=gettext_lazy("Phones or WhatsApp user ids, one to a line."),
    )
    imports = forms.ModelMultipleChoiceField(
        ImportJob.objects.none(),
        label=gettext_lazy("People of the imports"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    of_campaigns = forms.ModelMultipleChoiceField(
        Campaign.objects.none(),
        label=gettext_lazy("People of the campaigns"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    outcome = forms.ChoiceField(
        label=gettext_lazy("Of them, those who"),
        required=False,
        choices=[("", gettext_lazy("were chosen for it")), *Outcome.choices],
    )
    exclude_contacted_days = forms.IntegerField(
        label=gettext_lazy("Leave out people written to in the last days"),
        required=False,
        min_value=1,
        max_value=3650,
    )
    exclude_campaigns = forms.ModelMultipleChoiceField(
        Campaign.objects.none(),
        label=gettext_lazy("Leave out people of the campaigns"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    sees_people = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.sees_people:
            self.keep_people()
        if not may_see_addresses():
            self._keep_addresses()
        imported = self.initial.get("imports", [])
        self.fields["imports"].queryset = _imports_offered(imported)  # type: ignore[attr-defined]
        for name in ("of_campaigns", "exclude_campaigns"):
            chosen = self.initial.get(name, [])
            self.fields[name].queryset = _campaigns_offered(chosen)  # type: ignore[attr-defined]

    def keep_people(self) -> None:
        """Keep the stored filters that single people out, whatever the browser sends."""
        for name in NAMING_PEOPLE:
            self.fields[name].disabled = True

    def _keep_addresses(self) -> None:
        """Keep what holds addresses: shown masked, it could not be written back."""
        self.fields["search"].disabled = True
        self.fields["people"].disabled |= bool(self.initial.get("contact_ids"))

    def clean_search(self) -> str:
        kept: str = self.initial.get("stored_search", "")
        return kept if self.fields["search"].disabled else self.cleaned_data["search"]

    def clean_custom(self) -> list[tuple[str, str]]:
        pairs = [line.partition("=") for line in _lines(self.cleaned_data["custom"])]
        if wrong := next((key for key, sign, value in pairs if not (sign and value)), None):
            raise forms.ValidationError(
                _("“%(line)s” is no field and value, such as: ciudad = Talca") % {"line": wrong}
            )
        return [(key.strip(), value.strip()) for key, _sign, value in pairs]

    def clean_people(self) -> list[int]:
        if self.fields["people"].disabled:
            return list(self.initial.get("contact_ids", []))
        addresses = {line: _address(line) for line in _lines(self.cleaned_data["people"])}
        known = dict(_ids_by_address(addresses.values()))
        unknown = [line for line, address in addresses.items() if address not in known]
        if unknown:
            raise forms.ValidationError(
                _("Not among the contacts: %(people)s") % {"people": ", ".join(unknown)}
            )
        return [known[address] for address in addresses.values()]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        for start, end in _RANGES:
            self._check_range(start, end)
        if not self.errors.keys() & AudienceForm.base_fields.keys():
            try:
                self.audience = Audience.from_json(_stated(self.cleaned_data))
            except AudienceError as error:
                self.add_error(None, str(error))
        return cleaned

    def _check_range(self, start: str, end: str) -> None:
        low, high = self.cleaned_data.get(start), self.cleaned_data.get(end)
        if low is not None and high is not None and low > high:
            label = {"start": self.fields[start].label}
            self.add_error(end, _("It must not be less than “%(start)s”.") % label)


class CountForm(AudienceForm):
    """The audience of an unsaved campaign, and the sender whose channel it goes by."""

    sender = forms.ModelChoiceField(Sender.objects.all(), required=False)


_AS_GIVEN = (
    "year_from",
    "year_to",
    "price_from",
    "price_to",
    "language",
    "search",
    "name_contains",
    "contact_status",
    "outcome",
    "exclude_contacted_days",
)


def _stated(given: dict[str, Any]) -> dict[str, Any]:
    """The filters that the form states, as Audience.from_json takes them."""
    filters = {
        "make": _words(given["make"]),
        "model": _words(given["model"]),
        "tags_any": [tag.pk for tag in given["tags_any"]],
        "tags_none": [tag.pk for tag in given["tags_none"]],
        "custom": dict(given["custom"]),
        "created_from": given["created_from"] and given["created_from"].isoformat(),
        "created_to": given["created_to"] and given["created_to"].isoformat(),
        "vehicle_from": given["vehicle_from"] and given["vehicle_from"].isoformat(),
        "contact_ids": given["people"],
        "imports": [imported.pk for imported in given["imports"]],
        "of_campaigns": [campaign.pk for campaign in given["of_campaigns"]],
        "exclude_campaigns": [campaign.pk for campaign in given["exclude_campaigns"]],
    }
    filters |= {name: given[name] for name in _AS_GIVEN}
    return {name: value for name, value in filters.items() if value not in (None, "", [], {})}


def as_initial(audience: Audience) -> dict[str, Any]:
    """What the form shows for an audience."""
    people = Contact.objects.filter(pk__in=audience.contact_ids).prefetch_related("addresses")
    return {
        **audience.to_json(),
        "make": ", ".join(audience.make),
        "model": ", ".join(audience.model),
        "custom": "\n".join(f"{key} = {value}" for key, value in audience.custom),
        "created_from": audience.created_from,
        "created_to": audience.created_to,
        "vehicle_from": audience.vehicle_from,
        "search": shown_text(audience.search),
        "stored_search": audience.search,
        "people": "\n".join(shown_address(person.address) for person in people),
    }


def _imports_offered(chosen: list[int]) -> Any:
    recent = ImportJob.objects.order_by("-pk").values_list("pk", flat=True)[:IMPORTS_OFFERED]
    return ImportJob.objects.filter(pk__in=[*recent, *chosen]).select_related("job")


def _campaigns_offered(chosen: list[int]) -> Any:
    launched = Campaign.objects.exclude(status=CampaignStatus.DRAFT).order_by("-pk")
    recent = list(launched.values_list("pk", flat=True)[:CAMPAIGNS_OFFERED])
    return Campaign.objects.filter(pk__in=[*recent, *chosen])


def _address(line: str) -> str:
    """A phone in E.164, or the text as it is: a WhatsApp user id."""
    try:
        return parse_phone(line)
    except PhoneError:
        return line


def _ids_by_address(addresses: Iterable[str]) -> Iterable[tuple[str | None, int]]:
    wanted = list(addresses)
    people = Contact.objects.filter(phone_key__in=set(map(phone_key, wanted)))
    own = people.values_list("phone_key", "pk")
    by_key = {**Address.objects.further_phones(wanted), **{key: pk for key, pk in own if key}}
    yield from ((one, by_key[key]) for one in wanted if (key := phone_key(one)) in by_key)
    by_user_id = Address.objects.identities().filter(key__in=wanted)
    yield from by_user_id.values_list("key", "contact_id")

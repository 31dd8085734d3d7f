"""The form of a campaign, with its audience as proper fields."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.audience import Audience, AudienceError
from campaigns.models import Campaign
from campaigns.states import CampaignStatus
from contacts.models import Address, Contact, Tag, Vehicle
from contacts.phone_keys import phone_key
from contacts.phones import PhoneError, parse_phone
from messaging.delivery.hours import EVERY_DAY
from messaging.models import Channel, Sender

CAMPAIGNS_OFFERED = 50
# Far enough for every purpose, and far from the end of the calendar, where arithmetic fails.
LAST_YEAR = 2100
# The filters that single people out. Users who may not see people neither see nor change them.
NAMING_PEOPLE = ("name_contains", "people")
# The button that counts without saving, for a browser without JavaScript.
COUNT_BUTTON = "_count"


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
    name_contains = forms.CharField(label=gettext_lazy("Name contains"), required=False)
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
        chosen = self.initial.get("exclude_campaigns", [])
        self.fields["exclude_campaigns"].queryset = _campaigns_offered(chosen)  # type: ignore[attr-defined]

    def keep_people(self) -> None:
        """Keep the stored filters that single people out, whatever the browser sends."""
        for name in NAMING_PEOPLE:
            self.fields[name].disabled = True

    def clean_custom(self) -> list[tuple[str, str]]:
        pairs = [line.partition("=") for line in _lines(self.cleaned_data["custom"])]
        if wrong := next((key for key, sign, value in pairs if not (sign and value)), None):
            raise forms.ValidationError(
                _("“%(line)s” is no field and value, such as: ciudad = Talca") % {"line": wrong}
            )
        return [(key.strip(), value.strip()) for key, _sign, value in pairs]

    def clean_people(self) -> list[int]:
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
        if not self.errors.keys() & AudienceForm.base_fields.keys():
            try:
                self.audience = Audience.from_json(_stated(self.cleaned_data))
            except AudienceError as error:
                self.add_error(None, str(error))
        return cleaned


class CountForm(AudienceForm):
    """The audience of an unsaved campaign, and the sender whose channel it goes by."""

    sender = forms.ModelChoiceField(Sender.objects.all(), required=False)


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
        "contact_ids": given["people"],
        "exclude_campaigns": [campaign.pk for campaign in given["exclude_campaigns"]],
    }
    for name in ("year_from", "year_to", "price_from", "price_to", "exclude_contacted_days"):
        filters[name] = given[name]
    filters |= {"language": given["language"], "name_contains": given["name_contains"]}
    return {name: value for name, value in filters.items() if value not in (None, "", [], {})}


def as_initial(audience: Audience) -> dict[str, Any]:
    """What the form shows for an audience."""
    people = Contact.objects.filter(pk__in=audience.contact_ids)
    return {
        **audience.to_json(),
        "make": ", ".join(audience.make),
        "model": ", ".join(audience.model),
        "custom": "\n".join(f"{key} = {value}" for key, value in audience.custom),
        "created_from": audience.created_from,
        "created_to": audience.created_to,
        "people": "\n".join(person.address for person in people),
    }


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


def _stored(campaign: Campaign) -> dict[str, Any]:
    try:
        return as_initial(Audience.from_json(campaign.audience))
    except AudienceError:
        return {}  # the preflight tells what is wrong with the stored one; the form starts empty


class Weekdays(forms.TypedMultipleChoiceField):
    """Days of the week as boxes to tick; their value is the bits of Hours.days."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=list(WEEKDAYS.items()), coerce=int, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            return [str(day) for day in WEEKDAYS if value >> day & 1]
        return value

    def clean(self, value: Any) -> int:
        return sum(1 << day for day in super().clean(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


def _time_field(label: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label, required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )


class CampaignForm(AudienceForm, forms.ModelForm):
    hours_start = _time_field(gettext_lazy("Not before"))
    hours_end = _time_field(gettext_lazy("Not after"))
    days = Weekdays(
        label=gettext_lazy("Days"),
        initial=EVERY_DAY,
        error_messages={"required": gettext_lazy("Choose at least one day.")},
    )

    class Meta:
        model = Campaign
        fields = (
            "name",
            "tag",
            "follow_up_stage",
            "sender",
            "template",
            "message_template",
            "scheduled_at",
            "start_expiry_minutes",
            "hours_start",
            "hours_end",
            "days",
            "ends_at",
            "per_hour",
            "ignore_frequency_cap",
            "max_retries",
            "retry_delay_seconds",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        instance = kwargs.get("instance")
        if instance and instance.audience:
            kwargs["initial"] = {**_stored(instance), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        sender = self.fields.get("sender")
        if isinstance(sender, forms.ModelChoiceField):
            # People may write to us on other channels; a campaign cannot write there.
            sender.queryset = Sender.objects.exclude(channel=Channel.OTHER)

    def is_valid(self) -> bool:
        """False too when the person only asked for the count, so that nothing is saved."""
        return super().is_valid() and COUNT_BUTTON not in self.data

    def clean_scheduled_at(self) -> Any:
        return self._moment_to_come("scheduled_at")

    def clean_ends_at(self) -> Any:
        return self._moment_to_come("ends_at")

    def _moment_to_come(self, name: str) -> Any:
        at = self.cleaned_data[name]
        if at and at.year > LAST_YEAR:
            raise forms.ValidationError(self.fields[name].error_messages["invalid"])
        if at and name in self.changed_data and at <= timezone.now():
            raise forms.ValidationError(_("This moment has passed. Choose a later one."))
        return at

    def _check_times(self) -> None:
        given = self.cleaned_data
        start, end = given.get("hours_start"), given.get("hours_end")
        if (start is None) != (end is None) and not {"hours_start", "hours_end"} & set(self.errors):
            missing = "hours_end" if end is None else "hours_start"
            self.add_error(missing, _("Give both times of the sending hours, or neither."))
        if start is not None and start == end:
            self.add_error(
                "hours_end", _("The two times are the same. For the whole day leave both empty.")
            )
        starts_at, ends_at = given.get("scheduled_at"), given.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("The end must come after the start."))

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.cleaned_data.get("template") and self.cleaned_data.get("message_template"):
            self.add_error(
                "message_template", _("Choose a template or write a text, but not both.")
            )
        self._check_times()
        if self.audience:
            self.instance.audience = self.audience.to_json()
        return cleaned

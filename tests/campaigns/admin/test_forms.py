from datetime import date, time, timedelta

import pytest
from django.utils import timezone

from campaigns.admin.builder.forms import COUNT_BUTTON, WhatForm, WhenForm, WhoForm
from campaigns.audience.filters import Audience
from campaigns.audience.form import AudienceForm
from campaigns.models import Campaign
from contacts.models import Tag
from messaging.delivery.hours import Hours
from messaging.models import Sender, Template
from tests.factories.people import known_as

pytestmark = pytest.mark.django_db


def audience_of(**data) -> Audience | None:
    form = AudienceForm(data)
    form.is_valid()
    return form.audience


def errors_of(**data) -> dict[str, list[str]]:
    return dict(AudienceForm(data).errors)


@pytest.fixture
def people(sender) -> dict[str, object]:
    """What a browser sends of a campaign's name and people that is right."""
    return {"name": "Promo", "sender": sender.pk, "make": "Toyota"}


@pytest.fixture
def times() -> dict[str, object]:
    """What it sends of a campaign's times that is right."""
    return {
        "start": "now",
        "max_retries": 3,
        "retry_delay_seconds": 60,
        "start_expiry_minutes": 120,
        "days": list("0123456"),
    }


def moment(name: str, at: str) -> dict[str, str]:
    """A moment as the two fields of a form send it."""
    day, _space, time = at.partition(" ")
    return {f"{name}_0": day, f"{name}_1": time}


def test_audience_form_without_filters_is_everyone():
    assert audience_of() == Audience()


def test_audience_form_splits_makes_and_models_at_commas():
    assert audience_of(make="Toyota, Kia,", model="Rio") == Audience(
        make=["Toyota", "Kia"], model=["Rio"]
    )


def test_audience_form_takes_years_prices_and_days():
    given = {"year_from": "2015", "price_to": "9000000", "created_from": "2026-01-31"}

    assert audience_of(**given, exclude_contacted_days="30").to_json() == {
        "year_from": 2015,
        "price_to": 9_000_000,
        "created_from": "2026-01-31",
        "exclude_contacted_days": 30,
    }


def test_audience_form_takes_tags_and_campaigns(campaign):
    Campaign.objects.update(status="completed")
    vip, cash = Tag.objects.create(name="VIP"), Tag.objects.create(name="contado")

    audience = audience_of(tags_any=[vip.pk], tags_none=[cash.pk], exclude_campaigns=[campaign.pk])

    assert audience == Audience(
        tags_any=[vip.pk], tags_none=[cash.pk], exclude_campaigns=[campaign.pk]
    )


def test_audience_form_reads_further_fields_line_by_line():
    audience = audience_of(custom="ciudad = Talca\n\nlema = a=b\n")

    assert audience == Audience(custom=[("ciudad", "Talca"), ("lema", "a=b")])


def test_audience_form_refuses_a_further_field_without_a_value():
    assert errors_of(custom="ciudad") == {
        "custom": ["“ciudad” is no field and value, such as: ciudad = Talca"]
    }


def test_audience_form_finds_people_however_their_phone_is_written(contact):
    other = known_as("CL.12")

    assert audience_of(people="9 7540 0946\nCL.12") == Audience(contact_ids=[contact.pk, other.pk])


def test_audience_form_names_the_people_it_does_not_know(contact):
    assert errors_of(people="+56975400946\n+56911111111\nPepe") == {
        "people": ["Not among the contacts: +56911111111, Pepe"]
    }


def test_audience_form_refuses_years_the_wrong_way_round():
    assert errors_of(year_from="2020", year_to="2015") == {
        "year_to": ["It must not be less than “Year from”."]
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("year_from", "99999999999999999999"),
        ("price_from", "1e400"),
        ("price_to", "9" * 40),
        ("created_from", "0001-01-01"),
        ("created_to", "9999-12-31"),
    ],
)
def test_audience_form_refuses_what_no_column_can_hold(name, value):
    assert list(errors_of(**{name: value})) == [name]


def test_audience_form_has_no_audience_while_a_filter_is_wrong():
    assert audience_of(make="Kia", year_from="x") is None


def test_campaign_form_stores_the_audience(people):
    saved = WhoForm(people).save()

    assert Campaign.objects.get(pk=saved.pk).audience == {"make": ["Toyota"]}


def test_campaign_form_shows_the_audience_it_stored(campaign, contact):
    tag = Tag.objects.create(name="VIP")
    campaign.audience = {
        "make": ["Toyota", "Kia"],
        "tags_any": [tag.pk],
        "custom": {"ciudad": "Talca"},
        "created_to": "2026-01-31",
        "contact_ids": [contact.pk],
    }

    shown = WhoForm(instance=campaign).initial

    assert [shown[name] for name in ("make", "tags_any", "custom", "created_to", "people")] == [
        "Toyota, Kia",
        [tag.pk],
        "ciudad = Talca",
        date(2026, 1, 31),
        "+56975400946",
    ]


def test_campaign_form_keeps_an_untouched_audience(campaign, contact, people):
    campaign.audience = {"make": ["Kia"], "custom": {"a": "b"}, "contact_ids": [contact.pk]}
    shown = WhoForm(instance=campaign).initial
    again = {name: shown[name] for name in ("make", "custom", "people")}

    WhoForm({**people, **again}, instance=campaign).save()

    assert campaign.audience == {"make": ["Kia"], "custom": {"a": "b"}, "contact_ids": [contact.pk]}


def test_campaign_form_starts_anew_where_the_audience_cannot_be_read(campaign):
    campaign.audience = {"colour": "red"}

    assert WhoForm(instance=campaign).initial.get("make") is None


def test_message_form_wants_a_template_or_a_text(campaign):
    assert WhatForm({"sender": campaign.sender_id}, instance=campaign).errors == {
        "template": ["Choose a template, or write a free text."]
    }


@pytest.mark.parametrize(("channel", "is_taken"), [("whatsapp", False), ("sms", True)])
def test_message_form_takes_a_template_without_approval_for_sms_alone(
    sender, template, channel, is_taken
):
    Sender.objects.update(channel=channel)
    Template.objects.update(status="pending")
    draft = Campaign.objects.create(name="Nueva", sender=sender)

    form = WhatForm({"sender": sender.pk, "template": template.pk}, instance=draft)

    refusal = "WhatsApp has not approved “promo” (it is in review). Choose another."
    assert form.errors == ({} if is_taken else {"template": [refusal]})


@pytest.mark.parametrize(
    ("second", "ticked"), [(None, True), ("pending", True), ("approved", False)]
)
def test_message_form_ticks_the_only_template_that_is_approved(sender, template, second, ticked):
    if second:
        Template.objects.create(name="otra", status=second)
    draft = Campaign.objects.create(name="Nueva", sender=sender)

    assert WhatForm(instance=draft)["template"].value() == (template.pk if ticked else 0)


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({}, "Give the day and the time of the start."),
        (moment("scheduled_at", "2099-01-02"), "Give the time, too."),
        (moment("scheduled_at", "2020-01-02 10:00"), "This moment has passed. Choose a later one."),
        (moment("scheduled_at", "9999-12-31 23:59"), "This moment lies too far ahead."),
    ],
)
def test_times_form_refuses_a_start_that_cannot_be(times, given, error):
    form = WhenForm({**times, "start": "at", **given})

    assert form.errors == {"scheduled_at": [error]}


def test_times_form_forgets_the_date_of_what_leaves_when_it_is_launched(times, campaign):
    campaign.scheduled_at = timezone.now() + timedelta(days=1)

    saved = WhenForm({**times, **moment("scheduled_at", "2099-01-02 10:00")}, instance=campaign)

    assert saved.is_valid()
    assert saved.save().scheduled_at is None


def test_campaign_form_is_not_saved_by_the_count_button(people):
    form = WhoForm({**people, COUNT_BUTTON: "Count"})

    assert (form.is_valid(), form.errors, form.audience) == (False, {}, Audience(make=["Toyota"]))


def test_campaign_form_offers_no_sender_that_campaigns_cannot_use(sender):
    Sender.objects.create(name="RCS", channel="other", address="rcs:agent")

    assert list(WhatForm().fields["sender"].queryset) == [sender]


def test_campaign_form_offers_launched_campaigns_only(campaign):
    launched = Campaign.objects.create(name="Otra", sender=campaign.sender, status="active")

    offered = AudienceForm().fields["exclude_campaigns"].queryset

    assert list(offered) == [launched]


def test_campaign_form_takes_hours_days_and_pace(times, campaign):
    hours = {"hours_start": "20:00", "hours_end": "02:00", "days": ["0", "4"], "per_hour": 100}

    saved = WhenForm(times | hours, instance=campaign).save()

    saved.refresh_from_db()
    assert saved.hours == Hours(time(20), time(2), 0b001_0001)
    assert saved.per_hour == 100


def test_times_form_offers_waits_in_words_and_the_one_that_the_campaign_has(campaign):
    Campaign.objects.update(retry_delay_seconds=90)

    form = WhenForm(instance=Campaign.objects.get())

    offered = [str(label) for _value, label in form.fields["retry_delay_seconds"].choices]
    late = [str(label) for _value, label in form.fields["start_expiry_minutes"].choices]
    assert offered == [
        *("1 min", "1 min 30 s", "5 min", "15 min", "30 min"),
        *("1 h", "6 h", "12 h", "24 h"),
    ]
    assert late == ["30 min", "1 h", "2 h", "6 h", "12 h", "24 h", "3 d", "7 d"]


def test_times_form_takes_a_wait_as_its_number(times, campaign):
    form = WhenForm(times | {"retry_delay_seconds": "900"}, instance=campaign)

    assert form.save().retry_delay_seconds == 900
    assert form.changed_data == ["retry_delay_seconds"]


def test_campaign_form_shows_the_days_that_are_stored(campaign):
    campaign.days = 0b110_0000

    assert WhenForm(instance=campaign)["days"].value() == ["5", "6"]


def test_campaign_form_sees_days_that_stayed_as_they_were(times, campaign):
    form = WhenForm(times, instance=campaign)

    assert form.is_valid()
    assert "days" not in form.changed_data


@pytest.mark.parametrize(
    ("given", "errors"),
    [
        ({"days": []}, {"days": ["Choose at least one day."]}),
        (
            {"hours_start": "09:00"},
            {"hours_end": ["Give both times of the sending hours, or neither."]},
        ),
        (
            {"hours_start": "09:00", "hours_end": "09:00"},
            {"hours_end": ["The two times are the same. For the whole day leave both empty."]},
        ),
        (
            moment("ends_at", "2020-01-01 10:00"),
            {"ends_at": ["This moment has passed. Choose a later one."]},
        ),
        (
            {
                "start": "at",
                **moment("scheduled_at", "2099-01-02 10:00"),
                **moment("ends_at", "2099-01-02 10:00"),
            },
            {"ends_at": ["The end must come after the start."]},
        ),
        (
            {"per_hour": 0},
            {"per_hour": ["Ensure this value is greater than or equal to 1."]},
        ),
    ],
)
def test_campaign_form_refuses_times_that_make_no_sense(times, given, errors):
    assert WhenForm(times | given).errors == errors


@pytest.mark.django_db
def test_campaign_form_offers_every_day_at_first():
    assert WhenForm()["days"].value() == [str(day) for day in range(7)]

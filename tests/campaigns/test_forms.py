from datetime import date, time, timedelta

import pytest
from django.utils import timezone

from campaigns.audience import Audience
from campaigns.forms import COUNT_BUTTON, AudienceForm, CampaignForm
from campaigns.models import Campaign
from contacts.models import Tag
from messaging.delivery.hours import Hours
from messaging.models import Sender
from tests.factories.people import known_as

pytestmark = pytest.mark.django_db


def audience_of(**data) -> Audience | None:
    form = AudienceForm(data)
    form.is_valid()
    return form.audience


def errors_of(**data) -> dict[str, list[str]]:
    return dict(AudienceForm(data).errors)


@pytest.fixture
def filled(sender, template) -> dict[str, object]:
    """What a browser sends for a campaign that is right."""
    return {
        "name": "Promo",
        "sender": sender.pk,
        "template": template.pk,
        "max_retries": 3,
        "retry_delay_seconds": 60,
        "start_expiry_minutes": 120,
        "days": list("0123456"),
        "make": "Toyota",
    }


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
        "__all__": ["The years of the audience end before they start: from 2020 to 2015."]
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


def test_campaign_form_stores_the_audience(filled):
    saved = CampaignForm(filled).save()

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

    shown = CampaignForm(instance=campaign).initial

    assert [shown[name] for name in ("make", "tags_any", "custom", "created_to", "people")] == [
        "Toyota, Kia",
        [tag.pk],
        "ciudad = Talca",
        date(2026, 1, 31),
        "+56975400946",
    ]


def test_campaign_form_keeps_the_audience_that_nobody_touched(campaign, contact, filled):
    campaign.audience = {"make": ["Kia"], "custom": {"a": "b"}, "contact_ids": [contact.pk]}
    shown = CampaignForm(instance=campaign).initial
    again = {name: shown[name] for name in ("make", "custom", "people")}

    CampaignForm({**filled, **again}, instance=campaign).save()

    assert campaign.audience == {"make": ["Kia"], "custom": {"a": "b"}, "contact_ids": [contact.pk]}


def test_campaign_form_starts_anew_where_the_audience_cannot_be_read(campaign):
    campaign.audience = {"colour": "red"}

    assert CampaignForm(instance=campaign).initial.get("make") is None


def test_campaign_form_refuses_a_template_and_a_text(filled):
    assert CampaignForm({**filled, "message_template": "Hola"}).errors == {
        "message_template": ["Choose a template or write a text, but not both."]
    }


def test_campaign_form_refuses_a_start_in_the_past(filled):
    past = timezone.localtime() - timedelta(hours=1)

    assert CampaignForm({**filled, "scheduled_at": past}).errors == {
        "scheduled_at": ["This moment has passed. Choose a later one."]
    }


def test_campaign_form_refuses_a_start_at_the_end_of_the_calendar(filled):
    form = CampaignForm(filled | {"scheduled_at": "9999-12-31 23:59"})

    assert list(form.errors) == ["scheduled_at"]


def test_campaign_form_is_not_saved_by_the_count_button(filled):
    form = CampaignForm({**filled, COUNT_BUTTON: "Count"})

    assert (form.is_valid(), form.errors, form.audience) == (False, {}, Audience(make=["Toyota"]))


def test_campaign_form_offers_no_sender_that_campaigns_cannot_use(sender):
    Sender.objects.create(name="RCS", channel="other", address="rcs:agent")

    assert list(CampaignForm().fields["sender"].queryset) == [sender]


def test_campaign_form_offers_launched_campaigns_only(campaign):
    launched = Campaign.objects.create(name="Otra", sender=campaign.sender, status="active")

    offered = AudienceForm().fields["exclude_campaigns"].queryset

    assert list(offered) == [launched]


def test_campaign_form_takes_hours_days_and_pace(filled):
    hours = {"hours_start": "20:00", "hours_end": "02:00", "days": ["0", "4"], "per_hour": 100}

    saved = CampaignForm(filled | hours).save()

    saved.refresh_from_db()
    assert saved.hours == Hours(time(20), time(2), 0b001_0001)
    assert saved.per_hour == 100


def test_campaign_form_shows_the_days_that_are_stored(campaign):
    campaign.days = 0b110_0000

    assert CampaignForm(instance=campaign)["days"].value() == ["5", "6"]


def test_campaign_form_sees_days_that_stayed_as_they_were(filled, campaign):
    form = CampaignForm(filled, instance=campaign)

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
            {"ends_at": "2020-01-01 10:00"},
            {"ends_at": ["This moment has passed. Choose a later one."]},
        ),
        (
            {"scheduled_at": "2099-01-02 10:00", "ends_at": "2099-01-02 10:00"},
            {"ends_at": ["The end must come after the start."]},
        ),
        (
            {"per_hour": 0},
            {"per_hour": ["Ensure this value is greater than or equal to 1."]},
        ),
    ],
)
def test_campaign_form_refuses_times_that_make_no_sense(filled, given, errors):
    assert CampaignForm(filled | given).errors == errors


@pytest.mark.django_db
def test_campaign_form_offers_every_day_at_first():
    assert CampaignForm()["days"].value() == [str(day) for day in range(7)]

import csv
import io

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from campaigns.models import Campaign, Recipient, StatusChange
from messaging.models import Conversation, Sender
from tests.factories.campaigns import recipient
from waproject.core.admin.lists import SEARCH_COUNT_LIMIT

LIST = reverse("admin:campaigns_recipient_changelist")
EXPORT = reverse("admin:campaigns_recipient_export")


def page_of(recipient: Recipient) -> str:
    return reverse("admin:campaigns_recipient_change", args=[recipient.pk])


def found(client, **query) -> list[str]:
    """The names of the people on the list, narrowed by `query`."""
    rows = client.get(LIST, query).context["cl"].result_list
    return sorted(row.contact.name for row in rows)


@pytest.fixture
def three(campaign: Campaign) -> list[Recipient]:
    """One who read, one whom the provider refused, one who was skipped."""
    sent = {"status": "read", "sent_at": timezone.now(), "message_sid": "SM" + "1" * 32}
    failed = {"status": "failed", "error_code": "63024", "reason": "not on WhatsApp"}
    return [
        recipient(campaign, 1, body="Hola 1", **sent),
        recipient(campaign, 2, **failed),
        recipient(campaign, 3, status="skipped", reason="opted_out"),
    ]


def test_list_shows_why_each_recipient_is_where_it_is(boss, three):
    response = boss.get(LIST)

    assertContains(response, "not on WhatsApp (63024)")
    assertContains(response, "opted out")


@pytest.mark.parametrize(
    ("query", "people"),
    [
        ({"reached": "sent"}, ["Persona 1"]),
        ({"reached": "delivered"}, ["Persona 1"]),
        ({"reached": "replied"}, []),
        ({"status__exact": "skipped"}, ["Persona 3"]),
        ({"error_code__exact": "63024"}, ["Persona 2"]),
        ({"error_code__exact": "x"}, []),
        ({"q": "97000 0003"}, ["Persona 3"]),
        ({"q": "persona 2"}, ["Persona 2"]),
        ({"q": "SM" + "1" * 32}, ["Persona 1"]),
    ],
)
def test_list_finds_recipients(boss, campaign, three, query, people):
    assert found(boss, campaign__id__exact=campaign.pk, **query) == people


@pytest.fixture
def talk(campaign, three) -> Conversation:
    """The conversation of the first of the three with the sender; another has one with another."""
    other = Sender.objects.create(name="Otro", channel="whatsapp", address="+56222222222")
    Conversation.objects.create(sender=other, contact=three[1].contact)
    return Conversation.objects.create(sender=campaign.sender, contact=three[0].contact)


def test_list_and_page_lead_to_the_conversation_with_the_sender(boss, talk, three):
    link = f'<a href="{reverse("admin:inbox")}?talk={talk.pk}">Open<span'

    assertContains(boss.get(LIST), link, count=1)
    assertContains(boss.get(page_of(three[0])), link, count=1)
    assertNotContains(boss.get(page_of(three[1])), "?talk=")


def test_conversations_are_not_named_to_who_may_see_none(allow, talk, three):
    client = allow("view_recipient", "view_contact")

    for url in (LIST, page_of(three[0])):
        assertNotContains(client.get(url), "?talk=")
        assertNotContains(client.get(url), "field-talk")


def test_list_keeps_to_the_campaign_chosen(boss, campaign, three):
    other = Campaign.objects.create(name="Otra", sender=campaign.sender)
    recipient(other, 9)

    assert found(boss, campaign__id__exact=other.pk) == ["Persona 9"]


def test_list_of_a_campaign_that_is_not_there_is_empty(boss, three):
    assert found(boss, campaign__id__exact=999) == []


def test_list_shows_all_that_one_person_got(boss, three):
    assert found(boss, contact__id__exact=three[0].contact_id) == ["Persona 1"]


def test_list_offers_the_error_codes_of_the_campaign(boss, campaign, three):
    response = boss.get(LIST, {"campaign__id__exact": campaign.pk})

    codes = next(spec for spec in response.context["cl"].filter_specs if spec.title == "error code")
    assert codes.lookup_choices == [("63024", "63024")]


def test_list_takes_as_many_queries_for_20_recipients_as_for_one(
    boss, campaign, django_assert_num_queries
):
    for number in range(20):
        recipient(campaign, number)

    with django_assert_num_queries(12):
        boss.get(LIST, {"campaign__id__exact": campaign.pk})

    Recipient.objects.exclude(contact__name="Persona 0").delete()

    with django_assert_num_queries(12):
        boss.get(LIST, {"campaign__id__exact": campaign.pk})


def test_list_is_closed_without_the_permission(allow):
    assert allow("view_campaign").get(LIST).status_code == 403


def test_page_shows_the_text_and_the_history(allow, three):
    StatusChange.objects.create(
        recipient=three[0], old="sent", new="read", at=timezone.now(), source="webhook"
    )

    response = allow("view_recipient").get(page_of(three[0]))

    assertContains(response, "Hola 1")
    assertContains(response, "webhook")


def test_page_changes_nothing(boss, three):
    response = boss.post(page_of(three[0]), {"status": "closed"})

    assert (response.status_code, Recipient.objects.filter(status="closed").count()) == (403, 0)


def test_recipients_cannot_be_deleted(boss, three):
    page = reverse("admin:campaigns_recipient_delete", args=[three[0].pk])

    assert boss.post(page, {"post": "yes"}).status_code == 403


def test_mark_closed_closes_people_who_replied(allow, campaign, three, said):
    replied = recipient(campaign, 4, status="replied", sent_at=timezone.now())
    client = allow("view_recipient", "change_recipient")

    response = client.post(
        LIST, {"action": "mark_closed", "_selected_action": [replied.pk, three[0].pk]}
    )

    assert list(Recipient.objects.filter(status="closed")) == [replied]
    assert said(response) == ["1 of 2 is closed now; only people who replied can be closed."]


def test_mark_closed_needs_its_permission(allow, campaign):
    replied = recipient(campaign, 4, status="replied", sent_at=timezone.now())

    allow("view_recipient").post(LIST, {"action": "mark_closed", "_selected_action": [replied.pk]})

    assert Recipient.objects.get().status == "replied"


# --- Export ---------------------------------------------------------------------------------


def exported(client, **query) -> list[dict[str, str]]:
    page = f"{EXPORT}?{'&'.join(f'{name}={value}' for name, value in query.items())}"
    form = client.get(page).context["form"]
    fields = {name: "on" for name in form.fields if name.startswith("recipientresource_")}
    response = client.post(page, {"format": "0", "resource": "", "export_items": [], **fields})
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_export_gives_the_reason_of_each_recipient(boss, three):
    rows = {row["name"]: (row["status"], row["why"]) for row in exported(boss)}

    assert rows == {
        "Persona 1": ("read", ""),
        "Persona 2": ("failed", "not on WhatsApp"),
        "Persona 3": ("skipped", "opted out"),
    }


def test_reasons_are_in_the_readers_language(boss, campaign, three):
    Recipient.objects.filter(status="skipped").update(
        reason="missing", reason_details={"names": "precio"}
    )

    boss.defaults["HTTP_ACCEPT_LANGUAGE"] = "es"
    assertContains(boss.get(LIST, {"campaign__id__exact": campaign.pk}), "falta: precio")
    assert "falta: precio" in str(exported(boss))


def test_export_keeps_to_the_filters_of_the_list(boss, three):
    assert [row["name"] for row in exported(boss, status__exact="failed")] == ["Persona 2"]


def test_export_keeps_phones_and_disarms_formulas(boss, three):
    Recipient.objects.filter(pk=three[0].pk).update(body="=HYPERLINK(1)")

    row = next(row for row in exported(boss) if row["name"] == "Persona 1")

    assert (row["address"], row["text"]) == ("+56970000001", "'=HYPERLINK(1)")


def test_export_needs_its_permission(allow, three):
    assert allow("view_recipient").get(EXPORT).status_code == 403


def test_export_of_many_takes_no_query_for_each(boss, campaign, django_assert_max_num_queries):
    for number in range(30):
        recipient(campaign, number)

    with django_assert_max_num_queries(25):
        exported(boss)


@pytest.mark.parametrize(("version", "people"), [("own", 3), ("999", 0), ("x", 0), ("9" * 30, 0)])
def test_list_of_a_text_has_the_people_to_whom_campaigns_sent_it(
    boss, template, three, version, people
):
    Campaign.objects.update(template_version=template.current)

    page = boss.get(LIST, {"version": template.current.pk if version == "own" else version})

    assert page.context["cl"].result_count == people
    assert page.context["cl"].paginator.limit == SEARCH_COUNT_LIMIT


@pytest.mark.only_on("sqlite")
def test_list_of_a_text_is_in_the_order_of_an_index(boss, sender, template, three):
    """Sorted by themselves, all the people of all its campaigns would be read for one page."""
    Campaign.objects.create(name="Another", sender=sender, template=template)
    Campaign.objects.update(template_version=template.current)

    page = boss.get(LIST, {"version": template.current.pk, "sent_at__isnull": "False"})

    plan = page.context["cl"].queryset.explain()
    assert "USE TEMP B-TREE" not in plan


def test_a_recipient_whose_state_never_changed_has_no_empty_table(boss, campaign):
    page = boss.get(page_of(recipient(campaign, 1)))

    assert "inline-heading" not in page.text

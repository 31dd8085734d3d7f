import re
from unittest import mock

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from messaging.approvals import pages
from messaging.approvals.following import adopt
from messaging.approvals.handing_in import hand_in
from messaging.approvals.submitting import submit
from messaging.models import Template, TemplateApproval
from tests.factories.users import permit_only
from tests.messaging.approvals.conftest import CONTENT, PROMOTION, queued, write
from tests.templates import edit
from waproject.accounts.actors import SYSTEM


def address(template):
    return reverse("admin:messaging_template_life", args=[template.pk])


def press(client, template, do):
    return client.post(address(template), {"do": do}, follow=True)


def test_the_page_shows_how_far_a_version_is(boss, template):
    page = boss.get(address(template))

    assertContains(page, "Campaigns send")
    assertContains(page, "No campaign has sent it.")
    assertNotContains(page, "hx-get")


def test_the_price_is_for_those_who_may_see_prices(boss, client, staff, template):
    assertContains(boss.get(address(template)), "≈ US$\u00a00.0939 per message in Chile")
    TemplateApproval.objects.update(category_there="utility")
    assertContains(boss.get(address(template)), "≈ US$\u00a00.0250 per message in Chile")

    client.force_login(permit_only(staff, "view_template"))

    assertNotContains(client.get(address(template)), "per message in Chile")


def test_a_draft_is_submitted_by_its_button(boss, draft):
    page = press(boss, draft, "submit")

    assertContains(page, "The template is with WhatsApp.")
    assertContains(page, "hx-trigger")
    assert (Template.objects.get().status, queued()) == ("pending", ["hand_in"])


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("pending", "The template is with WhatsApp. As a rule it decides within minutes."),
        ("approved", "The template is approved: only what WhatsApp does not see was changed."),
        ("paused", "Only what WhatsApp does not see was changed, and it paused this text."),
    ],
)
def test_both_doors_say_what_really_came_of_submitting(boss, draft, status, sentence):
    adopt(draft.current, content_sid="HX" + "b" * 32, status=status)
    for door in (press_submit, save_and_submit):
        edit(draft, variables={**CONTENT.variables, "nombre": {"example": door.__name__}})

        assertContains(door(boss, draft), sentence)


def press_submit(client, template):
    return press(client, template, "submit")


def save_and_submit(client, template):
    page = reverse("admin:messaging_template_change", args=[template.pk])
    [version] = Template.objects.select_related("current").get(pk=template.pk).versions.all()[:1]
    button = version.buttons[0]
    return client.post(
        page,
        {
            "name": template.name,
            "account": template.account_id,
            "language": version.language,
            "category": version.category,
            "header_type": "none",
            "body": version.body,
            "footer": version.footer,
            "button": [button["id"]],
            f"button-{button['id']}-type": button["type"],
            f"button-{button['id']}-text": button["text"],
            "_submit": "1",
        },
        follow=True,
    )


def test_what_is_to_be_mended_is_said(boss, draft):
    Template.objects.update(archived_at="2026-11-27T12:00Z")

    assertContains(press(boss, draft, "submit"), "Take it out of the archive first.")


def test_a_rejection_shows_its_reason_and_the_way_out(boss, simulator, db):
    template = write(PROMOTION)
    submit(template.current, by=SYSTEM)
    hand_in(template.current.pk)
    simulator.settle()
    from messaging.approvals.asking import ask

    ask([template.current.pk])

    page = boss.get(address(template))
    assertContains(page, "The text does not fit its category or its language.")
    assertContains(page, "Change the text and submit it again")


@pytest.fixture
def in_review(draft):
    submit(draft.current, by=SYSTEM)
    return draft


def renewed(client, template):
    """What the page gets that renews itself."""
    found = client.get(address(template)).content.decode()
    [path] = re.findall(r'hx-get="([^"]+)"', found)
    return lambda: client.get(path, headers={"HX-Request": "true"})


def test_while_nothing_changes_the_page_gets_nothing(
    boss, in_review, django_assert_max_num_queries
):
    renew = renewed(boss, in_review)

    with django_assert_max_num_queries(4), patched_usage() as usage:
        page = renew()

    assert (page.status_code, page.content, usage.call_count) == (204, b"", 0)


def patched_usage():
    return mock.patch("messaging.approvals.pages.usage_of", wraps=pages.usage_of)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"status": "rejected"}, "Change the text and submit it again"),
        ({"reason": "No token"}, "The template could not be submitted so far."),
    ],
)
def test_when_something_changed_the_page_gets_all_of_it(boss, in_review, changes, sentence):
    renew = renewed(boss, in_review)
    TemplateApproval.objects.update(**changes)

    assertContains(renew(), sentence)


@pytest.mark.parametrize(
    ("status", "stuck", "words"),
    [
        ("pending", True, "Could not be submitted"),
        ("draft", True, "Could not be submitted"),
        ("pending", False, "Not submitted so far"),
    ],
)
def test_what_is_not_with_whatsapp_is_nowhere_called_in_review(boss, draft, status, stuck, words):
    stuck_at = timezone.now() if stuck else None
    TemplateApproval.objects.update(status=status, reason="No token", stuck_at=stuck_at)
    Template.objects.update(status=status)
    editor = reverse("admin:messaging_template_change", args=[draft.pk])

    for page in (address(draft), reverse("admin:messaging_template_changelist"), editor):
        shown = boss.get(page)
        assertContains(shown, words)
        assertNotContains(shown, "In review</span>")


def test_who_can_act_on_a_stuck_template_is_led_to_the_account(boss, client, staff, draft):
    TemplateApproval.objects.update(status="pending", reason="Wrong token", stuck_at=timezone.now())
    account = reverse("admin:messaging_account_change", args=[draft.account_id])

    assertContains(boss.get(address(draft)), account)
    assertContains(boss.get(address(draft)), "Wrong token", count=1)

    client.force_login(permit_only(staff, "view_template"))

    assertNotContains(client.get(address(draft)), account)


def test_whoever_may_not_see_templates_does_not_see_their_state(client, staff, template):
    client.force_login(permit_only(staff, "view_contact"))

    page = reverse("admin:messaging_template_state", args=[template.pk])

    assert client.get(page).status_code == 403


def test_a_template_is_archived_and_taken_out(boss, template):
    press(boss, template, "archive")
    assert Template.objects.get().status == "archived"

    press(boss, template, "unarchive")
    assert Template.objects.get().status == "approved"


def test_several_are_archived_from_the_list(boss, template):
    page = boss.post(
        reverse("admin:messaging_template_changelist"),
        {"action": "archive_selected", "_selected_action": [template.pk]},
        follow=True,
    )

    assertContains(page, "1 template changed.")


def test_the_list_has_all_brought_in_step(boss, template):
    page = boss.post(reverse("admin:messaging_template_sync"), follow=True)

    assertContains(page, "The provider is being asked for all templates.")
    assert queued() == ["sync"]


@pytest.mark.parametrize("do", ["submit", "archive", "unarchive"])
def test_whoever_only_looks_changes_nothing(client, staff, template, do):
    client.force_login(permit_only(staff, "view_template"))

    assert client.post(address(template), {"do": do}).status_code == 403
    assert not TemplateApproval.objects.exclude(status="approved").exists()


def test_the_page_asks_as_often_for_many_versions_as_for_few(
    boss, template, django_assert_max_num_queries
):
    for number in range(10):
        edit(template, body=f"Hola {{{{nombre}}}}, texto {number} de hoy")

    with django_assert_max_num_queries(20):
        boss.get(address(template))


def test_the_list_has_the_button_for_who_may_change(boss, client, staff, template):
    address = reverse("admin:messaging_template_changelist")
    assertContains(boss.get(address), "Sync with WhatsApp")

    client.force_login(permit_only(staff, "view_template"))

    assertNotContains(client.get(address), "Sync with WhatsApp")

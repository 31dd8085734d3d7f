import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from contacts.models import Contact, Tag
from optouts.models import OptOut
from waproject.audit.models import Event

pytestmark = pytest.mark.django_db


def logged() -> list[tuple[str, str, str]]:
    return list(Event.objects.order_by("id").values_list("action", "object_text", "object_id"))


def test_tag_is_added_changed_and_deleted_with_an_event_each(boss):
    boss.post(reverse("admin:contacts_tag_add"), {"name": "VIP"})
    tag = Tag.objects.get()
    boss.post(reverse("admin:contacts_tag_change", args=[tag.pk]), {"name": "Oro"})
    boss.post(reverse("admin:contacts_tag_delete", args=[tag.pk]), {"post": "yes"})

    pk = str(tag.pk)
    assert logged() == [
        ("admin.add", "VIP", pk),
        ("admin.change", "Oro", pk),
        ("admin.delete", "Oro", pk),
    ]
    assert not LogEntry.objects.exists()


def test_event_of_a_change_names_the_fields(boss):
    tag = Tag.objects.create(name="VIP")

    boss.post(reverse("admin:contacts_tag_change", args=[tag.pk]), {"name": "Oro"})

    event = Event.objects.get()
    assert event.before == {"name": "VIP"}
    assert event.after == {"fields": ["Name"], "name": "Oro"}


def test_saving_a_form_that_changes_nothing_leaves_no_event(boss):
    tag = Tag.objects.create(name="VIP")

    boss.post(reverse("admin:contacts_tag_change", args=[tag.pk]), {"name": "VIP"})

    assert not Event.objects.exists()


def test_deleting_several_of_a_list_is_one_event(boss):
    tags = [Tag.objects.create(name=name).pk for name in ("VIP", "Oro")]
    posted = {"action": "delete_selected", "_selected_action": tags, "post": "yes"}

    boss.post(reverse("admin:contacts_tag_changelist"), posted)

    event = Event.objects.get()
    assert (event.action, event.object_id, event.after["count"]) == ("admin.delete", "", 2)
    assert sorted(event.after["ids"]) == sorted(tags)


def test_event_of_a_person_has_no_name(boss, contact):
    boss.post(reverse("admin:contacts_contact_delete", args=[contact.pk]), {"post": "yes"})

    assert (Contact.objects.count(), logged()) == (0, [("admin.delete", "", str(contact.pk))])


def test_form_of_an_operation_leaves_the_event_of_the_operation_alone(boss, contact):
    posted = {"address": contact.phone, "note": "Llamó"}

    boss.post(reverse("admin:optouts_optout_add"), posted)

    assert (OptOut.objects.count(), [action for action, _text, _id in logged()]) == (
        1,
        ["optouts.opt_out"],
    )


def test_history_says_who_changed_what(boss):
    tag = Tag.objects.create(name="VIP")
    boss.post(reverse("admin:contacts_tag_change", args=[tag.pk]), {"name": "Oro"})

    page = boss.get(reverse("admin:contacts_tag_history", args=[tag.pk])).content.decode()

    who = '<td data-label="User">jefa</td><td data-label="Action">Changed</td>'
    changed = "<div><strong>Name:</strong> VIP → Oro</div></td>"
    assert (who in page, changed in page) == (True, True)


def test_event_of_a_changed_right_has_the_values_before_and_after(boss, staff):
    posted = {"username": staff.username, "account_status": "suspended", "user_type": "client"}
    posted |= {"role": staff.memberships.get().role_id}

    boss.post(reverse("admin:accounts_user_change", args=[staff.pk]), posted)

    event = Event.objects.get()
    assert event.before == {"account_status": "active", "is_staff": True}
    assert event.after == {
        "fields": ["Account status", "Staff status"],
        "account_status": "suspended",
        "is_staff": False,
    }


def test_event_of_a_sender_has_its_rate_before_and_after(boss, sender):
    page = reverse("admin:messaging_sender_change", args=[sender.pk])
    form = boss.get(page).context["adminform"].form
    posted = {name: value for name, value in form.initial.items() if value is not None}

    boss.post(page, posted | {"rate": "7"})

    event = Event.objects.get()
    assert (event.before, event.after["rate"]) == ({"rate": sender.rate}, 7)


def test_event_keeps_the_label_of_a_field_that_only_the_form_has(boss, campaign):
    page = reverse("admin:campaigns_campaign_change", args=[campaign.pk])
    form = boss.get(page).context["adminform"].form
    posted = {name: form[name].value() for name in form.fields if form[name].value() is not None}

    boss.post(page, posted | {"year_from": "2015"})

    event = Event.objects.get()
    assert (event.before, event.after["year_from"]) == ({"year_from": None}, 2015)
    assert event.after["labels"] == {"year_from": "Year from"}

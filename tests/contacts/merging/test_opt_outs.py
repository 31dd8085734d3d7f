"""The opt-outs of two contacts that become one."""

import pytest

from contacts.merging import merge
from contacts.models import Contact
from optouts.models import OptOut
from optouts.operations import opt_out
from optouts.reachability import may_write
from waproject.accounts.actors import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("who", ["kept", "gone"])
def test_merge_keeps_the_former_number_of_who_opted_out_on_the_list(kept, gone, who):
    one = {"kept": kept, "gone": gone}[who]
    opt_out(one, reason="user_request")
    OptOut.objects.update(phone="+56975400946")

    merge(kept.pk, gone.pk, by=SYSTEM)

    stranger = Contact.objects.create(phone="+56975400946")
    assert not Contact.objects.filter(may_write("whatsapp"), pk=stranger.pk).exists()


def test_merge_keeps_the_former_numbers_of_both_on_the_list(kept, gone):
    numbers = ["+56975400946", "+56975400947"]
    for one, phone in zip((kept, gone), numbers, strict=True):
        opt_out(one, reason="user_request")
        OptOut.objects.filter(contact=one).update(phone=phone)

    merge(kept.pk, gone.pk, by=SYSTEM)

    for phone in numbers:
        Contact.objects.get_or_create(phone_key=phone, defaults={"phone": phone})
    assert not Contact.objects.filter(may_write("whatsapp"), phone__in=numbers).exists()

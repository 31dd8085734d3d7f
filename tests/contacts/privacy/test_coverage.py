"""Every table is decided on: what becomes of it when a person is erased.

A new model with a text fails here until somebody says in ERASED what erasure does with its rows
(and makes it so: PERSON_ERASERS, PERSON_COLLECTORS), or in NOBODY that it holds nothing of people.
"""

import pytest
from django.apps import apps
from django.db import models

from contacts.privacy.disclosure import _sections
from contacts.privacy.subjects import subject_of
from waproject.tenants.policies import belongs_to_tenant

ERASED = {
    "contacts.contact": "deleted, or emptied where a campaign counts it",
    "contacts.address": "deleted",
    "contacts.vehicle": "deleted",
    "contacts.note": "deleted; the name is struck out of those about others",
    "contacts.importjob": "its files are deleted",
    "contacts.importrejection": "of running imports alone, while nobody is erased",
    "contacts.importremark": "of running imports alone, while nobody is erased",
    "jobs.job": "exports and files of persons are deleted",
    "audit.event": "its reason is emptied",
    "optouts.optout": "deleted, hashes stay",
    "optouts.consentevent": "deleted",
    "optouts.hold": "deleted",
    "messaging.delivery": "emptied",
    "messaging.conversation": "deleted",
    "messaging.answerpost": "deleted with its conversation",
    "messaging.message": "emptied",
    "messaging.keptstatus": "deleted",
    "inbox.draft": "deleted with its conversation; struck out elsewhere",
    "inbox.entry": "deleted with its conversation; struck out elsewhere",
    "inbox.nextstep": "deleted with its conversation; struck out elsewhere",
    "archives.conversationarchive": "deleted, with its file",
    "files.storedfile": "deleted, with what it keeps",
    "campaigns.recipient": "emptied",
    "campaigns.campaign": "the name and addresses are struck out of audience and name",
    "campaigns.statuschange": "what the provider said is taken out",
    "saved.savedfilter": "deleted when its search or its name names the person",
    "campaigns.launch": "of launches under way alone, while nobody is erased",
}
NOBODY = {
    *("accounts.role", "invitations.invitation", "campaigns.approval", "contacts.tag"),
    *("contacts_privacy.privacykey", "contacts_privacy.erasedaddress"),  # keyed hashes
    *("optouts.phrase", "messaging.lane", "messaging.deliverystream", "messaging.account"),
    *("pricing.price", "pricing.exchangerate", "standing.standing", "standing.standingchange"),
    *("inbox.outcome", "inbox.cannedanswer", "inbox.inboxrules", "inbox.round"),
    *("messaging.autoreply", "messaging.sender", "messaging.template"),
    *("messaging.templateversion", "messaging.templateapproval"),
    *("retention.chosenperiod", "retention.retentionrun"),
    *("summaries.mark", "summaries.daysummary", "summaries.campaignsummary"),  # numbers
}
_TEXTS = (models.CharField, models.TextField, models.JSONField, models.FileField)


def holds_text(model: type[models.Model]) -> bool:
    return any(isinstance(field, _TEXTS) for field in model._meta.local_concrete_fields)


def test_every_table_with_a_text_is_decided_on():
    there = {one._meta.label_lower for one in filter(belongs_to_tenant, apps.get_models())}
    empty = {one._meta.label_lower for one in apps.get_models() if not holds_text(one)}

    assert there - empty - ERASED.keys() - NOBODY == set()
    assert (ERASED.keys() | NOBODY) - there == set()
    assert ERASED.keys() & NOBODY == set()


# Tables of ERASED that are no section of a person's file of their own.
ELSEWHERE = {
    "contacts.importjob": "the rows of its files that name the person are a section",
    "contacts.importrejection": "as those of the files",
    "contacts.importremark": "as those of the files",
    "jobs.job": "exports hold what stands in the other sections",
    "messaging.answerpost": "a digest, by which a repeated post is known",
    "inbox.draft": "what staff never sent",
    "saved.savedfilter": "what somebody searched says nothing of the person",
    "campaigns.launch": "numbers of a launch under way",
    "campaigns.campaign": "those that wrote to the person stand in the sections of recipients",
}


@pytest.mark.django_db
def test_every_table_that_erasure_empties_is_a_section_of_the_persons_file(contact):
    titles = {section.title for section in _sections(subject_of(contact), lambda: None)}

    for label in ERASED.keys() - ELSEWHERE.keys():
        assert str(apps.get_model(label)._meta.verbose_name_plural) in titles, label

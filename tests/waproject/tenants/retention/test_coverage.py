"""Every table with a text of a person, and every folder of files, is decided on.

A new model fails here until somebody says when its rows go: a Sweep takes them (and WHEN names its
period), something else does, or they stay for a reason.
"""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils import timezone

from tests.contacts.privacy.test_coverage import NOBODY, holds_text
from waproject.tenants.policies import belongs_to_tenant
from waproject.tenants.retention.sweeps import periods, sweeps

# By the name of a period: what goes when it is over.
WHEN = {
    "messaging.message": "messages",
    "messaging.conversation": "messages",
    "files.storedfile": "files",
    "archives.conversationarchive": "archives",
    "messaging.opening": "messages",
    "inbox.entry": "messages",
    "inbox.draft": "messages",
    "inbox.nextstep": "messages",
    "campaigns.recipient": "messages",
    "campaigns.statuschange": "messages",
    "messaging.keptstatus": "kept_statuses",
    "contacts.contact": "contacts",
    "contacts.address": "contacts",
    "contacts.vehicle": "contacts",
    "contacts.note": "contacts",
    "contacts.importjob": "import_files",
    "jobs.job": "exports",
    "optouts.hold": "holds",
    "invitations.invitation": "invitations",
    "audit.event": "events",
}
OTHERWISE = {
    # of a business
    "optouts.optout": "it must be honoured for as long as the person is known; then it is a hash",
    "optouts.consentevent": "the proof of consent is needed as long as the person is written to",
    "messaging.delivery": "it goes when it was sent, skipped, or its campaign ended",
    "messaging.answerpost": "a hash, which goes after days (messaging.jobs)",
    "contacts.importrejection": "it goes when its import ends, into a file of the import",
    "contacts.importremark": "it goes when its import ends, into a file of the import",
    "saved.savedfilter": "it is staff's, until they delete it or go",
    "campaigns.launch": "it goes when the launch ends",
    "campaigns.campaign": "it is staff's; a person who is erased is struck out of it",
    # of the installation, by waproject.ops.forgetting, sessions and the packages
    "sessions.session": "it goes when it ends",
    "usersessions.usersession": "it goes with its session",
    "axes.accessattempt": "30 days",
    "axes.accessfailurelog": "30 days",
    "axes.accesslog": "30 days",
    "axes.accessattemptexpiration": "it goes with its attempt",
    "django_q.task": "30 days",
    "django_q.success": "a part of django_q.task",
    "django_q.failure": "a part of django_q.task",
    "django_q.ormq": "it goes when a worker has done it",
    "signin.cachedvalue": "it goes when it is over",
    # whoever manages the users decides
    "accounts.user": "staff, until somebody deletes them",
    "accounts.membership": "goes with its user",
    "account.emailaddress": "goes with its user",
    "account.emailconfirmation": "never written: addresses are not confirmed",
    "mfa.authenticator": "goes with its user",
    "admin.logentry": "never written: the log of operations is in its place",
}
NOBODY_OF_INSTALLATION = {
    *("tenants.tenant", "workers.cluster", "workers.ticktask", "django_q.schedule"),
    *("auth.permission", "auth.group", "contenttypes.contenttype"),
}
# Folders of the private storage, and who empties them.
FOLDERS = {
    "imports": "import_files",
    "jobs": "exports",
    "tenants": "files",
    "previews": "contacts.imports.uploads.forget_abandoned_uploads",
    "templates": "messaging.jobs.forget_header_files",
}
# Who speaks to the storage, and of which folder.
AT_THE_STORAGE = {
    "contacts/imports/uploads.py": "previews",
    "messaging/files/storing.py": "tenants",
    "waproject/core/files/keeping.py": "templates",
    "waproject/core/jobs/models.py": "jobs",
    "waproject/core/jobs/running.py": "jobs",
    "waproject/core/jobs/admin.py": "jobs",
}


def test_every_table_with_a_text_is_decided_on():
    there = {one._meta.label_lower for one in filter(holds_text, apps.get_models())}

    decided = [{*WHEN}, {*OTHERWISE}, NOBODY - {*WHEN}, NOBODY_OF_INSTALLATION]
    assert there - set().union(*decided) == set()
    assert sum(map(len, decided)) == len(set().union(*decided))
    known = {one._meta.label_lower for one in apps.get_models()}
    assert set().union(*decided) - known == set()


def test_periods_of_the_table_are_those_there_are():
    assert {*WHEN.values()} == {*periods()}


def test_every_sweep_is_of_a_table_of_its_period():
    wrong = {
        sweep.name: sweep.due.__name__
        for sweep in sweeps().values()
        if WHEN.get(_model(sweep)) != sweep.period.name
    }

    assert wrong == {}


def _model(sweep) -> str:
    return sweep.due(timezone.now()).model._meta.label_lower


@pytest.mark.django_db
def test_nothing_of_a_business_is_decided_by_the_installation_alone():
    tenants = {one._meta.label_lower for one in filter(belongs_to_tenant, apps.get_models())}

    assert {name for name in WHEN if name not in tenants} == set()


def test_every_folder_of_files_is_decided_on():
    fields = [
        field
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.FileField)
    ]

    assert {str(one.upload_to).partition("/")[0] for one in fields} <= {*FOLDERS}
    assert {*AT_THE_STORAGE.values()} <= {*FOLDERS}
    assert {one for one in FOLDERS.values() if "." in one} <= {*settings.TICK_TASKS}
    assert {one for one in FOLDERS.values() if "." not in one} <= {*periods()}


def test_whoever_speaks_to_the_storage_is_known():
    root = Path(settings.BASE_DIR)
    speaking = {
        str(path.relative_to(root))
        for app in ("contacts", "optouts", "messaging", "campaigns", "waproject")
        for path in (root / app).rglob("*.py")
        if "lab" not in path.parts and _imports_storage(path)
    }

    assert speaking == {*AT_THE_STORAGE}


def _imports_storage(path: Path) -> bool:
    return any(
        isinstance(node, ast.ImportFrom) and (node.module or "").startswith("django.core.files.sto")
        for node in ast.walk(ast.parse(path.read_text()))
    )

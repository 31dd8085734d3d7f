"""Users, rows and requests for trying the table of access."""

import json
from collections.abc import Iterable, Iterator
from copy import deepcopy
from datetime import timedelta
from functools import cache
from hashlib import sha256
from itertools import product
from typing import Any
from uuid import UUID

from axes.models import AccessAttempt
from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse
from django.utils import timezone
from django_q.models import Failure, OrmQ, Schedule, Success

from campaigns.models import Campaign, Recipient
from contacts.models import Contact, ImportedPerson, ImportJob, Note, Tag, Vehicle
from messaging.approvals.following import new_template
from messaging.archives.content import Wanted
from messaging.archives.making import archive
from messaging.archives.models import ConversationArchive
from messaging.files.models import StoredFile
from messaging.inbox.models import CannedAnswer, InboxRules, Outcome
from messaging.models import Account, AutoReply, Conversation, KeptStatus, Message, Sender
from messaging.pricing.models import ExchangeRate, Price
from optouts.models import ConsentEvent, Hold, OptOut, Phrase
from tests.factories.files import stored_file
from tests.factories.users import as_role, rights_without, with_rights
from tests.waproject.access_table import (
    ANYONE,
    FILE_ID,
    LOGGED_IN,
    MODELS,
    NOBODY,
    PAGES,
    STAFF,
    SUPERUSER,
    Page,
)
from waproject.accounts import permissions
from waproject.accounts.actors import SYSTEM
from waproject.accounts.invitations.models import Invitation
from waproject.accounts.models import Role, User
from waproject.audit.models import Event
from waproject.core.jobs.models import Job
from waproject.site.saved.models import SavedFilter
from waproject.tenants.models import Tenant
from waproject.tenants.scope import current_tenant_id
from waproject.workers.models import Cluster

# What no page may show to anybody.
TOKEN = "clave-de-la-cuenta-sur"
# What no page may show to who must not see people.
NAME, PHONE, TEXT = "Zacarías Quiroga", "+56975400946", "quisiera vender mi auto verde"
# What no page may show to who must read addresses masked.
EMAIL, USER_ID = "zacarias@quiroga.example", "CL.7777123456"
ADDRESSES = (PHONE, PHONE.removeprefix("+"), EMAIL, USER_ID, "9 7540-0946", "zq@quiroga.example")
# The same, in what people wrote; a page that shows texts shows these as well.
SPELLED, WRITTEN_EMAIL = ADDRESSES[4:]
SAID = f"{SPELLED} {WRITTEN_EMAIL} {TEXT}"
STANDARD = {
    "changelist": ("see", "see"),
    "history": ("see", "see"),
    "change": ("see", "change"),
    "add": ("add", "add"),
    "delete": ("delete", "delete"),
}


def make_rows() -> dict[str, Any]:
    """One row of each model that has pages, by the model's label."""
    return make_rows_of_business() | _by_label(_of_site())


def make_rows_of_business() -> dict[str, Any]:
    """One row of each of them whose rows belong to a business, for that of the scope."""
    person = Contact.objects.create(
        phone=PHONE, name=NAME, email=EMAIL, custom_fields={"nota": SAID}
    )
    person.addresses.create(channel="whatsapp", value=USER_ID)
    rows = [person, *_of_contacts(person), *_of_optouts(person), *_of_sending(person)]
    event = Event.objects.create(action="campaigns.pause", object_type="campaigns.campaign")
    return _by_label([*rows, event, _stored_file(person), _archive(person)])


def _archive(person: Contact) -> ConversationArchive:
    """An archive of nothing: what was said is in the messages."""
    made = archive(Wanted(Contact(pk=person.pk)), "txt")
    made.archive_id = UUID(FILE_ID)
    made.save()
    return made


def _stored_file(person: Contact) -> StoredFile:
    """A picture of the person, kept with its small one."""
    return stored_file(person, file_id=FILE_ID, original_filename=SAID)


def _by_label(rows: list[Any]) -> dict[str, Any]:
    return {row._meta.label_lower: row for row in rows}


def _of_contacts(person: Contact) -> list[Any]:
    ended = {"state": "completed", "finished_at": timezone.now()}
    job = ImportJob(job=Job.objects.create(kind="import", title="lista.csv", **ended))
    for stored in (job.file, job.rejected_file, job.remarks_file):
        stored.save("lista.csv", ContentFile(f"{NAME},{PHONE}".encode()), save=False)
    job.mended_file.save(
        "lista.json", ContentFile(json.dumps({1: [NAME, PHONE]}).encode()), save=False
    )
    job.save()
    ImportedPerson.objects.create(job=job, contact=person)
    return [
        Vehicle.objects.create(contact=person, make="Toyota", model="Yaris", year=2015),
        Note.objects.create(contact=person, text=f"{SPELLED} {WRITTEN_EMAIL}"),
        Tag.objects.create(name="Feria de mayo"),
        job,
        Job.objects.create(
            kind="export",
            title="a.csv",
            file_name="a.csv",
            parameters={"source": "list", "name": "contacts.contact"},
        ),
    ]


def _of_optouts(person: Contact) -> list[Any]:
    now = timezone.now()
    return [
        OptOut.objects.create(contact=person, phone=PHONE, opted_out_at=now, reason="manual"),
        ConsentEvent.objects.create(
            contact=person, change="out", source="staff", at=now, evidence=SAID, note=SAID
        ),
        Hold.objects.create(
            contact=person,
            text=SAID,
            phrase=SPELLED,
            note=SAID,
            held_at=now,
            decision="keep",
            decided_at=now,
        ),
        Phrase.objects.create(text="no molesten jamás", kind="opt_out", reach="message"),
    ]


def _of_sending(person: Contact) -> list[Any]:
    now = timezone.now()
    sender = Sender.objects.create(name="Ventas", channel="whatsapp", address="+56220000000")
    template = new_template("promo", by=SYSTEM, body="Hola {{nombre}}")
    draft = Campaign.objects.create(name="Promo", sender=sender, template=template)
    talk = Conversation.objects.create(sender=sender, contact=person, last_message_body=SAID)
    received = {"direction": "inbound", "status": "received", "created_at": now}
    return [
        *(sender, template, draft, talk),
        Account.objects.create(
            name="Sur", external_id=f"AC7{person.tenant_id}", access_token=TOKEN
        ),
        Message.objects.create(
            contact=person,
            conversation=talk,
            phone=PHONE,
            body=SAID,
            content={"nota": SAID},
            **received,
        ),
        KeptStatus.objects.create(
            message_sid="SM1",
            status="sent",
            address=PHONE,
            received_at=now,
            try_at=now,
            error_message=SAID,
        ),
        AutoReply.objects.create(keywords="PRECIO", body="Depende."),
        InboxRules.objects.get_or_create()[0],
        Outcome.objects.create(name="Reserva", code="booking"),
        CannedAnswer.objects.create(shortcut="reserva", text="Se reserva con $300.000."),
        Price.objects.create(charge="sms", country="AR", amount="0.07", valid_from=now.date()),
        ExchangeRate.objects.create(rate="950.5", valid_from=now.date()),
        Recipient.objects.create(
            campaign=draft, contact=person, phone=PHONE, body=SAID, error_message=SAID
        ),
    ]


def _of_site() -> list[Any]:
    now = timezone.now()
    later = now + timedelta(days=1)
    tasks = {"func": "f", "started": now, "stopped": now}
    colleague = with_rights(User.objects.create_user("nueva"), [], level=1)
    return [
        Cluster.objects.create(name="waproject", host="uno", started_at=now, seen_at=now),
        Success.objects.create(id="1" * 32, name="uno", success=True, **tasks),
        Failure.objects.create(id="2" * 32, name="dos", success=False, **tasks),
        Schedule.objects.get(),
        Tenant.objects.get(pk=current_tenant_id()),
        OrmQ.objects.create(key="waproject", payload="", lock=now),
        AccessAttempt.objects.create(username="nueva", failures_since_start=1),
        colleague,
        SavedFilter.objects.create(
            owner=colleague, model="contacts.tag", name="Ferias", query="q=feria", is_shared=True
        ),
        Role.objects.create(name="Ventas", level=20),
        Invitation.objects.create(
            email="x@example.com",
            role=Role.objects.first(),
            token_hash=sha256(b"x").hexdigest(),
            ends_at=later,
        ),
    ]


def configured() -> dict[str, list[str]]:
    """Each address of the site by its name, or route where it has none; the names of its parts."""
    return dict(_walk(get_resolver(), ""))


def _walk(
    resolver: URLResolver, space: str, above: tuple[str, ...] = ()
) -> Iterator[tuple[str, list[str]]]:
    for one in resolver.url_patterns:
        pattern = one.pattern
        parts = getattr(pattern, "converters", None) or pattern.regex.groupindex
        names = (*above, *parts)
        if isinstance(one, URLResolver):
            yield from _walk(one, f"{space}{one.namespace}:" if one.namespace else space, names)
        else:
            yield f"{space}{one.name or pattern}", list(names)


def pages() -> Iterator[Page]:
    """Every page of the table, the usual ones of the models included."""
    own = {page.name for page in PAGES}
    yield from PAGES
    for label, rights in MODELS.items():
        for kind, (get, post) in STANDARD.items():
            name = f"admin:{label.replace('.', '_')}_{kind}"
            if name not in own:
                yield Page(name, getattr(rights, get), getattr(rights, post))


def address(page: Page, parts: list[str], rows: dict[str, Any]) -> str:
    """Where the page is, for the row of its model."""
    if page.name == "admin:<path:object_id>/":
        return f"{reverse('admin:contacts_tag_changelist')}{rows['contacts.tag'].pk}/"
    if page.name in ("", "admin:(?P<url>.*)$"):
        return "/admin/nowhere/" if page.name else "/"
    label = page.model or _label_in(page.name, rows)
    pk = rows[label].pk if label else 1
    given = {part: page.url_args.get(part, pk) for part in parts}
    return reverse(page.name, kwargs=given, query=page.query or None)


def _label_in(name: str, rows: dict[str, Any]) -> str:
    """The label of the model with which an address's name begins; "" for none."""
    beginnings = {label: f"admin:{label.replace('.', '_')}_" for label in rows}
    return next((label for label, start in beginnings.items() if name.startswith(start)), "")


@cache
def browser(rights: frozenset[str], *, is_superuser: bool = False) -> Client:
    """A browser of a member of staff whose role has exactly these rights."""
    number = User.objects.count()
    user = User.objects.create(
        username=f"user{number}",
        is_staff=True,
        is_superuser=is_superuser,
        password=make_password("x"),
    )
    with_rights(user, rights)
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


@cache
def browser_in_role(role: str) -> Client:
    """A browser of a member of staff in a system role."""
    user = as_role(
        User.objects.create(username=role, is_staff=True, password=make_password("x")), role
    )
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def alternatives(right: str) -> list[frozenset[str]]:
    """The sets of permissions each of which is enough."""
    if right in (ANYONE, LOGGED_IN, STAFF):
        return [frozenset()]
    if right in (NOBODY, SUPERUSER):
        return []
    return [frozenset(one.split(" + ")) for one in right.split(" | ")]


def all_but(right: str, without: str) -> list[frozenset[str]]:
    """Sets of rights, as large as can be, none of which is enough.

    `without`: permissions left out of all of them besides, by their beginning.
    """
    enough = alternatives(right)
    if frozenset() in enough:
        return []
    also = [name for name in all_permissions() if name.startswith(without)]
    besides = [name.partition(".")[2] for name in also]
    return [frozenset(rights_without([*missing, *besides])) for missing in product(*enough)]


def all_permissions() -> frozenset[str]:
    """Every permission that a role can have, as `contacts.view_contact`."""
    return permissions.permissions_of(permissions.rights())


def is_enough(rights: Iterable[str], right: str) -> bool:
    """Whether a role with these rights has what the table asks for."""
    had = {name.partition(".")[2] for name in permissions.permissions_of(rights)}
    return any(one <= had for one in alternatives(right))


def let_through(client: Client, method: str, url: str) -> tuple[bool, int, str]:
    """Whether the page answered, the status and the text. What it changed is rolled back."""
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        response = getattr(client, method)(url)
        body = b"".join(response) if response.streaming else response.content
        transaction.set_rollback(True)
    client.cookies = cookies
    to_login = "/login/?next=" in response.headers.get("Location", "")
    refused = response.status_code in (403, 404, 405) or to_login
    return not refused, response.status_code, body.decode(errors="replace")

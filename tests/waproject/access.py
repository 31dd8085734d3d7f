"""Users, rows and requests for trying the table of access."""

from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from itertools import product
from typing import Any

from axes.models import AccessAttempt
from django.contrib.auth.models import Group, Permission
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse
from django.utils import timezone
from django_q.models import Failure, OrmQ, Schedule, Success

from campaigns.models import Campaign, Recipient
from contacts.models import Contact, ImportJob, Tag, Vehicle
from messaging.models import Account, AutoReply, Conversation, KeptStatus, Message, Sender
from messaging.template_versions import new_template
from optouts.models import ConsentEvent, Hold, OptOut, Phrase
from tests.waproject.access_table import ANYONE, LOGGED_IN, MODELS, NOBODY, PAGES, STAFF, Page
from waproject.accounts.actors import SYSTEM
from waproject.accounts.models import User
from waproject.audit.models import Event
from waproject.core.jobs.models import Job
from waproject.workers.models import Cluster

# What no page may show to who must not see people.
NAME, PHONE, TEXT = "Zacarías Quiroga", "+56975400946", "quisiera vender mi auto verde"
STANDARD = {
    "changelist": ("see", "see"),
    "history": ("see", "see"),
    "change": ("see", "change"),
    "add": ("add", "add"),
    "delete": ("delete", "delete"),
}


def make_rows() -> dict[str, Any]:
    """One row of each model that has pages, by the model's label."""
    person = Contact.objects.create(phone=PHONE, name=NAME)
    rows = [person, *_of_contacts(person), *_of_optouts(person), *_of_sending(person), *_of_site()]
    return {row._meta.label_lower: row for row in rows}


def _of_contacts(person: Contact) -> list[Any]:
    ended = {"state": "completed", "finished_at": timezone.now()}
    job = ImportJob(job=Job.objects.create(kind="import", title="lista.csv", **ended))
    for stored in (job.file, job.rejected_file, job.remarks_file):
        stored.save("lista.csv", ContentFile(f"{NAME},{PHONE}".encode()), save=False)
    job.save()
    return [
        Vehicle.objects.create(contact=person, make="Toyota", model="Yaris", year=2015),
        Tag.objects.create(name="VIP"),
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
        ConsentEvent.objects.create(contact=person, change="out", source="staff", at=now),
        Hold.objects.create(
            contact=person, text=TEXT, held_at=now, decision="keep", decided_at=now
        ),
        Phrase.objects.create(text="no molesten jamás", kind="opt_out", reach="message"),
    ]


def _of_sending(person: Contact) -> list[Any]:
    now = timezone.now()
    sender = Sender.objects.create(name="Ventas", channel="whatsapp", address="+56220000000")
    template = new_template("promo", by=SYSTEM, body="Hola {{nombre}}")
    draft = Campaign.objects.create(name="Promo", sender=sender, template=template)
    talk = Conversation.objects.create(sender=sender, contact=person, last_message_body=TEXT)
    received = {"direction": "inbound", "status": "received", "created_at": now}
    return [
        *(sender, template, draft, talk),
        Account.objects.create(name="Sur", external_id="AC7"),
        Message.objects.create(
            contact=person, conversation=talk, phone=PHONE, body=TEXT, **received
        ),
        KeptStatus.objects.create(
            message_sid="SM1", status="sent", address=PHONE, received_at=now, try_at=now
        ),
        AutoReply.objects.create(keywords="PRECIO", body="Depende."),
        Recipient.objects.create(campaign=draft, contact=person, phone=PHONE, body=TEXT),
    ]


def _of_site() -> list[Any]:
    now = timezone.now()
    tasks = {"func": "f", "started": now, "stopped": now}
    return [
        Cluster.objects.create(name="waproject", host="uno", started_at=now, seen_at=now),
        Success.objects.create(id="1" * 32, name="uno", success=True, **tasks),
        Failure.objects.create(id="2" * 32, name="dos", success=False, **tasks),
        Schedule.objects.get(),
        OrmQ.objects.create(key="waproject", payload="", lock=now),
        AccessAttempt.objects.create(username="nueva", failures_since_start=1),
        User.objects.create_user("nueva"),
        Group.objects.create(name="Ventas"),
        Event.objects.create(action="campaigns.pause", object_type="campaigns.campaign"),
    ]


def configured() -> dict[str, list[str]]:
    """Each address of the site by its name, or route where it has none; the names of its parts."""
    return dict(_walk(get_resolver(), ""))


def _walk(resolver: URLResolver, space: str) -> Iterator[tuple[str, list[str]]]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from _walk(one, f"{space}{one.namespace}:" if one.namespace else space)
        else:
            pattern = one.pattern
            parts = getattr(pattern, "converters", None) or pattern.regex.groupindex
            yield f"{space}{one.name or pattern}", list(parts)


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
    names = {label: f"admin:{label.replace('.', '_')}_" for label in rows}
    if page.name == "admin:auth_user_password_change":  # Django's name, whatever the user's model
        names["accounts.user"] = page.name
    pks = [rows[label].pk for label, name in names.items() if page.name.startswith(name)]
    given = {part: page.url_args.get(part, pks[0] if pks else 1) for part in parts}
    return reverse(page.name, kwargs=given, query=page.query or None)


@cache
def permissions() -> dict[str, tuple[int, str]]:
    """Id and full name of each permission by its codename, which is unique on this site."""
    found = Permission.objects.values_list("codename", "pk", "content_type__app_label")
    return {codename: (pk, f"{app}.{codename}") for codename, pk, app in found}


@cache
def browser(codenames: frozenset[str], *, is_superuser: bool = False) -> Client:
    """A browser of a member of staff with exactly these permissions."""
    number = User.objects.count()
    user = User.objects.create(
        username=f"user{number}", is_staff=True, is_superuser=is_superuser, password="!"
    )
    user.user_permissions.set([permissions()[one][0] for one in codenames])
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def alternatives(right: str) -> list[frozenset[str]]:
    """The sets of permissions each of which is enough."""
    if right in (ANYONE, LOGGED_IN, STAFF):
        return [frozenset()]
    if right == NOBODY:
        return []
    return [frozenset(one.split(" + ")) for one in right.split(" | ")]


def all_but(right: str, without: str) -> list[frozenset[str]]:
    """Sets of permissions, as large as can be, none of which is enough."""
    enough = alternatives(right)
    if frozenset() in enough:
        return []
    kept = {name for name, (_pk, full) in permissions().items() if not full.startswith(without)}
    return [frozenset(kept.difference(missing)) for missing in product(*enough)]


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

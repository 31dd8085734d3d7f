"""Questions about people, vehicles and tags, under the names that the rest of the project uses."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import connections, transaction
from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Now

from contacts.addresses import Address, latest_address
from contacts.phones.keys import phone_key, set_phone_key
from contacts.search import (
    contact_condition,
    lookups,  # noqa: F401  registers sounds, and prefix by its import
    vehicle_condition,
)
from contacts.spelling.makes import spell_make
from contacts.spelling.same_words import same_words
from contacts.states import AddressChannel, ContactStatus
from waproject.core.days import start_of
from waproject.core.db.bulk_insert import insert_from
from waproject.tenants.managers import TenantManager
from waproject.tenants.scope import current_tenant_id

if TYPE_CHECKING:
    from contacts.models import Contact, Tag, Vehicle  # noqa: F401  named in strings


class ContactQuerySet(QuerySet["Contact"]):
    def active(self) -> "ContactQuerySet":
        """People who are neither opted out nor known to be invalid.

        optouts.reachability says who of them may be written to.
        """
        return self.filter(status=ContactStatus.ACTIVE)

    def update(self, **kwargs: Any) -> int:
        """As Django's; an update of `phone` updates `phone_key` too."""
        set_phone_key(kwargs)
        return super().update(**kwargs)

    update.alters_data = True  # type: ignore[attr-defined]

    def unmerged(self) -> "ContactQuerySet":
        """Contacts whose phone another contact has in another spelling; nothing is sent to them."""
        return self.filter(phone__isnull=False, phone_key__isnull=True)

    def with_phones(self, phones: Iterable[str]) -> "ContactQuerySet":
        """The contacts with one of these phones (E.164), in any spelling; some thousands at most.

        As a second phone too. Those with the key of a phone come before an unmerged contact that
        is spelt like it.
        """
        listed = list(phones)
        keys = list(map(phone_key, listed))
        same = Q(phone_key__in=keys) | Q(phone__in=listed, phone_key__isnull=True)
        # Asked before: a subquery here would make PostgreSQL read everyone.
        if further := Address.objects.further_phones(listed):
            same |= Q(pk__in=set(further.values()))
        return self.filter(same).order_by(F("phone_key").asc(nulls_last=True), "pk")

    def having_phone(self, phone: str, **details: Any) -> "Contact":
        """The first contact with this phone (E.164), made with these details if there is none.

        Of two who make it at the same moment one gets the other's.
        """
        found = self.with_phones([phone]).first()
        key, details = phone_key(phone), {"phone": phone, **details}
        return found or self.get_or_create(phone_key=key, defaults=details)[0]

    def mark_invalid(self) -> int:
        """Mark people whose address the provider refused for good; opted-out people stay so."""
        return self.filter(status=ContactStatus.ACTIVE).update(
            status=ContactStatus.INVALID, updated_at=Now()
        )

    def take_back_invalid(self) -> int:
        """Take back `invalid`: a message arrived after all; opted-out people stay so.

        An unmerged contact stays invalid: messages go to the contact that has its key.
        """
        merged = Q(phone__isnull=True) | Q(phone_key__isnull=False)
        return self.filter(merged, status=ContactStatus.INVALID).update(
            status=ContactStatus.ACTIVE, updated_at=Now()
        )

    def unblock_channel(self, channel: str) -> None:
        """Take back that the provider cannot reach these people on a channel."""
        people = self.order_by().values("pk")
        Address.objects.filter(contact__in=people, channel=channel).lift_blocks()

    def with_user_id(self) -> "ContactQuerySet":
        """Adds `latest_user_id`: WhatsApp's id of each person, None without one."""
        return self.annotate(latest_user_id=latest_address(channel=AddressChannel.WHATSAPP))

    def with_id_for_phone(self) -> "ContactQuerySet":
        """Adds `id_for_phone`: WhatsApp's id of those without a phone, None for all others."""
        latest = latest_address(channel=AddressChannel.WHATSAPP)
        return self.annotate(id_for_phone=Case(When(phone__isnull=True, then=latest)))

    def known_as(self, address: str) -> "ContactQuerySet":
        """The contacts with this address that is no phone, such as a WhatsApp user id."""
        rows = Address.objects.identities().filter(key=address)
        return self.filter(pk__in=list(rows.values_list("contact_id", flat=True)))

    def lock(self) -> list[int]:
        """Lock these people until the transaction ends, in the order of their ids; return those.

        Rows that refer to them may still be inserted elsewhere meanwhile.
        """
        locked = self.order_by("pk").select_for_update(no_key=True, of=("self",))
        return list(locked.values_list("pk", flat=True))

    def block_channel(self, channel: str, code: str | None) -> None:
        """Note that the provider cannot reach these people on a channel, and its error code.

        It holds for the address that each has there now; the first code stays.
        """
        for contact in self:
            if address := contact.address_on(channel):
                row, _created = Address.objects.get_or_create(
                    channel=channel,
                    key=phone_key(address),
                    defaults={
                        "contact": contact,
                        "value": address,
                        "bars_phone": address == contact.phone,
                    },
                )
                is_new = Q(blocked_at__isnull=True) | ~Q(contact=contact)
                Address.objects.filter(is_new, pk=row.pk).update(
                    contact=contact, value=address, blocked_at=Now(), blocked_code=code or ""
                )

    @transaction.atomic
    def mark_reachable_again(self) -> int:
        """Take back `invalid` and the blocks of channels; opted-out people stay so.

        For people whose address was corrected. Returns how many were invalid or blocked.
        """
        blocks = Address.objects.blocked().filter(contact=OuterRef("pk"))
        # An unmerged contact stays invalid: messages go to the contact that has its key.
        merged = Q(phone__isnull=True) | Q(phone_key__isnull=False)
        barred = self.filter(merged, Q(status=ContactStatus.INVALID) | Exists(blocks))
        ids = list(barred.order_by().values_list("pk", flat=True))
        Address.objects.blocked().filter(contact__in=ids).lift_blocks()
        people = self.model._default_manager.filter(pk__in=ids)
        people.take_back_invalid()
        return len(ids)

    def search(self, text: str) -> "ContactQuerySet":
        """People by the start of a phone or WhatsApp user id, by email or by words of the name."""
        return self.filter(contact_condition(text))

    def tagged(self, tag_id: int) -> "ContactQuerySet":
        links = self.model.tags.through._default_manager.filter(tag_id=tag_id)
        return self.filter(pk__in=links.values("contact_id"))

    def imported_by(self, import_id: int) -> "ContactQuerySet":
        """The people whom an import took: new, brought up to date or unchanged."""
        return self.filter(taken_by_imports__job=import_id)

    @transaction.atomic
    def add_tag(self, tag: "Tag") -> int:
        """Tag these people, in one statement; return how many did not carry the tag before."""
        links = self.model.tags.through
        lacking = self.exclude(pk__in=links._default_manager.filter(tag=tag).values("contact_id"))
        rows = lacking.order_by().values_list("pk", _number(tag.pk), _number(tag.tenant_id))
        return insert_from(links, ["contact", "tag", "tenant"], rows, "DO NOTHING")

    def remove_tag(self, tag: "Tag") -> int:
        """Take the tag from these people; return how many carried it."""
        links = self.model.tags.through._default_manager
        people = self.order_by().values("pk")
        return links.filter(tag=tag, contact_id__in=people).delete()[0]

    def owning(self, vehicles: "VehicleQuerySet") -> "ContactQuerySet":
        """Owners of any of these vehicles, each once."""
        return self.filter(pk__in=vehicles.order_by().values("contact_id"))


def _number(value: int | None) -> Value:
    return Value(value, output_field=BigIntegerField())


class VehicleQuerySet(QuerySet["Vehicle"]):
    def matching(
        self,
        *,
        make: str = "",
        model: str = "",
        year_from: int | None = None,
        year_to: int | None = None,
        price_from: Decimal | None = None,
        price_to: Decimal | None = None,
        vehicle_from: date | None = None,
    ) -> "VehicleQuerySet":
        """Vehicles that fit all that is given; years and prices include both ends.

        `vehicle_from` is the day since which they are in.
        """
        given = {
            "year__gte": year_from,
            "year__lte": year_to,
            "price__gte": price_from,
            "price__lte": price_to,
            "created_at__gte": vehicle_from and start_of(vehicle_from),
        }
        named = self.of_words(makes=[make] if make else [], models=[model] if model else [])
        return named.filter(**{name: value for name, value in given.items() if value is not None})

    def of_words(
        self, *, makes: Sequence[str] = (), models: Sequence[str] = ()
    ) -> "VehicleQuerySet":
        """Vehicles of any of the makes and any of the models, however these are spelt."""
        chosen, vehicles = self.all(), self.model._default_manager
        if typed := {*makes, *map(spell_make, makes)}:
            chosen = chosen.filter(make__in=same_words(typed, vehicles.makes()))
        if typed := {*models}:
            chosen = chosen.filter(model__in=same_words(typed, vehicles.all_models()))
        return chosen

    def of_active_people(self) -> "VehicleQuerySet":
        """Vehicles of people who are neither opted out nor known to be invalid."""
        # The others are few, and are looked up once instead of an owner for each vehicle.
        people: Any = self.model._meta.get_field("contact").related_model
        others = people._default_manager.exclude(status=ContactStatus.ACTIVE)
        return self.exclude(contact__in=others.order_by().values("pk"))

    def since(self, moment: datetime) -> "VehicleQuerySet":
        """Vehicles that came in at `moment` or later."""
        return self.filter(created_at__gte=moment)

    def search(self, text: str, *, with_owner: bool = True) -> "VehicleQuerySet":
        """Vehicles by words of make and model and by year, or by their owner's phone."""
        if not text.strip():
            return self.all()
        there = self.model._default_manager
        makes, models = there.makes(), there.all_models()
        return self.filter(vehicle_condition(text, makes, models, with_owner=with_owner))


class VehicleManager(TenantManager.from_queryset(VehicleQuerySet)):  # type: ignore[misc]
    """Vehicles, and the makes and models that there are.

    Those are found as text, from one index entry to the next different one: among 200,000 vehicles
    the ORM's DISTINCT takes PostgreSQL 64 ms for 40 makes, and this 1 ms.
    """

    def makes(self) -> list[str]:
        """Every make there is, in order. One index seek a make, however many the vehicles."""
        return self._distinct("make", "tenant_id = %s", [current_tenant_id()])

    def models_of(self, make: str) -> list[str]:
        """Every model of a make, in order."""
        return self._distinct("model", "tenant_id = %s AND make = %s", [current_tenant_id(), make])

    def all_models(self) -> list[str]:
        """Every model of every make, in order. Three index seeks a pair of make and model.

        Within a make it begins with '': below row-level security PostgreSQL seeks no index by an
        expression such as COALESCE.
        """
        tenant = current_tenant_id()
        next_model = f"""
            SELECT MIN(model) FROM vehicles
            WHERE tenant_id = {tenant} AND make = found.make AND model > found.model
        """  # noqa: S608  the tenant is a number
        sql = f"""
            WITH RECURSIVE found(make, model) AS (
                SELECT MIN(make), '' FROM vehicles WHERE tenant_id = {tenant}
                UNION ALL
                SELECT CASE WHEN ({next_model}) IS NOT NULL THEN found.make
                    ELSE (SELECT MIN(make) FROM vehicles
                        WHERE tenant_id = {tenant} AND make > found.make) END,
                    COALESCE(({next_model}), '')
                FROM found WHERE found.make IS NOT NULL
            )
            SELECT DISTINCT model FROM found WHERE model <> '' ORDER BY model
        """  # noqa: S608  next_model is written above, the tenant is a number
        with connections[self.db].cursor() as cursor:
            cursor.execute(sql)
            return [model for (model,) in cursor.fetchall()]

    def _distinct(self, column: str, condition: str, params: list[Any]) -> list[str]:
        """Walk the index from each value to the next larger one, instead of reading every row."""
        sql = f"""
            WITH RECURSIVE found(value) AS (
                SELECT MIN({column}) FROM vehicles WHERE {condition}
                UNION ALL
                SELECT (SELECT MIN({column}) FROM vehicles
                        WHERE {condition} AND {column} > found.value)
                FROM found WHERE found.value IS NOT NULL
            )
            SELECT value FROM found WHERE value IS NOT NULL
        """  # noqa: S608  column and condition are written above
        with connections[self.db].cursor() as cursor:
            cursor.execute(sql, [*params, *params])
            return [value for (value,) in cursor.fetchall()]


class TagQuerySet(QuerySet["Tag"]):
    def named(self, name: str) -> "Tag | None":
        """The tag of this name, whatever its case.

        Compared here: SQLite's own LOWER knows the letters of ASCII alone. Tags are few.
        """
        return next((tag for tag in self if tag.name.casefold() == name.casefold()), None)

    def with_counts(self) -> "TagQuerySet":
        """Adds `contact_count`: how many people carry the tag."""
        links = self.model.contacts.through._default_manager.filter(tag_id=OuterRef("pk"))
        counted = links.order_by().values("tag_id").annotate(n=Count("pk")).values("n")  # type: ignore[misc]
        return self.annotate(
            contact_count=Coalesce(Subquery(counted, output_field=IntegerField()), 0)
        )

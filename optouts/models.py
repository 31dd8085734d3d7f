"""Who may not be written to, every change of mind, and the words that say so."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact
from contacts.permissions import said_address, shown_text
from contacts.phones.fields import PhoneKeyField
from contacts.phones.keys import set_phone_key
from optouts.recognition.patterns import normalised
from optouts.recognition.words import Kind, Reach
from waproject.core.db.bulk_lookup import each
from waproject.tenants.managers import TenantManager
from waproject.tenants.models import TenantModel


class Reason(models.TextChoices):
    USER_REQUEST = "user_request", _("the person asked")
    MANUAL = "manual", _("entered by staff")
    PROVIDER = "provider", _("reported by the provider")
    IMPORT = "import", _("uploaded list")


class Change(models.TextChoices):
    OUT = "out", _("opted out")
    IN = "in", _("opted in again")


class PhraseLanguage(models.TextChoices):
    SPANISH = "es", _("Spanish")
    ENGLISH = "en", _("English")
    PORTUGUESE = "pt", _("Portuguese")


class Source(models.TextChoices):
    MESSAGE = "message", _("message from the person")
    STAFF = "staff", _("staff")
    PROVIDER = "provider", _("provider")
    UPLOAD = "upload", _("uploaded list")


class OptOutQuerySet(models.QuerySet["OptOut"]):
    def since(self, moment: datetime) -> "OptOutQuerySet":
        """People who opted out at `moment` or later."""
        return self.filter(opted_out_at__gte=moment)

    def listed(self, keys: Iterable[str]) -> set[str]:
        """Those of the keys of phones with which somebody opted out; some thousands at most."""
        return set(self.filter(phone_key__in=each(str, keys)).values_list("phone_key", flat=True))

    def update(self, **kwargs: Any) -> int:
        """As Django's; an update of `phone` updates `phone_key` too."""
        set_phone_key(kwargs)
        return super().update(**kwargs)

    update.alters_data = True  # type: ignore[attr-defined]


class OptOut(TenantModel):
    """A person who may not be written to now.

    Contact.status is `opted_out` exactly when this row exists: optouts.operations writes both.
    """

    contact = models.OneToOneField(
        Contact, verbose_name=_("contact"), on_delete=models.PROTECT, related_name="opt_out"
    )
    # The number with which they opted out. It stays when staff give the contact another number:
    # nothing is sent to the old number, whichever contact has it, until its owner opts in again.
    # Null without one: a unique column can hold many nulls.
    phone = models.CharField(_("phone"), max_length=16, null=True, blank=True)  # noqa: DJ001
    # By which it is found in any spelling. Not unique: an unmerged contact may have opted out too.
    phone_key = PhoneKeyField(max_length=16, null=True, blank=True, editable=False)
    opted_out_at = models.DateTimeField(_("opted out"))
    reason = models.CharField(_("reason"), max_length=12, choices=Reason)

    objects: ClassVar = TenantManager.from_queryset(OptOutQuerySet)()

    class Meta:
        db_table = "opt_outs"
        verbose_name = _("opt-out")
        verbose_name_plural = _("opt-outs")
        ordering = ["-opted_out_at", "-id"]
        indexes = [
            models.Index(fields=["tenant", "opted_out_at"]),
            models.Index(fields=["tenant", "reason"]),
            models.Index(fields=["tenant", "phone_key"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_opt_out_per_phone",
                fields=["tenant", "phone"],
                violation_error_message=_("There is already an opt-out of this phone."),
            ),
            models.CheckConstraint(
                name="opt_out_reason_is_known", condition=Q(reason__in=Reason.values)
            ),
        ]
        permissions = [
            ("revoke_optout", _("Can revoke an opt-out")),
            ("import_optout", _("Can upload a list of opt-outs")),
            ("export_optout", _("Can export opt-outs")),
        ]

    def __str__(self) -> str:
        return said_address(self.phone) or f"#{self.contact_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        fields = kwargs.get("update_fields")
        if fields is not None and "phone" in fields:
            kwargs["update_fields"] = {*fields, "phone_key"}
        super().save(*args, **kwargs)


class AppendOnlyQuerySet(models.QuerySet["AppendOnly"]):
    """Rows that can be added and read. Only Django itself blanks `by` when a user is deleted."""

    def update(self, **kwargs: Any) -> int:
        raise TypeError(f"{self.model.__name__} is append-only.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError(f"{self.model.__name__} is append-only.")


class AppendOnly(TenantModel):
    """A row that is written once and never changed or removed through the ORM."""

    objects: ClassVar = TenantManager.from_queryset(AppendOnlyQuerySet)()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError(f"{type(self).__name__} is append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError(f"{type(self).__name__} is append-only.")


class ConsentEvent(AppendOnly):
    """One change of a person's consent, with its evidence. Append-only."""

    contact = models.ForeignKey(
        Contact, verbose_name=_("contact"), on_delete=models.PROTECT, related_name="consent_events"
    )
    change = models.CharField(_("change"), max_length=3, choices=Change)
    source = models.CharField(_("source"), max_length=10, choices=Source)
    evidence = models.TextField(
        _("evidence"), blank=True, help_text=_("The message, or the provider's code.")
    )
    note = models.TextField(_("note"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        db_table = "consent_events"
        verbose_name = _("consent event")
        verbose_name_plural = _("consent events")
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["tenant", "at"]),
            models.Index(fields=["tenant", "change", "source"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="consent_change_is_known", condition=Q(change__in=Change.values)
            ),
            models.CheckConstraint(
                name="consent_source_is_known", condition=Q(source__in=Source.values)
            ),
        ]

    def __str__(self) -> str:
        at = date_format(timezone.localtime(self.at), "SHORT_DATETIME_FORMAT")
        return f"{capfirst(self.get_change_display())} {at}"


class HoldQuerySet(models.QuerySet["Hold"]):
    def open(self) -> "HoldQuerySet":
        """Messages that still wait for a person's decision."""
        return self.filter(decided_at__isnull=True)


class Decision(models.TextChoices):
    OPT_OUT = "opt_out", _("opted out")
    KEEP = "keep", _("not an opt-out")


class Hold(TenantModel):
    """A message that may mean an opt-out: its sender gets no campaign until a person decides."""

    contact = models.ForeignKey(
        Contact, verbose_name=_("contact"), on_delete=models.CASCADE, related_name="holds"
    )
    text = models.TextField(_("message"))
    phrase = models.CharField(_("phrase found"), max_length=400, blank=True)
    held_at = models.DateTimeField(_("held"))
    decision = models.CharField(_("decision"), max_length=8, choices=Decision, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    note = models.TextField(_("note"), blank=True)

    objects: ClassVar = TenantManager.from_queryset(HoldQuerySet)()

    class Meta:
        db_table = "opt_out_holds"
        verbose_name = _("held message")
        verbose_name_plural = _("held messages")
        ordering = ["-held_at", "-id"]
        indexes = [
            models.Index(
                name="open_holds", fields=["contact"], condition=Q(decided_at__isnull=True)
            ),
            models.Index(fields=["tenant", "held_at"]),
        ]
        permissions = [("decide_hold", _("Can decide on a held message"))]

    def __str__(self) -> str:
        return shown_text(self.text)[:60]


def new_revision() -> int:
    """A number that no other state of a phrase has had."""
    return secrets.randbits(48)


class PhraseQuerySet(models.QuerySet["Phrase"]):
    def in_use(self) -> "PhraseQuerySet":
        return self.filter(active=True)

    def update(self, **kwargs: Any) -> int:
        """Change the phrases, and let every process notice."""
        return super().update(**{"revision": new_revision(), **kwargs})

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete the phrases; ProtectedError when one of the core is among them."""
        if core := list(self.filter(core=True)):
            raise models.ProtectedError("A phrase of the core is always heard.", set(core))
        return super().delete()


class Phrase(TenantModel):
    """A phrase, or a pattern of phrases, that helps to understand what a person wrote.

    Staff may add, change and switch off phrases; optouts.recognition.words says how they work
    together.
    """

    text = models.CharField(
        _("phrase"),
        max_length=1_000,
        help_text=_(
            "Case, accents and punctuation do not matter. [one|other] stands for either, "
            "[word|] for the word or nothing."
        ),
    )
    normalised = models.CharField(max_length=1_000, editable=False)
    kind = models.CharField(_("effect"), max_length=8, choices=Kind)
    reach = models.CharField(
        _("counts"),
        max_length=8,
        choices=Reach,
        default=Reach.ANYWHERE,
        help_text=_(
            "Within a longer text an opt-out phrase never decides: the message is held for a "
            "person, as it is for a doubtful one. This says when it is held."
        ),
    )
    language = models.CharField(
        _("language"), max_length=5, blank=True, choices=PhraseLanguage, db_index=True
    )
    active = models.BooleanField(_("in use"), default=True)
    core = models.BooleanField(
        _("always heard"),
        default=False,
        editable=False,
        help_text=_("A word that everyone knows, such as BAJA or STOP: it cannot be switched off."),
    )

    # New with every change of the row: a process sees by the sum of all that it has to read again.
    revision = models.BigIntegerField(default=new_revision, editable=False)

    objects: ClassVar = TenantManager.from_queryset(PhraseQuerySet)()

    class Meta:
        db_table = "opt_out_phrases"
        verbose_name = _("phrase")
        verbose_name_plural = _("phrases")
        ordering = ["kind", "language", "text"]
        constraints = [
            models.UniqueConstraint(
                name="one_phrase_per_tenant",
                fields=["tenant", "normalised"],
                violation_error_message=_("There is already such a phrase."),
            ),
            models.CheckConstraint(name="phrase_kind_is_known", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(
                name="phrase_reach_is_known", condition=Q(reach__in=Reach.values)
            ),
            models.CheckConstraint(
                name="phrase_of_the_core_opts_out",
                condition=Q(core=False) | Q(active=True, kind=Kind.OPT_OUT),
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.normalised = normalised(self.text)
        self.revision = new_revision()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the phrase; ProtectedError for one of the core."""
        if self.core:
            raise models.ProtectedError("A phrase of the core is always heard.", {self})
        return super().delete(*args, **kwargs)

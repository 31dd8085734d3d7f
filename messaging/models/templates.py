"""Templates: texts approved by WhatsApp, and every version of each."""

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contacts.states import Channel
from messaging.models.accounts import Account
from messaging.providers.ids import validate_template_id
from messaging.states import TemplateStatus
from waproject.tenants.models import TenantModel


class Category(models.TextChoices):
    MARKETING = "marketing", _("marketing")
    UTILITY = "utility", _("utility")
    AUTHENTICATION = "authentication", _("authentication")


class HeaderType(models.TextChoices):
    NONE = "none", pgettext_lazy("header", "none")
    TEXT = "text", pgettext_lazy("header", "text")
    IMAGE = "image", pgettext_lazy("header", "picture")
    VIDEO = "video", pgettext_lazy("header", "video")
    DOCUMENT = "document", pgettext_lazy("header", "document")


class Template(TenantModel):
    """A text approved by WhatsApp, known by its account, name and language.

    `current` is the version being edited (messaging.texts.template_versions writes it), `in_use`
    the approved one that campaigns send. messaging.approvals alone writes `in_use` and `status`.
    """

    Category = Category
    Status = TemplateStatus

    account = models.ForeignKey(
        Account, verbose_name=_("account"), on_delete=models.PROTECT, related_name="templates"
    )
    name = models.CharField(
        _("name"),
        max_length=100,
        validators=[
            RegexValidator(r"^[a-z0-9_]+$", _("Use lowercase letters, digits and underscores."))
        ],
    )
    # As in the current version, for lists and filters.
    language = models.CharField(_("language"), max_length=10, default="es")
    category = models.CharField(
        _("category"), max_length=15, choices=Category, default=Category.MARKETING
    )
    status = models.CharField(
        _("status"), max_length=10, choices=TemplateStatus, default=TemplateStatus.DRAFT
    )
    # Null only until the first version is written, in the transaction that makes the template.
    current = models.OneToOneField(
        "messaging.TemplateVersion",
        verbose_name=_("current version"),
        on_delete=models.RESTRICT,
        null=True,
        editable=False,
        related_name="+",
    )
    in_use = models.OneToOneField(
        "messaging.TemplateVersion",
        verbose_name=_("version in use"),
        on_delete=models.RESTRICT,
        null=True,
        editable=False,
        related_name="+",
    )
    archived_at = models.DateTimeField(_("archived"), null=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        db_table = "templates"
        verbose_name = _("template")
        verbose_name_plural = _("templates")
        ordering = ["name", "language"]
        indexes = [models.Index(fields=["tenant", "status"])]
        constraints = [
            models.UniqueConstraint(
                name="one_template_per_account_name_and_language",
                fields=["tenant", "account", "name", "language"],
                violation_error_message=_("There is already a template of this name and language."),
            ),
            models.CheckConstraint(
                name="template_status_is_known", condition=Q(status__in=TemplateStatus.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store it; one that names no account is of the first account of its business."""
        if self.account_id is None:
            self.account = Account.objects.foremost()
        super().save(*args, **kwargs)

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """As Django's. A form that does not ask for the account has set it."""
        super().validate_constraints(exclude=set(exclude or ()) - {"account"})

    def version_for(self, channel: str) -> "TemplateVersion | None":
        """What a message on this channel says: WhatsApp takes approved versions alone.

        While none is approved it is the one being edited, which WhatsApp would refuse.
        """
        if channel == Channel.WHATSAPP:
            return self.in_use or self.current
        return self.current


class TemplateVersion(TenantModel):
    """What a template says, from one edit to the next. The database refuses changes.

    Placeholders are named for people; messaging.texts.numbering gives the numbers of the provider.
    `variables` maps each to its source, fallback, type, example and whether it is required:
    `{"nombre": {"source": "contact.name", "fallback": "cliente"}}`; messaging.texts.rendering lists
    the sources. `buttons` is a list of messaging.texts.content.Button as JSON. What was launched or
    sent with the template refers to its version.

    `content_sid` and `provider_data` are written once, when the provider has the version.
    """

    template = models.ForeignKey(
        Template,
        verbose_name=_("template"),
        on_delete=models.CASCADE,
        related_name="versions",
        db_index=False,  # the constraint below begins with it
    )
    number = models.PositiveIntegerField(_("number"))
    language = models.CharField(_("language"), max_length=10)
    category = models.CharField(
        _("category"), max_length=15, choices=Category, default=Category.MARKETING
    )
    header_type = models.CharField(
        _("header"), max_length=10, choices=HeaderType, default=HeaderType.NONE
    )
    header_text = models.CharField(_("text of the header"), max_length=200, blank=True)
    header_media = models.CharField(
        _("file of the header"),
        max_length=1000,
        blank=True,
        help_text=_("A public address, https://…, or the path of a file kept here."),
    )
    body = models.TextField(
        _("text"),
        max_length=1024,
        help_text=_("With placeholders in double braces, for example {{nombre}} or {{1}}."),
    )
    footer = models.CharField(_("footer"), max_length=200, blank=True)
    buttons: Any = models.JSONField(_("buttons"), default=list, blank=True)
    variables: Any = models.JSONField(_("variables"), default=dict, blank=True)
    content_sid = models.CharField(
        _("content sid"),
        max_length=34,
        blank=True,
        help_text=_("The provider's id of the approved template, as its console shows it."),
        validators=[validate_template_id],
    )
    provider_data: Any = models.JSONField(default=dict, blank=True, editable=False)
    change_reason = models.CharField(_("why it was changed"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("created by"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )

    class Meta:
        db_table = "template_versions"
        verbose_name = _("version of a template")
        verbose_name_plural = _("versions of templates")
        ordering = ["template", "-number"]
        constraints = [
            models.UniqueConstraint(
                name="one_version_per_template_and_number", fields=["template", "number"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("A version of a template is never changed: write a new one.")
        super().save(*args, **kwargs)

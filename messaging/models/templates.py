"""Templates: texts approved by WhatsApp, and every version of each."""

from typing import Any

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from messaging.providers.ids import validate_template_id
from waproject.tenants.models import TenantModel


class Template(TenantModel):
    """A text approved by WhatsApp, known by its name and language; `current` has the text.

    messaging.template_versions writes both.
    """

    class Category(models.TextChoices):
        MARKETING = "marketing", _("marketing")
        UTILITY = "utility", _("utility")
        AUTHENTICATION = "authentication", _("authentication")

    class Status(models.TextChoices):
        DRAFT = "draft", _("not submitted")
        PENDING = "pending", _("in review")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")
        PAUSED = "paused", pgettext_lazy("template", "paused")
        DISABLED = "disabled", pgettext_lazy("template", "disabled")

    name = models.CharField(
        _("name"),
        max_length=100,
        validators=[
            RegexValidator(r"^[a-z0-9_]+$", _("Use lowercase letters, digits and underscores."))
        ],
    )
    language = models.CharField(_("language"), max_length=10, default="es")
    category = models.CharField(
        _("category"), max_length=15, choices=Category, default=Category.MARKETING
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    # Null only until the first version is written, in the transaction that makes the template.
    current = models.OneToOneField(
        "messaging.TemplateVersion",
        verbose_name=_("current version"),
        on_delete=models.RESTRICT,
        null=True,
        editable=False,
        related_name="+",
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        db_table = "templates"
        verbose_name = _("template")
        verbose_name_plural = _("templates")
        ordering = ["name", "language"]
        constraints = [
            models.UniqueConstraint(
                name="one_template_per_name_and_language",
                fields=["tenant", "name", "language"],
                violation_error_message=_("There is already a template of this name and language."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"


class TemplateVersion(TenantModel):
    """The text of a template, as it was from one edit to the next. The database refuses changes.

    `variables` maps a placeholder of the body to its source and fallback:
    `{"nombre": {"source": "contact.name", "fallback": "cliente"}}`; messaging.rendering lists
    the sources. What was launched or sent with the template refers to its version.
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
    content_sid = models.CharField(
        _("content sid"),
        max_length=34,
        blank=True,
        help_text=_("The provider's id of the approved template, as its console shows it."),
        validators=[validate_template_id],
    )
    body = models.TextField(
        _("text"),
        max_length=1024,
        help_text=_("With placeholders in double braces, for example {{nombre}} or {{1}}."),
    )
    variables = models.JSONField(_("variables"), default=dict, blank=True)
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

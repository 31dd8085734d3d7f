"""Templates: texts approved by WhatsApp."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Template(models.Model):
    """A text approved by WhatsApp, with placeholders and where their values come from.

    `variables` maps a placeholder of the body to its source and fallback:
    `{"nombre": {"source": "contact.name", "fallback": "cliente"}}`; messaging.rendering lists
    the sources.
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
    content_sid = models.CharField(
        _("content sid"),
        max_length=34,
        blank=True,
        help_text=_("Twilio's id of the approved template: HX followed by 32 hexadecimal digits."),
        validators=[
            RegexValidator(
                r"^HX[0-9a-fA-F]{32}$", _("A content sid is HX followed by 32 hexadecimal digits.")
            )
        ],
    )
    body = models.TextField(
        _("text"),
        max_length=1024,
        help_text=_("With placeholders in double braces, for example {{nombre}} or {{1}}."),
    )
    variables = models.JSONField(_("variables"), default=dict, blank=True)
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
                fields=["name", "language"],
                violation_error_message=_("There is already a template of this name and language."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"

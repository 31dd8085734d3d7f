"""The log of what people, and the system in their place, did."""

from functools import cache

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from waproject.tenants.models import TenantModel


class Event(TenantModel):
    """One operation, written in its transaction: both are there, or neither.

    The database refuses to change or delete an event. It outlives the user and the object, so
    it refers to neither by a foreign key that the database holds. It has no names, phones or
    texts of customers. The reason, which people type, may be emptied when a customer is erased.
    """

    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,  # always asked for within a business: audit_by_actor
        related_name="+",
        help_text=_("Empty: the system itself."),
    )
    actor_name = models.CharField(_("name of the user"), max_length=150, blank=True)
    action = models.CharField(_("what"), max_length=100)
    object_type = models.CharField(_("kind of object"), max_length=100)
    object_id = models.CharField(_("id of the object"), max_length=64, blank=True)
    object_text = models.CharField(_("object"), max_length=200, blank=True)
    before = models.JSONField(_("before"), default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(_("after"), default=dict, encoder=DjangoJSONEncoder)
    reason = models.TextField(_("reason"), blank=True)
    origin = models.CharField(_("from where"), max_length=200, blank=True)

    class Meta:
        db_table = "audit_events"
        verbose_name = _("operation")
        verbose_name_plural = _("operations")
        default_permissions = ("view", "export")
        # A list shows the latest of a business first, whole or filtered by one of these.
        indexes = [
            models.Index(fields=["tenant", "-id"], name="audit_latest"),
            models.Index(fields=["tenant", "-at", "-id"], name="audit_by_time"),
            models.Index(
                fields=["tenant", "object_type", "object_id", "-id"], name="audit_by_object"
            ),
            models.Index(fields=["tenant", "object_type", "-id"], name="audit_by_kind"),
            models.Index(fields=["tenant", "action", "-id"], name="audit_by_action"),
            models.Index(fields=["tenant", "actor", "-id"], name="audit_by_actor"),
            models.Index(
                fields=["tenant", "origin"],
                name="audit_by_origin",
                opclasses=["int8_ops", "varchar_pattern_ops"],  # for searches by its beginning
            ),
            # The few that somebody typed, where a person's name is looked for in all of them.
            models.Index(
                fields=["tenant"], name="audit_with_reason", condition=~models.Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return self.action_in_words

    @property
    def action_in_words(self) -> str:
        return str(action_labels().get(self.action, self.action))


@cache
def action_labels() -> dict[str, str]:
    """The words for each action that the apps register, by its name."""
    return {
        name: label
        for path in settings.AUDITED_ACTIONS
        for name, label in import_string(path).choices
    }

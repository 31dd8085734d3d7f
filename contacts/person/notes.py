"""What staff write down about a person, for each other."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.permissions import shown_text
from waproject.tenants.managers import TenantManager
from waproject.tenants.models import TenantModel

# Characters of a note.
LONGEST = 2_000


class Note(TenantModel):
    """A note about a person. It is written and may be deleted, and never changed."""

    contact = models.ForeignKey(
        "contacts.Contact",
        verbose_name=_("contact"),
        on_delete=models.CASCADE,
        related_name="notes",
        db_index=False,  # the index below begins with it
    )
    text = models.TextField(_("note"), max_length=LONGEST)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects: ClassVar = TenantManager()

    class Meta:
        db_table = "contact_notes"
        default_permissions = ("add",)
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["contact", "created_at"])]
        constraints = [models.CheckConstraint(name="note_says_something", condition=~Q(text=""))]

    def __str__(self) -> str:
        return shown_text(self.text)[:60]

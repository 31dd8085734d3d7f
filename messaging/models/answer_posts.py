"""The posts by which staff answered in conversations, so that none is answered twice."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from messaging.models.conversations import Conversation
from messaging.tokens import TOKEN
from waproject.tenants.managers import TenantManager
from waproject.tenants.models import TenantModel


class AnswerPost(TenantModel):
    """One answer as it was posted from a page: a repeat of the post is known by it.

    The row outlives the delivery, which is gone a second later. It is forgotten after some days,
    and at once when the answer did not leave: it can be posted again then.
    """

    conversation = models.ForeignKey(
        Conversation,
        verbose_name=_("conversation"),
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,  # the constraint below begins with it
    )
    # Of the page's token and the text (messaging.answers).
    digest = models.CharField(max_length=64)
    # The checksum of the file that goes with it; "" without one.
    enclosed = models.CharField(max_length=64, blank=True, default="")
    # Of its delivery.
    token = models.CharField(max_length=TOKEN, editable=False)
    posted_at = models.DateTimeField(auto_now_add=True)
    # Who wrote it, and when it is to leave: a round's first answer is the earliest that stands.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
    )
    leaves_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar = TenantManager()

    class Meta:
        db_table = "answer_posts"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="one_answer_per_post", fields=["conversation", "digest", "enclosed"]
            ),
            models.UniqueConstraint(name="one_answer_post_per_token", fields=["token"]),
        ]
        indexes = [models.Index(fields=["tenant", "posted_at"])]

    def __str__(self) -> str:
        return f"{self.conversation_id}: {self.digest}"

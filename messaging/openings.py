"""Whom the business wrote to first, for the daily limit of its senders."""

from django.db import models

from contacts.models import Contact


class Opening(models.Model):
    """When the business last wrote first, outside an open window, to a person from a sender."""

    sender = models.ForeignKey(
        "messaging.Sender", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_opening_per_sender_and_contact", fields=["sender", "contact"]
            )
        ]
        indexes = [models.Index(name="openings_of_a_day", fields=["sender", "at"])]

    def __str__(self) -> str:
        return f"{self.sender_id} -> {self.contact_id}"

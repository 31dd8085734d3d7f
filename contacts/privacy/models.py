"""What is kept of people who were erased: that they had opted out, and not who they are."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from waproject.core.secrets import EncryptedTextField
from waproject.tenants.models import TenantModel


class PrivacyKey(TenantModel):
    """The key of a business's hashes: without it nobody can try all phones against them.

    It is encrypted as credentials are, so a copy of the database alone does not give it away, and
    `rotate_keys` encrypts it anew. It is never changed: what was hashed could not be found again.
    """

    key = EncryptedTextField()

    class Meta:
        db_table = "privacy_keys"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(name="one_privacy_key_per_tenant", fields=["tenant"])
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)


class ErasedAddress(TenantModel):
    """The keyed hash of an address of somebody who had opted out when they were erased."""

    digest = models.CharField(max_length=64)
    erased_at = models.DateTimeField(_("erased"), auto_now_add=True)

    class Meta:
        db_table = "erased_addresses"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(name="one_row_per_erased_address", fields=["tenant", "digest"])
        ]

    def __str__(self) -> str:
        return self.digest[:8]

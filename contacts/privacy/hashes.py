"""The opt-outs of people who were erased, as keyed hashes of their addresses.

A hash is of the spelling by which addresses are compared (contacts.phones.keys), so that a phone
is recognised in whatever way a file writes it.
"""

import hmac
import secrets
from collections.abc import Iterable

from contacts.phones.keys import phone_key
from contacts.privacy.models import ErasedAddress, PrivacyKey
from waproject.core.db.bulk_lookup import each


def remember(addresses: Iterable[str]) -> None:
    """Keep the hashes of these addresses. Raises SecretError where no key can be stored."""
    key = _key() or _new_key()
    ErasedAddress.objects.bulk_create(
        [ErasedAddress(digest=digest) for digest in sorted({_hash(key, one) for one in addresses})],
        ignore_conflicts=True,
    )


def erased_among(addresses: Iterable[str]) -> set[str]:
    """Those of these addresses whose owner had opted out and was erased; some thousands at most."""
    key = _key()
    if not key:
        return set()
    digests = {_hash(key, one): one for one in addresses}
    found = ErasedAddress.objects.filter(digest__in=each(str, digests))
    return {digests[one] for one in found.values_list("digest", flat=True)}


def is_anybody_remembered() -> bool:
    """Whether this business ever erased somebody who had opted out."""
    return PrivacyKey.objects.exists()


def forget(addresses: Iterable[str]) -> None:
    """Delete the hashes of these addresses: their owner is known again, and so is the opt-out."""
    if key := _key():
        digests = {_hash(key, one) for one in addresses}
        ErasedAddress.objects.filter(digest__in=digests).delete()


def _key() -> str:
    row = PrivacyKey.objects.first()
    return row.key.reveal() if row else ""


def _new_key() -> str:
    row, _made = PrivacyKey.objects.get_or_create(defaults={"key": secrets.token_hex(32)})
    return row.key.reveal()


def _hash(key: str, address: str) -> str:
    return hmac.digest(key.encode(), phone_key(address).encode(), "sha256").hex()

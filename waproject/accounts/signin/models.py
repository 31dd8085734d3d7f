"""The table of what must count in every process: settings.CACHES."""

from django.db import models


class CachedValue(models.Model):
    """A row of Django's cache in the database, in the shape that `createcachetable` gives it.

    It holds for a few minutes which codes were used and how often somebody tried.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "cached_values"
        default_permissions = ()

    def __str__(self) -> str:
        return self.cache_key

"""What lists share whose rows belong to people."""


class NamesPeople:
    """A ModelAdmin whose rows name their `contact`: one query finds all their addresses."""

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("contact__addresses")

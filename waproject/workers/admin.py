"""The clusters, to look at."""

from django.contrib import admin

from waproject.core.admin.read_only import LookOnly
from waproject.workers.models import Cluster


@admin.register(Cluster)
class ClusterAdmin(LookOnly, admin.ModelAdmin):
    list_display = ["name", "host", "heard_at", "restarts", "started_at", "seen_at"]

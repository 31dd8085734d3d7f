from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from contacts.admin.forms import TagForm
from contacts.exports import TagExport
from contacts.models import Tag
from waproject.core.admin.deleting import NamesFewDeleted
from waproject.core.admin.exporting import ExportPages
from waproject.core.exports.lists import ColumnsForm


@admin.register(Tag)
class TagAdmin(ExportPages, NamesFewDeleted, admin.ModelAdmin):
    holds = _("Tags group people, so that a campaign can write to them.")
    resource_classes = [TagExport]
    export_permission = "contacts.export_contact"
    export_form_class = ColumnsForm
    form = TagForm
    logged_values = ["name"]
    list_display = ["name", "people"]
    search_fields = ["name"]
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).with_counts()

    @admin.display(description=_("people"), ordering="contact_count")
    def people(self, tag: Tag) -> str:
        url = reverse("admin:contacts_contact_changelist", query={"tag": tag.pk})
        return format_html('<a href="{}">{}</a>', url, tag.contact_count)

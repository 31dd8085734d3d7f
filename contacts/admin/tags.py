from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from contacts.admin.forms import TagForm
from contacts.models import Tag


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin):
    form = TagForm
    list_display = ["name", "people"]
    search_fields = ["name"]
    list_per_page = 50

    def get_queryset(self, request):
        return super().get_queryset(request).with_counts()

    @admin.display(description=_("people"), ordering="contact_count")
    def people(self, tag):
        url = reverse("admin:contacts_contact_changelist", query={"tag": tag.pk})
        return format_html('<a href="{}">{}</a>', url, tag.contact_count)

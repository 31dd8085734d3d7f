from django.contrib import admin, messages
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from contacts import operations
from contacts.admin.addresses import AddressInline
from contacts.admin.filters import TagFilter, VehicleFilter
from contacts.admin.forms import ContactForm, TagActionForm
from contacts.admin.importing import ImportPages
from contacts.admin.merging import MergePages
from contacts.admin.vehicles import VehicleInline
from contacts.exports import ContactExport
from contacts.models import Contact, ContactStatus, Vehicle
from contacts.permissions import may_see_people
from waproject.core.admin.exporting import ExportPages
from waproject.core.admin.lists import BigListAdmin
from waproject.core.exports.lists import ColumnsForm

VEHICLES_SHOWN = 2


@admin.register(Contact)
class ContactAdmin(ImportPages, MergePages, ExportPages, BigListAdmin):
    import_export_change_list_template = "admin/import_export/change_list_import_export.html"
    export_form_class = ColumnsForm
    form = ContactForm
    action_form = TagActionForm
    actions = ["add_tag", "remove_tag", "make_reachable", "merge_selected"]
    inlines = [AddressInline, VehicleInline]
    list_display = [
        "name_or_address",
        "phone",
        "status",
        "vehicle_summary",
        "tag_names",
        "created_on",
    ]
    list_filter = ["status", TagFilter, VehicleFilter, "created_at"]
    sortable_by = ["name_or_address", "phone", "created_on"]
    search_fields = ["phone"]
    search_help_text = gettext_lazy("The start of a phone, words of a name, or an email.")
    autocomplete_fields = ["tags"]
    readonly_fields = ["status", "blocked_channels", "created_at", "updated_at"]
    fieldsets = [
        (None, {"fields": ["phone", "name", "email", "language"]}),
        (None, {"fields": [("status", "blocked_channels")]}),
        (None, {"fields": ["tags", "time_zone", "custom_fields"]}),
        (None, {"fields": ["created_at", "updated_at"]}),
    ]

    def get_export_resource_classes(self, request):
        return [ContactExport]

    def get_queryset(self, request):
        contacts = super().get_queryset(request)
        return contacts.prefetch_related("vehicles", "tags", "addresses")

    def get_search_results(self, request, queryset, search_term):
        return queryset.search(search_term), False

    def get_readonly_fields(self, request, obj=None):
        """An opt-out stands for the address it came from, so that address stays as it is."""
        if obj and obj.status == ContactStatus.OPTED_OUT:
            return [*self.readonly_fields, "phone"]
        return self.readonly_fields

    @admin.display(description=gettext_lazy("name"), ordering="name")
    def name_or_address(self, contact):
        return contact.name or contact.address

    @admin.display(description=gettext_lazy("created"), ordering="created_at")
    def created_on(self, contact):
        return date_format(timezone.localtime(contact.created_at), "SHORT_DATE_FORMAT")

    @admin.display(description=gettext_lazy("vehicles"))
    def vehicle_summary(self, contact):
        vehicles = contact.vehicles.all()
        shown = ", ".join(map(str, vehicles[:VEHICLES_SHOWN]))
        if len(vehicles) <= VEHICLES_SHOWN:
            return shown
        more = len(vehicles) - VEHICLES_SHOWN
        return _("%(vehicles)s and %(more)d more") % {"vehicles": shown, "more": more}

    @admin.display(description=gettext_lazy("tags"))
    def tag_names(self, contact):
        return ", ".join(tag.name for tag in contact.tags.all())

    @admin.display(description=gettext_lazy("cannot be reached on"))
    def blocked_channels(self, contact):
        rows = contact.addresses.blocked() if contact.pk else []
        return ", ".join(f"{row.get_channel_display()} ({row.blocked_code})" for row in rows) or "–"

    def change_view(self, request, object_id, form_url="", extra_context=None):
        context = {
            "records": self._records(request, object_id),
            "may_merge": self.has_merge_permission(request) and may_see_people(request.user),
            **(extra_context or {}),
        }
        return super().change_view(request, object_id, form_url, context)

    def _records(self, request, contact_id):
        """Title and address of each list that keeps something about this person."""
        records = []
        for relation in Contact._meta.related_objects:
            model = relation.related_model
            if model is Vehicle or not self.admin_site.is_registered(model):
                continue
            if self.admin_site.get_model_admin(model).has_view_permission(request):
                url = reverse(
                    f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist",
                    query={f"{relation.field.name}__id__exact": contact_id},
                )
                records.append((model._meta.verbose_name_plural, url))
        return records

    def save_model(self, request, obj, form, change):
        """Write only what the form changed: an opt-out that came in meanwhile must stand."""
        if not change:
            super().save_model(request, obj, form, change)
            return
        columns = {field.name for field in obj._meta.concrete_fields}
        changed = columns.intersection(form.changed_data)
        obj.save(update_fields=[*changed, "updated_at"])
        if "phone" in changed:
            Contact.objects.filter(pk=obj.pk).mark_reachable_again()

    @admin.action(permissions=["change"], description=gettext_lazy("Add the tag"))
    def add_tag(self, request, queryset):
        if tag := self._chosen_tag(request):
            count = operations.add_tag(queryset, tag, by=request.user)
            self.message_user(request, tagged(count, tag), messages.SUCCESS)

    @admin.action(permissions=["change"], description=gettext_lazy("Remove the tag"))
    def remove_tag(self, request, queryset):
        if tag := self._chosen_tag(request):
            count = operations.remove_tag(queryset, tag, by=request.user)
            self.message_user(request, untagged(count, tag), messages.SUCCESS)

    def has_unblock_permission(self, request):
        return request.user.has_perm("contacts.unblock_contact")

    @admin.action(permissions=["unblock"], description=gettext_lazy("Make reachable again"))
    def make_reachable(self, request, queryset):
        """For an address that the provider refused by mistake, or that works by now."""
        count = operations.make_reachable(queryset, by=request.user)
        sentence = ngettext(
            "%(count)d person can be written to again.",
            "%(count)d people can be written to again.",
            count,
        )
        self.message_user(request, sentence % {"count": count}, messages.SUCCESS)

    def _chosen_tag(self, request):
        """The tag beside the action; without one, the person is told."""
        form = self.action_form({"tag": request.POST.get("tag")})
        form.fields.pop("action")
        tag = form.cleaned_data["tag"] if form.is_valid() else None
        if tag is None:
            sentence = _("Nothing was changed: choose the tag beside the action first.")
            self.message_user(request, sentence, messages.WARNING)
        return tag


def tagged(count, tag):
    return ngettext(
        "%(count)d person now has the tag “%(tag)s” who had not.",
        "%(count)d people now have the tag “%(tag)s” who had not.",
        count,
    ) % {"count": count, "tag": tag}


def untagged(count, tag):
    return ngettext(
        "The tag “%(tag)s” was taken from %(count)d person.",
        "The tag “%(tag)s” was taken from %(count)d people.",
        count,
    ) % {"count": count, "tag": tag}

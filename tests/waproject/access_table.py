"""Which permissions let which user through: every address and every list action of the site.

A right is written as Django's codenames: `a | b` is either of them, `a + b` both. Besides:
ANYONE, also without logging in; LOGGED_IN; STAFF, any user who may enter the admin; SUPERUSER, who
operates the installation; NOBODY, not even a superuser (the page refuses, does not know the method,
or shows only what is one's own).

A new model needs a row in MODELS, a new address a Page in PAGES, a new list action a line in
ACTIONS of action_table.py. tests/waproject/test_access.py fails until it has one.
"""

from campaigns.admin.action_pages import DECISIONS
from campaigns.reports.catalogue import REPORTS
from messaging.inbox.pages.acts import ACTS
from tests.waproject.access_rights import (
    ANYONE,
    FILE_ID,
    LOGGED_IN,
    NOBODY,
    STAFF,
    SUPERUSER,
    Page,
    Rights,
    only_seen,
    page,
    usual,
)

MODELS = {
    "contacts.contact": usual("contact"),
    "contacts.vehicle": Rights(
        see="view_vehicle | change_vehicle",
        add="add_vehicle + view_contact",
        change="change_vehicle",
        delete="delete_vehicle",
    ),
    "contacts.tag": usual("tag"),
    "contacts.importjob": Rights(see="view_importjob | import_contact", delete="delete_importjob"),
    "jobs.job": Rights(see=NOBODY),
    "optouts.optout": Rights(see="view_optout", add="add_optout"),
    "optouts.consentevent": only_seen("consentevent"),
    "optouts.hold": Rights(see="view_hold", delete=SUPERUSER),
    "optouts.phrase": usual("phrase"),
    "archives.conversationarchive": only_seen("conversationarchive"),
    "files.storedfile": Rights(
        see="view_storedfile | change_storedfile", change="change_storedfile"
    ),
    "messaging.conversation": Rights(see="view_conversation | change_conversation"),
    "messaging.message": only_seen("message"),
    "messaging.keptstatus": only_seen("keptstatus"),
    "messaging.autoreply": usual("autoreply"),
    "messaging.account": usual("account"),
    "messaging.sender": usual("sender"),
    "messaging.template": usual("template"),
    "inbox.inboxrules": Rights(
        see="view_inboxrules | change_inboxrules", change="change_inboxrules"
    ),
    "inbox.outcome": usual("outcome"),
    "inbox.cannedanswer": usual("cannedanswer"),
    "pricing.price": usual("price"),
    "pricing.exchangerate": usual("exchangerate"),
    "campaigns.campaign": usual("campaign"),
    "campaigns.recipient": Rights(see="view_recipient | change_recipient"),
    "tenants.tenant": Rights(see="view_tenant | change_tenant", change="change_tenant"),
    "workers.cluster": Rights(see=SUPERUSER),
    "django_q.success": Rights(see=SUPERUSER),
    "django_q.failure": Rights(see=SUPERUSER),
    "django_q.schedule": Rights(see=SUPERUSER),
    "django_q.ormq": Rights(see=SUPERUSER),
    "axes.accessattempt": Rights(see=SUPERUSER),
    "accounts.user": Rights(
        see="view_user | change_user | assign_role",
        add="add_user + assign_role",
        change="change_user | assign_role",
        delete="delete_user",
    ),
    "accounts.role": usual("role"),
    "invitations.invitation": Rights(see="view_invitation", add="add_user + assign_role"),
    "audit.event": Rights(see="view_event"),
}


def _seeing_any_of(app: str) -> str:
    """The right to see one of an app's models."""
    own = [rights.see for label, rights in MODELS.items() if label.startswith(f"{app}.")]
    ways = dict.fromkeys(way for see in own for way in see.split(" | "))
    return " | ".join(ways)


_WRITE_CAMPAIGNS = "add_campaign | change_campaign"
_SEE_CAMPAIGNS = "view_campaign | change_campaign"
_AND_READ_ANSWERS = " | ".join(
    f"{one} + view_contact + view_conversation" for one in _SEE_CAMPAIGNS.split(" | ")
)
_SEE_TALKS = MODELS["messaging.conversation"].see
_SEE_IMPORTS = MODELS["contacts.importjob"].see
# Each reader of one report sees the list of them.
_REPORTS = " | ".join(
    " + ".join(one.partition(".")[2] for one in permissions)
    for permissions in dict.fromkeys(report.permissions for report in REPORTS.values())
)
_DISCLOSE = "disclose_contact + view_contact + view_full_address"
_IMPORT_FILES = "view_importjob + view_full_address | import_contact + view_full_address"

PAGES = [
    # contacts
    Page("admin:contacts_contact_import", get="import_contact", post="import_contact"),
    Page("admin:contacts_contact_import_sample", get="import_contact", post=NOBODY),
    Page("admin:contacts_contact_process_import", get=NOBODY, post="import_contact"),
    Page("admin:contacts_vehicle_export", get="export_contact", post="export_contact"),
    Page("admin:contacts_contact_export", get="export_contact", post="export_contact"),
    Page("admin:contacts_tag_export", get="export_contact", post="export_contact"),
    page("admin:contacts_contact_merge", "merge_contact + view_contact"),
    page("admin:contacts_contact_disclose", _DISCLOSE),
    page("admin:messaging_consent_proof", _DISCLOSE, model="contacts.contact"),
    page("admin:contacts_contact_erase", "erase_contact + view_contact"),
    page("admin:contacts_contact_edit", "change_contact"),
    Page("admin:contacts_contact_note", get=NOBODY, post="add_note + view_contact"),
    Page(
        "admin:contacts_note_delete",
        get=NOBODY,
        post="change_contact + view_contact",
        model="contacts.note",
    ),
    Page("admin:contacts_importjob_progress", get=_SEE_IMPORTS, post=_SEE_IMPORTS),
    Page("admin:contacts_importjob_rejected", get=_IMPORT_FILES, post=_IMPORT_FILES),
    Page("admin:contacts_importjob_remarks", get=_IMPORT_FILES, post=_IMPORT_FILES),
    Page("admin:contacts_importjob_change", get=_SEE_IMPORTS, post=_SEE_IMPORTS),
    # Everyone sees their own exports, and the one tried belongs to none of the users.
    Page("admin:jobs_job_changelist", get=STAFF, post=STAFF),
    Page("admin:jobs_job_history", get=STAFF, post=STAFF),  # leads to the first page
    Page("admin:jobs_job_progress", get=NOBODY, post=NOBODY),
    Page("admin:jobs_job_cancel", get=NOBODY, post=NOBODY),
    Page("admin:jobs_job_file", get=NOBODY, post=NOBODY),
    # optouts
    page("admin:optouts_optout_person", "add_optout + view_contact", model="contacts.contact"),
    page("admin:optouts_optout_return", "revoke_optout + view_contact", model="contacts.contact"),
    Page("admin:optouts_optout_upload", get="import_optout", post="import_optout"),
    Page("admin:optouts_consentevent_export", get="export_optout", post="export_optout"),
    Page("admin:optouts_optout_export", get="export_optout", post="export_optout"),
    Page("admin:optouts_hold_export", get="export_optout", post="export_optout"),
    Page("admin:optouts_hold_decide", get=NOBODY, post="decide_hold"),
    page("admin:optouts_phrase_try", "view_phrase | change_phrase"),
    # messaging
    page(
        "admin:archives_conversationarchive_make",
        "add_conversationarchive + view_contact + view_full_address",
        model="contacts.contact",
    ),
    Page(
        "admin:archives_conversationarchive_restore",
        get="restore_conversationarchive + view_contact + view_full_address",
        post="restore_conversationarchive + view_contact + view_full_address",
    ),
    Page(
        "admin:archives_conversationarchive_open",
        "view_conversationarchive + view_contact + view_full_address",
        NOBODY,
        {"archive_id": FILE_ID},
    ),
    *(
        Page(f"admin:files_storedfile_{name}", "view_storedfile", NOBODY, {"file_id": FILE_ID})
        for name in ("open", "small")
    ),
    Page("admin:messaging_conversation_export", get="export_message", post="export_message"),
    Page("admin:messaging_message_export", get="export_message", post="export_message"),
    Page("admin:inbox", get=_SEE_TALKS, post=NOBODY, query={"view": "all"}),
    Page("admin:inbox_live", get=_SEE_TALKS, post=NOBODY, query={"view": "all"}),
    Page("admin:inbox_list", get=_SEE_TALKS, post=NOBODY, query={"view": "all"}),
    *(
        Page(
            f"admin:inbox_{act}",
            get=NOBODY,
            post="decide_hold" if act == "decide" else "change_conversation",
            model="messaging.conversation",
        )
        for act in ACTS
    ),
    Page("admin:messaging_template_preview", get=NOBODY, post="add_template | change_template"),
    Page("admin:messaging_template_file", get=NOBODY, post="add_template | change_template"),
    Page("admin:messaging_template_library", get="view_template", post=NOBODY),
    Page(
        "admin:messaging_template_use",
        get=NOBODY,
        post="add_template",
        url_args={"name": "resena"},
    ),
    Page("admin:messaging_template_versions", get="view_template", post=NOBODY),
    Page(
        "admin:messaging_template_back",
        get=NOBODY,
        post="change_template",
        url_args={"number": "1"},
    ),
    Page("admin:messaging_template_language", get=NOBODY, post="add_template"),
    Page("admin:messaging_sender_ask", get=NOBODY, post="change_sender"),
    page("admin:messaging_account_numbers", "view_account + add_sender"),
    page("admin:messaging_template_test", "send_test + view_template"),
    Page(
        "admin:messaging_template_life", get="view_template", post="change_template + view_template"
    ),
    Page("admin:messaging_template_state", get="view_template", post=NOBODY),
    Page("admin:messaging_template_sync", get=NOBODY, post="change_template"),
    Page("admin:pricing_price_known", get=NOBODY, post="add_price"),
    # campaigns
    Page("admin:campaigns_campaign_for_people", get=NOBODY, post="add_campaign + view_contact"),
    Page("admin:campaigns_campaign_follow_up", get=NOBODY, post="add_campaign + view_campaign"),
    Page(
        "admin:campaigns_campaign_test",
        get=NOBODY,
        post="send_test + view_campaign + view_contact",
    ),
    Page("admin:campaigns_campaign_count", get=NOBODY, post=_WRITE_CAMPAIGNS),
    Page("admin:campaigns_campaign_people", get=_WRITE_CAMPAIGNS, post=NOBODY),
    Page("admin:campaigns_campaign_preview", get=NOBODY, post=_WRITE_CAMPAIGNS),
    Page("admin:campaigns_campaign_departures", get=NOBODY, post="change_campaign"),
    Page("admin:campaigns_campaign_copy", get=NOBODY, post="add_campaign"),
    Page(
        "admin:campaigns_campaign_left_out",
        get=" | ".join(
            f"{one} + view_contact" for one in [*_SEE_CAMPAIGNS.split(" | "), "launch_campaign"]
        ),
        post=NOBODY,
    ),
    Page("admin:campaigns_campaign_panel", get=_SEE_CAMPAIGNS, post=_SEE_CAMPAIGNS),
    Page("admin:campaigns_campaign_outcome", get=_SEE_CAMPAIGNS, post=_SEE_CAMPAIGNS),
    Page(
        "admin:campaigns_campaign_answers",
        get=_AND_READ_ANSWERS,
        post=_AND_READ_ANSWERS,
    ),
    Page(
        "admin:campaigns_campaign_preflight",
        get=f"{_SEE_CAMPAIGNS} | launch_campaign",
        post="launch_campaign",
    ),
    *(
        Page(
            "admin:campaigns_campaign_decide",
            get=one.permission.partition(".")[2],
            post=one.permission.partition(".")[2],
            url_args={"name": one.name},
        )
        for one in DECISIONS.values()
    ),
    Page("admin:campaigns_campaign_export", get="export_campaign", post="export_campaign"),
    Page("admin:campaigns_recipient_export", get="export_recipient", post="export_recipient"),
    # The filter tried is one for everyone, of the list of tags.
    Page(
        "admin:saved_filter_save",
        get=NOBODY,
        post="view_tag | change_tag",
        url_args={"model": "contacts.tag"},
    ),
    *(
        Page(
            f"admin:saved_filter_{verb}",
            get=NOBODY,
            post="share_savedfilter + view_tag | share_savedfilter + change_tag",
            model="saved.savedfilter",
        )
        for verb in ("rename", "delete")
    ),
    # Everyone finds what they may see.
    Page("admin:search", get=STAFF, post=NOBODY, query={"q": "ana"}),
    # reports
    Page("admin:reports", get=_REPORTS, post=NOBODY),
    *(
        Page(
            "admin:report",
            get=" + ".join(one.partition(".")[2] for one in needed),
            post=NOBODY,
            url_args={"name": report.name},
            query=query,
        )
        for report in REPORTS.values()
        for query, needed in (
            ({}, report.permissions),
            ({"format": "csv"}, [*report.permissions, *report.export_permissions]),
            ({"format": "xlsx"}, [*report.permissions, *report.export_permissions]),
            ({"format": "json"}, [*report.permissions, *report.export_permissions]),
        )
    ),
    # the log of operations
    Page("admin:audit_event_export", get="export_event", post="export_event"),
    # the business
    Page("admin:tenants_tenant_retention", get="view_tenant", post="change_retention"),
    # users and the admin itself
    Page(
        "admin:auth_user_password_change",
        get="change_user",
        post="change_user",
        model="accounts.user",
    ),
    Page("admin:index", get=STAFF, post=STAFF),
    Page("admin:login", get=STAFF, post=STAFF),  # a stranger is led to account_login
    Page("admin:logout", get=NOBODY, post=LOGGED_IN),
    Page("admin:password_change", get=STAFF, post=STAFF),
    Page("admin:password_change_done", get=STAFF, post=NOBODY),
    Page("admin:jsi18n", get=STAFF, post=NOBODY),
    Page(
        "admin:autocomplete",
        get="view_contact | change_contact",
        post=NOBODY,
        query={"app_label": "contacts", "model_name": "vehicle", "field_name": "contact"},
    ),
    Page(
        "admin:autocomplete",
        get="view_tag | change_tag",
        post=NOBODY,
        query={"app_label": "contacts", "model_name": "contact", "field_name": "tags"},
    ),
    Page("admin:view_on_site", get=NOBODY, post=NOBODY),
    *(
        Page("admin:app_list", get=see, post=see, url_args={"app_label": app}, without=f"{app}.")
        # The inbox itself stands where the list of its models would.
        for app in sorted({label.partition(".")[0] for label in MODELS} - {"inbox", "jobs"})
        for see in [_seeing_any_of(app)]
    ),
    Page("admin:<path:object_id>/", get=STAFF, post=STAFF),
    Page("admin:(?P<url>.*)$", get=NOBODY, post=NOBODY, url_args={"url": "nowhere"}),
    # logging in, the second factor and sessions
    *(
        Page(name, get=ANYONE, post=ANYONE)
        for name in (
            "account_login",
            "account_logout",
            "account_reset_password",
        )
    ),
    *(
        Page(name, get=ANYONE, post=NOBODY)
        for name in (
            "account_inactive",
            "account_reset_password_done",
            "account_reset_password_from_key_done",
        )
    ),
    Page(
        "account_reset_password_from_key",
        get=ANYONE,
        post=ANYONE,
        url_args={"uidb36": "1", "key": "x"},
    ),
    *(
        Page(name, get=LOGGED_IN, post=LOGGED_IN)
        for name in (
            "account_reauthenticate",
            "mfa_reauthenticate",
            "mfa_reauthenticate_webauthn",
            "mfa_activate_totp",
            "mfa_add_webauthn",
            "mfa_generate_recovery_codes",
        )
    ),
    Page("mfa_index", get=LOGGED_IN, post=NOBODY),
    Page("usersessions_list", get=LOGGED_IN, post=LOGGED_IN),
    # Only after the password, and only for who has a second factor: nobody of these users.
    Page("mfa_authenticate", get=ANYONE, post=ANYONE),
    Page("mfa_list_webauthn", get=LOGGED_IN, post=NOBODY),
    Page("mfa_login_webauthn", get=ANYONE, post=ANYONE),
    Page("mfa_deactivate_totp", get=NOBODY, post=NOBODY),
    Page("mfa_view_recovery_codes", get=NOBODY, post=NOBODY),
    Page("mfa_download_recovery_codes", get=NOBODY, post=NOBODY),
    Page("mfa_remove_webauthn", get=LOGGED_IN, post=LOGGED_IN, url_args={"pk": "1"}),
    Page("mfa_edit_webauthn", get=LOGGED_IN, post=LOGGED_IN, url_args={"pk": "1"}),
    Page("sessions-end", get=NOBODY, post=LOGGED_IN),
    Page("accept-invitation", get=ANYONE, post=ANYONE, url_args={"token": "x"}),
    # outside the admin
    Page("messaging:inbound", get=NOBODY, post=NOBODY, url_args={"provider": "twilio"}),
    Page("messaging:status", get=NOBODY, post=NOBODY, url_args={"provider": "twilio"}),
    Page("switch-tenant", get=NOBODY, post=LOGGED_IN),
    Page("health", get=ANYONE, post=NOBODY),
    # whoever has the signed address; this one was never given, and nothing is there
    Page("file", get=NOBODY, post=NOBODY, url_args={"token": "x", "name": "x"}),
    Page("", get=LOGGED_IN, post=LOGGED_IN),
]

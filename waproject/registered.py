"""What the apps register: the settings by which a lower floor reaches a higher one.

Functions by name, as with MIDDLEWARE. A system check refuses one that cannot be imported.
"""

# Models of no business: their rows are the installation's.
SHARED_MODELS = [
    "tenants.Tenant",
    "accounts.User",
    "accounts.Membership",
    "signin.CachedValue",
    "workers.Cluster",
    "workers.TickTask",
]
# What a new business starts with; each function runs in its scope.
NEW_TENANT_STEPS = [
    "waproject.accounts.operations.add_system_roles",
    "optouts.phrase_table.add_builtin_phrases",
    "messaging.texts.default_replies.add_default_replies",
    "messaging.pricing.price_list.add_known_prices",
    "messaging.inbox.outcomes.add_default_outcomes",
    "messaging.inbox.outcomes.add_canned_answers",
    "messaging.inbox.outcomes.add_rules",
]

# Functions that see an inbound message, in this order; the first to return a reply ends the walk.
INBOUND_HANDLERS = [
    "messaging.inbox.arriving.reopening.note_reopened",
    "messaging.inbox.arriving.assigning.assign_new",
    "messaging.files.arriving.receiving.note_files",
    "optouts.privacy.returning.keep_opted_out",
    "messaging.inbound.opt_outs.honour_opt_out",
    "messaging.inbound.buttons.opt_out_when_tapped",
    "campaigns.tracking.reply_attribution.credit_campaign",
    "messaging.inbound.buttons.do_what_is_tapped",
    "messaging.inbox.arriving.away.answer_when_away",
    "messaging.inbound.menu.answer_from_menu",
]
# Those who have something to send, by the kind of their streams (messaging.delivery.sources).
DELIVERY_SOURCES = {
    "campaign": "campaigns.sending.delivery_source.SOURCE",
    "answer": "messaging.answers.SOURCE",
    "test": "messaging.testsends.sending.SOURCE",
}
# Functions that see statuses reported by the provider, in this order; each returns those it knows.
STATUS_LISTENERS = [
    "campaigns.tracking.status_listener.follow_statuses",
    "messaging.statuses.people.follow_people",
    "messaging.approvals.errors.follow_errors",
]
# Functions that hear of a version of a template that WhatsApp stopped, or approved again.
TEMPLATE_LISTENERS = ["campaigns.sending.templates.follow_template"]
# The function that says how often versions of templates were sent.
TEMPLATE_USAGE = "campaigns.summaries.templates.usage_of_versions"
# Functions that hear how a conversation ended; each returns the id of the campaign in which that
# counts, or None.
CLOSING_LISTENERS = ["campaigns.tracking.closings.credit_campaign"]
# Functions that hear of users who may do other things in the business of the scope than before, in
# the transaction of the change; each returns in sentences what it did about it, "" for nothing.
RIGHTS_LISTENERS = ["messaging.inbox.giving.leaving.give_on"]
# Functions that move what an app keeps about a person, when two contacts turn out to be one. In the
# order in which everybody locks rows: contact, delivery, recipient, conversation.
CONTACT_MERGERS = [
    "messaging.delivery.merging.move_deliveries",
    "campaigns.merging.move_recipients",
    "messaging.merging.move_conversations",
    "messaging.files.keeping.move_files",
    "messaging.archives.keeping.move_archives",
    "optouts.merging.move_consent",
]
# Functions that take away what an app holds of a person who is erased, in the order of the locks.
PERSON_ERASERS = [
    "messaging.privacy.erasing.erase_deliveries",
    "campaigns.privacy.erasing.erase_recipients",
    "messaging.privacy.erasing.erase_messages",
    "campaigns.privacy.erasing.erase_from_audiences",
    "messaging.files.keeping.erase_files",
    "messaging.archives.keeping.erase_archives",
    "optouts.privacy.erasing.erase_consent",
    "waproject.site.saved.erasing.erase_saved_filters",
]
# Functions that give what an app holds of a person, for the file that the person asks for.
PERSON_COLLECTORS = [
    "optouts.privacy.collecting.collect_consent",
    "messaging.privacy.collecting.collect_messages",
    "messaging.inbox.privacy.collect_entries",
    "messaging.files.keeping.collect_files",
    "messaging.archives.keeping.collect_archives",
    "campaigns.privacy.collecting.collect_recipients",
]
# Functions that give the files of a person, as names and contents, for the same file.
PERSON_FILES = [
    "messaging.files.keeping.contents_of_person",
    "messaging.archives.keeping.contents_of_person",
]
# What goes when a business has kept it long enough, each as a Sweep of waproject.tenants.retention;
# a run takes them in this order. Recipients come before the messages that only they are named by.
RETENTION_SWEEPS = [
    "campaigns.privacy.retention.RECIPIENTS",
    "campaigns.privacy.retention.CAMPAIGN_MESSAGES",
    "messaging.privacy.retention.MESSAGES",
    "messaging.files.keeping.FILES",
    "messaging.archives.keeping.ARCHIVES",
    "messaging.privacy.retention.LAST_TEXTS",
    "messaging.inbox.privacy.ENTRIES",
    "messaging.inbox.privacy.NEXT_STEPS",
    "messaging.inbox.privacy.DRAFTS",
    "messaging.privacy.retention.OPENINGS",
    "contacts.privacy.retention.PEOPLE",
    "contacts.privacy.retention.IMPORT_FILES",
    "contacts.privacy.retention.MADE_FILES",
    "optouts.privacy.retention.HOLDS",
    "messaging.privacy.retention.KEPT_STATUSES",
    "waproject.accounts.invitations.retention.INVITATIONS",
    "waproject.audit.retention.EVENTS",
]
# Functions that say, as a condition on contacts, with whom something happened since a moment.
PERSON_SIGNS_OF_LIFE = [
    "messaging.privacy.retention.has_written",
    "campaigns.privacy.retention.was_chosen",
    "optouts.privacy.retention.has_decided",
]
# What `manage.py check_integrity` holds against the database.
INTEGRITY_CHECKS = [
    "waproject.tenants.integrity.integrity_problems",
    "contacts.integrity.integrity_problems",
    "optouts.integrity.integrity_problems",
    "messaging.integrity.integrity_problems",
    "campaigns.integrity.integrity_problems",
    "campaigns.summaries.integrity.integrity_problems",
]
# What each supervisor of workers does several times a second: cheap looks for what has come due.
PROMPT_TASKS = [
    "messaging.delivery.jobs.wake_due_senders",
    "messaging.approvals.jobs.ask_about_templates",
]
# Whether a job waits for a worker. The run of a sender gives way to it.
WAITING_JOBS = ["messaging.delivery.waking.sender_waits", "waproject.workers.tick.task_waits"]
# The kinds of long work, each a function that waproject.core.jobs.kinds.long_work marks.
JOB_KINDS = [
    "waproject.core.exports.work.write_file",
    "waproject.tenants.retention.running.forget",
    "contacts.imports.operations.read_file",
    "contacts.privacy.disclosure.write_person",
    "messaging.privacy.consent_proof.write_proof",
    "messaging.archives.making.write_archive",
    "campaigns.launch.counting.count_people",
    "campaigns.launch.further_chunks.make_recipients",
]
# What can be exported in the background, each as a class of waproject.core.exports.sources.Source.
EXPORT_SOURCES = {
    "list": "waproject.core.admin.exporting.ListSource",
    "report": "campaigns.reports.pages.downloads.ReportSource",
}
# What the log of operations can hold: enumerations of actions, each with its permission.
AUDITED_ACTIONS = [
    "waproject.site.logged_pages.PageAction",
    "waproject.site.refused_doors.RefusalAction",
    "waproject.core.admin.auditing.CoreAction",
    "waproject.tenants.web.actions.BusinessAction",
    "waproject.tenants.retention.actions.RetentionAction",
    "waproject.ops.actions.OperatorAction",
    "waproject.accounts.actions.RoleAction",
    "waproject.accounts.invitations.actions.InvitationAction",
    "waproject.accounts.invitations.actions.GuestAction",
    "waproject.accounts.signin.actions.SigninAction",
    "waproject.accounts.signin.actions.HelpAction",
    "contacts.actions.ContactAction",
    "contacts.privacy.actions.PrivacyAction",
    "optouts.actions.OptOutAction",
    "messaging.actions.ConversationAction",
    "messaging.files.actions.FileAction",
    "messaging.archives.actions.ArchiveAction",
    "messaging.actions.AccountAction",
    "messaging.actions.TemplateTextAction",
    "messaging.actions.TestSendAction",
    "messaging.actions.ConsentProofAction",
    "messaging.actions.TemplateAction",
    "messaging.inbox.actions.InboxAction",
    "messaging.pricing.actions.PriceAction",
    "messaging.standing.actions.StandingAction",
    "campaigns.actions.CampaignAction",
    "waproject.site.saved.actions.SavedFilterAction",
]
# The places of the navigation and what stands in them (waproject.core.admin.navigation).
NAVIGATION = [
    "waproject.site.navigation.places.HOME",
    "messaging.inbox.pages.navigation.INBOX",
    "optouts.admin.navigation.HOLDS",
    "campaigns.admin.navigation.CAMPAIGNS",
    "messaging.admin.navigation.TEMPLATES",
    "contacts.admin.navigation.CONTACTS",
    "messaging.files.admin.navigation.FILES",
    "messaging.admin.navigation.AUTOMATION",
    "campaigns.reports.pages.navigation.REPORTS",
    "messaging.admin.navigation.SENDERS",
    "messaging.inbox.pages.navigation.RULES",
    "messaging.inbox.pages.navigation.OUTCOMES",
    "messaging.inbox.pages.navigation.CANNED",
    "messaging.pricing.navigation.PRICES",
    "waproject.accounts.admin.navigation.USERS",
    "optouts.admin.navigation.OPT_OUTS",
    "waproject.site.navigation.places.SETTINGS_PLACE",
    "waproject.site.navigation.places.EVENTS",
    "messaging.admin.navigation.MESSAGE_LOGS",
    "waproject.site.navigation.places.INSTALLATION_LOGS",
    "waproject.site.navigation.places.OWN_ACCOUNT",
]
# What the apps say on the page of a person, each as a Part (contacts.person.parts), in the
# order in which the page shows it.
PERSON_PAGE = [
    "messaging.admin.person.PART",
    "messaging.files.admin.person.PART",
    "messaging.archives.person.PART",
    "campaigns.admin.person.PART",
    "contacts.person.own.PART",
    "optouts.admin.person.PART",
]
# When people last wrote or were written to, for their list (contacts.person.last_messages).
LAST_MESSAGES = "messaging.admin.person.LAST_MESSAGES"
# What campaigns say to the inbox, as a CampaignReader (messaging.inbox.reading.campaigns).
INBOX_CAMPAIGNS = "campaigns.inbox.CAMPAIGNS"
# Functions that find things by a text, for the search over everything; each gives one kind.
SEARCHES = [
    "contacts.search.everywhere.find_people",
    "contacts.search.everywhere.find_owners",
    "messaging.admin.everywhere.find_conversations",
    "messaging.inbox.pages.everywhere.find_messages",
    "campaigns.admin.everywhere.find_campaigns",
    "messaging.admin.everywhere.find_templates",
]
# What can be done with a group of people, each as a class (contacts.admin.people_offers).
PEOPLE_OFFERS = ["campaigns.audience.pages.NewCampaign"]
# The rights that roles are made of, by module; each path leads to one or several modules
# (waproject.accounts.permissions). In this order people read them.
PERMISSION_MODULES = [
    "campaigns.actions.PERMISSIONS",
    "messaging.actions.PERMISSIONS",
    "messaging.inbox.actions.RULES",
    "messaging.inbox.actions.OUTCOMES",
    "messaging.inbox.actions.CANNED",
    "messaging.files.actions.FILES",
    "messaging.archives.actions.ARCHIVES",
    "messaging.pricing.actions.PRICES",
    "contacts.actions.PERMISSIONS",
    "optouts.actions.PERMISSIONS",
    "waproject.accounts.actions.PERMISSIONS",
    "waproject.site.saved.actions.LISTS",
]
# Their pages are about the installation and not about a business: superusers alone open them.
OPERATOR_APPS = [
    "admin",
    "auth",
    "contenttypes",
    "sessions",
    "axes",
    "account",
    "mfa",
    "usersessions",
    "signin",
    "django_q",
    "workers",
]
# Functions that encrypt anew what packages keep for us, and say how many rows they wrote.
SECRET_ROTATORS = ["waproject.accounts.signin.adapters.rotate_second_factors"]
# What a person lacks who lacks one of Django's permissions, in the product's words.
PERMISSION_NAMER = "waproject.accounts.permissions.in_words"
# Functions that log what staff take along or stop on pages of waproject.core.
ACT_RECORDERS = ["waproject.audit.acting.record_act"]
# What the tick queues, each as a job of its own: one that fails or hangs holds up no other.
TICK_TASKS = [
    "campaigns.jobs.start_due_campaigns",
    "messaging.delivery.jobs.expire_leases",
    "messaging.delivery.jobs.reconcile_uncertain",
    "messaging.delivery.jobs.poll_statuses",
    "messaging.delivery.jobs.wake_senders",
    "campaigns.jobs.complete_campaigns",
    "campaigns.summaries.campaigns.count_campaigns",
    "campaigns.summaries.days.count_days",
    "messaging.jobs.apply_kept_statuses",
    "messaging.jobs.take_in_kept_messages",
    "messaging.jobs.receive_missed_messages",
    "messaging.files.jobs.fetch_late_files",
    "messaging.archives.jobs.archive_old_conversations",
    "messaging.jobs.refresh_accounts",
    "messaging.approvals.jobs.sync_templates",
    "messaging.jobs.forget_answer_posts",
    "messaging.jobs.forget_header_files",
    "messaging.pricing.jobs.fetch_prices",
    "messaging.standing.jobs.sync_senders",
    "waproject.core.jobs.tasks.resume_jobs",
    "waproject.core.jobs.tasks.forget_jobs",
    "contacts.imports.uploads.forget_abandoned_uploads",
    "waproject.accounts.signin.sessions.forget_ended_sessions",
    "waproject.tenants.retention.tasks.forget_at_night",
    "waproject.ops.forgetting.forget_of_installation",
]

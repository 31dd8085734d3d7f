"""English texts of the packages that show on our pages and that have no good Spanish there.

Nothing calls them from here: being marked, they are collected into our catalogue, which goes
before the packages' own.
"""

from django.utils.translation import gettext_noop as _

DJANGO_ADMIN = [
    _("Welcome,"),
    _("View"),
    _("View %s"),
    _("Delete selected %(verbose_name_plural)s"),
]

DJANGO_Q = [
    _("Task"),
    _("Tasks"),
    _("Successful task"),
    _("Successful tasks"),
    _("Failed task"),
    _("Failed tasks"),
    _("Scheduled task"),
    _("Scheduled tasks"),
    _("Queued task"),
    _("Queued tasks"),
    # A task that has run
    _("Task id"),
    _("32-character task identifier."),
    _("Name"),
    _("Optional human-readable name for lookup and display."),
    _("Function"),
    _("Dotted import path to the callable, e.g. myapp.tasks.job."),
    _("Hook"),
    _("Optional dotted path to a callback that receives the task result."),
    _("Arguments"),
    _("Pickled positional arguments (tuple)."),
    _("Keyword arguments"),
    _("Pickled keyword arguments (dict)."),
    _("Result"),
    _("Pickled return value or error payload."),
    _("Short result"),
    _("Group"),
    _("Optional group id to aggregate related tasks."),
    _("Cluster"),
    _("Name of the cluster that executed this task."),
    _("Started at"),
    _("When the worker started executing the task."),
    _("Stopped at"),
    _("When the worker finished (success or failure)."),
    _("Time Taken"),
    _("Success"),
    _("False if the task raised an exception or timed out."),
    _("Attempt count"),
    _("How many times execution was attempted."),
    # A schedule
    _("Optional label to identify this schedule in the admin."),
    _("e.g. module.tasks.function"),
    _("e.g. module.tasks.result_function"),
    _("e.g. 1, 2, 'John'"),
    _("e.g. x=1, y=2, name='John'"),
    _("Schedule Type"),
    _("How often this task should be enqueued."),
    _("Once"),
    _("Minutes"),
    _("Hourly"),
    _("Daily"),
    _("Weekly"),
    _("Biweekly"),
    _("Monthly"),
    _("Bimonthly"),
    _("Quarterly"),
    _("Yearly"),
    _("Cron"),
    _("Cron expression"),
    _("Number of minutes for the Minutes type"),
    _("Repeats"),
    _("n = n times, -1 = forever"),
    _("Next Run"),
    _("When this schedule runs next (stored in UTC)."),
    _("last_run"),
    _("success"),
    _("Last task id"),
    _("Id of the last task spawned from this schedule (read-only)."),
    _("Name of the target cluster"),
    _("Intended date kwarg"),
    _("Name of kwarg to pass intended schedule date"),
    # A task in the queue
    _("Cluster key"),
    _("Payload"),
    _("Signed serialized task package (do not edit manually)."),
    _("Lock until"),
    _("Prevent any cluster from pulling until"),
    _("Queue options"),
]

IMPORT_EXPORT = [
    _("This exporter will export the following fields: "),
    _("Select all"),
    _('Select at least 1 field for "%(resource_name)s" to export'),
    _("Export"),
    _("Format"),
    _("Submit"),
]

AXES = [
    _("access attempt"),
    _("access attempts"),
    _("User Agent"),
    _("IP Address"),
    _("Username"),
    _("Attempt Time"),
    _("Failed Logins"),
]

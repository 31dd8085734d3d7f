"""The pages of templates.

page      the list, and the page of one template: its parts, typed and saved
live      what the page says while somebody types: objections, the phone, placeholders
submitting the button that submits what was typed
history   two versions side by side, back to one, another language
library   templates to begin with
forms     the form, with a row for each button and each placeholder
phone     a message as a phone shows it
readers   the people with whose values it is shown
"""

from messaging.admin.templates.page import TemplateAdmin as TemplateAdmin
from messaging.admin.templates.readers import INVENTED as INVENTED
from messaging.admin.templates.readers import INVENTED_VEHICLE as INVENTED_VEHICLE

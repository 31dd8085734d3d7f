"""The navigation of the site.

registry   the places that the apps registered, joined
places     those that belong to no app
reader     what one reader sees of them on one page
state      whether the business can send
tags       the template tags by which the pages draw it
"""

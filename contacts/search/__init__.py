"""What people type into search boxes.

conditions  a text -> a condition on contacts or vehicles
lookups     the comparisons that these need of the database
owners      people by the model of their vehicle
people      conditions of whole lists, for which the people are looked up first
"""

from contacts.search.conditions import (
    contact_condition,
    phone_prefixes,
    seeks_an_address,
    vehicle_condition,
)

__all__ = ["contact_condition", "phone_prefixes", "seeks_an_address", "vehicle_condition"]

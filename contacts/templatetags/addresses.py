"""Addresses of people as the reader of the page may see them."""

from django import template

from contacts.permissions import said_address, shown_text

register = template.Library()
register.filter("shown_address", said_address)
register.filter("shown_text", shown_text)

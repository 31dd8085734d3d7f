"""What a message says: templates and their versions, placeholders, and the values put in.

rendering knows the placeholders and puts values in; loose_placeholders finds what only looks like
one. content is a whole template as a value, numbering its placeholders as a provider knows them;
rules says what WhatsApp refuses. template_versions stores a text, changing does more with it in one
act, library has templates to begin with.
"""

"""The life of templates with their provider, and what staff see of it.

1. submitting  what staff decide of a version; `operations` is what they decide of templates
2. handing_in  the job that brings a submitted version to the provider, once, or gives it back
3. asking      what became of it: asked soon after, and when an error speaks of a template
4. syncing     everything that the provider has: brought in step, imported, asked about
5. deciding    an approval takes a state of the provider's, and TEMPLATE_LISTENERS hear of it
6. following   a template's status and its version in use, after an approval moved
7. specs       a version in the provider's parts, with numbers for placeholders, and back
"""

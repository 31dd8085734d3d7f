"""What the project asks of a provider: a company that carries its messages.

1. base: the protocol of a provider, and the plain types that pass through it.
2. errors: what an error means and what is done about it; each provider has a table of its own.
3. registry: the providers that PROVIDERS names.
4. gateways: open connections, one pool an account.

A provider is a package of its own (messaging.twilio). Nothing outside it knows its codes, statuses
or fields, and nothing here knows a provider.
"""

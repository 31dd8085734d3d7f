"""The webhooks of the providers: urls -> views -> authentication -> accounts."""

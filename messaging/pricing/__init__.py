"""What messages cost: the prices of WhatsApp and of the provider, and what they come to."""

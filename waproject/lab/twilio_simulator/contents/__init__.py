"""Templates at the simulated provider: kept, reviewed as WhatsApp reviews them, and sent."""

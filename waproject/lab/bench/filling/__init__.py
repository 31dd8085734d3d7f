"""What is measured is made: people and a campaign to them, and many copies of a few rows."""

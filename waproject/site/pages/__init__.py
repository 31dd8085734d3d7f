"""Pages that stand beside those of the apps."""

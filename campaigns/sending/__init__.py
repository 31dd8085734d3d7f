"""The sending engine: claims, slots, concurrent sends, settlements, reconciliation."""

"""The seam between the two halves: what was approved, as plain files."""

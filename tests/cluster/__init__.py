"""A site grown past one machine, with real servers; the fail-over itself is among the faults."""

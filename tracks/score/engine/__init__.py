"""The house band: a small engine that turns written music into a played performance."""

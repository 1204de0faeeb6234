"""Settings searched from coarse to fine, and what was found confirmed on rows never searched on."""

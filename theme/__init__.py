"""The looks of the sites: templates, styles, scripts and illustrations."""

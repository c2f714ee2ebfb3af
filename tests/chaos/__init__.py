"""Every fault in its short form: counts and bytes are asserted, times are not."""

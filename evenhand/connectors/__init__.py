"""Ways in and out of other systems: the SMTP listener, the smarthost, DNS, a virus scanner."""

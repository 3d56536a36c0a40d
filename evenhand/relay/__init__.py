"""How one message travels: intake, route, process, rewrite, egress, deliver."""

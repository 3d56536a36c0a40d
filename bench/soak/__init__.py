"""Long runs that look for what short tests miss: processes killed at every step, and a record of what arrived."""

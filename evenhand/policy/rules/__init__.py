"""The house rules, one file an idea; none knows another."""

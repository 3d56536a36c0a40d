"""The demonstration: an invented market, its mailboxes and one-click sign-in. Absent without --demo."""

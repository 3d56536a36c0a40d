"""The long search for a leak: mails with an address planted anywhere, by the hundred thousand, through the journey."""

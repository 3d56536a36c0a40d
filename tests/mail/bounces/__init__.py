"""What mail systems write when they give a mail back or keep it waiting, each in its own manner and language."""

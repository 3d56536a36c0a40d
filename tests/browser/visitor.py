"""What a visitor does first."""


def sign_in(page, who):
    """Be one of the four."""
    page.goto("/demo/")
    page.get_by_role("button", name=f"Sign in as {who}").click()
    page.wait_for_url("**/")

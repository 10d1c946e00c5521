"""The page at ``/``: what the account holds and what was asked of it, for a person with a browser."""

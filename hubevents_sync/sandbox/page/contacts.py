"""The pages about contacts: all of them, and one with what it did when."""

from hubevents_sync.sandbox.page.asked import Asked, View, not_here
from hubevents_sync.sandbox.page.paging import PAGE_SIZE, Pager
from hubevents_sync.sandbox.store import timeline


def show_contacts(asked: Asked) -> View:
    """All contacts, the newest first; searched by ``q``."""
    offset = (asked.page_number - 1) * PAGE_SIZE
    with asked.sources.open_account(asked.now_ms) as account:
        total, found = timeline.list_contacts(account.connection, text=asked.text("q"), offset=offset, limit=PAGE_SIZE)
    values = {
        "contacts": found,
        "text": asked.text("q"),
        "pager": Pager(total, asked.page_number, asked.place),
    }
    return View("contacts.html", "Contacts", "contacts", values)


def show_contact(asked: Asked) -> View:
    """One contact: its fields, and its interactions with all events."""
    (contact_id,) = asked.arguments
    offset = (asked.page_number - 1) * PAGE_SIZE
    with asked.sources.open_account(asked.now_ms) as account:
        account.settle_all()
        contact = timeline.find_contact(account.connection, contact_id)
        if contact is None:
            return not_here(f"no contact has the id {contact_id}")
        total, rows = timeline.read_history(account.connection, contact_id, offset=offset, limit=PAGE_SIZE)
    values = {"contact": contact, "rows": rows, "pager": Pager(total, asked.page_number, asked.place)}
    return View("contact.html", contact.email, "contacts", values)

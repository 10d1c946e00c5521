"""The settings of apps on record."""

from sqlalchemy import Connection, insert, select, update

from hubevents_sync.model.app_settings import AppSettings, RecordedSettings
from hubevents_sync.state.tables import app_settings


def find_settings(connection: Connection, app_id: int) -> RecordedSettings | None:
    """What is on record of the app; None where nothing is."""
    row = connection.execute(select(app_settings).where(app_settings.c.app_id == app_id)).mappings().one_or_none()
    if row is None:
        return None
    return RecordedSettings(app_id, row["event_details_url"], is_open=row["intended_url"] is not None)


def intend(connection: Connection, settings: AppSettings, *, now_ms: int) -> None:
    """Note that *settings* are about to be sent. What HubSpot confirmed before stays until it confirms these."""
    values = {"intended_url": settings.event_details_url, "updated_at_ms": now_ms}
    if find_settings(connection, settings.app_id) is None:
        connection.execute(insert(app_settings).values(app_id=settings.app_id, **values))
    else:
        connection.execute(update(app_settings).where(app_settings.c.app_id == settings.app_id).values(**values))


def confirm(connection: Connection, settings: AppSettings, *, now_ms: int) -> None:
    """Store that HubSpot has *settings*, which were intended."""
    values = {"event_details_url": settings.event_details_url, "intended_url": None, "updated_at_ms": now_ms}
    connection.execute(update(app_settings).where(app_settings.c.app_id == settings.app_id).values(**values))

"""Stop a run early, for everybody who works on it: a signal, or a fault after which no call makes sense."""

from threading import Event

from hubevents_sync.errors import SyncError


class StopSwitch:
    """Once it is set, no new call begins; calls under way are finished and recorded."""

    def __init__(self) -> None:
        self._event = Event()
        self.reason: SyncError | None = None

    def set(self, reason: SyncError | None = None) -> None:
        """Stop. The first *reason* given is kept."""
        if self.reason is None:
            self.reason = reason
        self._event.set()

    @property
    def is_set(self) -> bool:
        """Begin nothing new."""
        return self._event.is_set()

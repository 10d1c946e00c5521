"""What a behaviour of HubSpot is, how sure we are of it, and the switches that settle what nobody knows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from typing import Generic, TypeVar, overload

from hubevents_sync.errors import SyncError

NO_NUMBER = "none"
_LARGEST = 10**9

Option = TypeVar("Option", bound=StrEnum)
PositionT_co = TypeVar("PositionT_co", bound=StrEnum, covariant=True)


class Evidence(StrEnum):
    """Why a behaviour is what it is: somebody saw HubSpot do it, HubSpot says it, or nobody knows and we chose."""

    MEASURED = "measured"
    DOCUMENTED = "documented"
    CHOSEN = "chosen"


@dataclass(frozen=True, slots=True)
class Choice(Generic[PositionT_co]):
    """A switch with one of a few positions."""

    name: str
    default: PositionT_co

    @property
    def values(self) -> tuple[str, ...]:
        """The texts it can be set to."""
        return tuple(type(self.default))

    @property
    def default_text(self) -> str:
        """The default as it would be typed."""
        return str(self.default)

    def read(self, text: str) -> PositionT_co | None:
        """The position *text* names, or None."""
        return next((option for option in type(self.default) if option == text), None)

    def describe_values(self) -> str:
        """What it can be set to, for a person."""
        return ", ".join(self.values)


@dataclass(frozen=True, slots=True)
class Number:
    """A switch that is a whole number of *unit*; ``none`` (None) turns off what it bounds, where *may_be_none*."""

    name: str
    default: int | None
    unit: str
    minimum: int = 0
    may_be_none: bool = False

    @property
    def values(self) -> tuple[str, ...]:
        """What can be typed, as a pattern."""
        return ("NUMBER", NO_NUMBER) if self.may_be_none else ("NUMBER",)

    @property
    def default_text(self) -> str:
        """The default as it would be typed."""
        return NO_NUMBER if self.default is None else str(self.default)

    def read(self, text: str) -> "int | _Unreadable | None":
        """The number that *text* writes."""
        if text == NO_NUMBER and self.may_be_none:
            return None
        is_number = text.isascii() and text.isdigit() and len(text) <= 10
        return int(text) if is_number and self.minimum <= int(text) <= _LARGEST else _UNREADABLE

    def describe_values(self) -> str:
        """What it can be set to, for a person."""
        off = f", or {NO_NUMBER}" if self.may_be_none else ""
        return f"a whole number of {self.unit}, at least {self.minimum}{off}"


class _Unreadable:
    """Stands for a text that is no number, where None is one."""


_UNREADABLE = _Unreadable()


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One thing that the sandbox does as HubSpot does it, or as we chose. *source* says in words who says so.

    With a *switch* the behaviour is the switch's default, and the statement says what the other positions mean.
    """

    id: str
    statement: str
    evidence: Evidence
    source: str
    switch: Choice[StrEnum] | Number | None = None


@dataclass(frozen=True, slots=True)
class Switches:
    """The positions that differ from their defaults. Read one with ``switches[UNKNOWN_VID]``."""

    positions: Mapping[str, object] = field(default_factory=dict)

    @overload
    def __getitem__(self, switch: Choice[Option]) -> Option: ...

    @overload
    def __getitem__(self, switch: Number) -> int | None: ...

    def __getitem__(self, switch: Choice[Option] | Number) -> object:
        """The position of *switch*."""
        return self.positions.get(switch.name, switch.default)

    def above(self, defaults: Mapping[str, object]) -> "Switches":
        """These positions, and *defaults* by name where they say nothing."""
        return Switches({**defaults, **self.positions})

    def number(self, switch: Number) -> int:
        """The position of a *switch* that is never off; 0 where it is off all the same."""
        return self[switch] or 0


def read_switches(settings: Iterable[str], behaviours: Iterable[Behaviour]) -> Switches:
    """The switches that *settings* (each ``NAME=VALUE``) set. Raises SyncError for a name or a value nobody knows."""
    known = {each.switch.name: each.switch for each in behaviours if each.switch is not None}
    positions: dict[str, object] = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        switch = known.get(name)
        if switch is None or not equals:
            raise _unknown_switch(setting, name, known)
        position = switch.read(text)
        if position is _UNREADABLE or (position is None and isinstance(switch, Choice)):
            raise SyncError(
                f"the sandbox's switch {name} can't be {text!r}", hint=f"it takes: {switch.describe_values()}"
            )
        positions[name] = position
    return Switches(positions)


def _unknown_switch(setting: str, name: str, known: Mapping[str, object]) -> SyncError:
    if name in known:
        return SyncError(f"the sandbox's switch {name} has no value", hint=f"write --switch {name}=VALUE")
    near = get_close_matches(name, known, n=1)
    meant = f"did you mean {near[0]}? " if near else ""
    hint = f"{meant}hubevents-sync sandbox --list-behaviours lists them all"
    return SyncError(f"the sandbox has no switch {name!r} (found in {setting!r})", hint=hint)

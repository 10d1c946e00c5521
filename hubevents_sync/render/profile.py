"""Say where the time of a plan went."""

from hubevents_sync.model.profile import Profile


def render_profile(profile: Profile) -> str:
    """A line for each part; the parts of the events' time are indented."""
    hands = "1 process" if profile.hands == 1 else f"{profile.hands} processes"
    lines = [
        ("project and event files", profile.files),
        ("events that have a receipt", profile.recalled),
        (f"other events, in {hands}", profile.events),
        ("  rosters", profile.rosters),
        ("  state", profile.state),
        ("  comparing", profile.comparing),
        ("plan put together", profile.assembling),
    ]
    width = max(len(name) for name, _ in lines)
    return "".join(f"{name:<{width}}  {seconds:8.3f} s\n" for name, seconds in lines)

"""The demo city: a pure generator that knows no database. The same arguments give the same rows."""

from seed.demo.city import LONGEST_DELAY, City, DemoCity, Truth, generate
from seed.demo.profiles import PROFILES, Profile, profile_of

__all__ = ["LONGEST_DELAY", "PROFILES", "City", "DemoCity", "Profile", "Truth", "generate", "profile_of"]

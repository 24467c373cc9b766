"""Settings of all tests."""

import os

from hypothesis import settings

# The same examples on every run, so that a run says something of the change; HYPOTHESIS_PROFILE=search looks for what
# nobody has found yet. How long an example takes says something of the machine, nothing of the code.
settings.register_profile("repeat", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeat"))

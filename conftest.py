"""Every test, of core and plugins, has the fixtures of `quartier.testing`."""

pytest_plugins = ["quartier.testing"]

"""The version of this distribution."""

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("stormbell")
except PackageNotFoundError:  # run from a checkout that was never installed
    VERSION = "0"

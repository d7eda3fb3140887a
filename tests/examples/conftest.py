"""The plugin's fixture, as a project of a workflow's author has it."""

from stormbell.testing.plugin import run_workflow  # noqa: F401

"""The form of one step: its fields out of the step and what may stand in it, the step out of what was typed.

Pure but for ``panel``, which reads the connectors. What a form shows and nobody changes comes back exactly as it was:
every value is shown in a mode whose text leads back to the same value, of the same type.
"""

from apps.releases.building.step_form.panel import StepPanel, step_panel

__all__ = ["StepPanel", "step_panel"]

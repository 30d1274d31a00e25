"""The names of the methods that are tested, and of the controls that never saw the network."""

METHODS = ("Grad-CAM", "Element-wise", "Guided", "Occlusion", "Hypercolumns", "CAM")
"""In the order of ``explainers.EXPLAINERS``; CAM is last, as not every network has it."""

CONTROLS = ("Random", "Centre", "Edges", "Blurred picture")
"""In the order of ``controls.controls``."""

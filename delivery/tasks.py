"""Jobs of delivery, by part."""

from delivery.edge import tasks as edge_tasks  # noqa: F401 - they register themselves
from delivery.visits import tasks as visits_tasks  # noqa: F401 - they register themselves

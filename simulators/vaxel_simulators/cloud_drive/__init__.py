"""A cloud drive whose folders customers look into, for the example of a channel of one's own."""

from vaxel_simulators.cloud_drive.simulator import CloudDriveSimulator

__all__ = ["CloudDriveSimulator"]

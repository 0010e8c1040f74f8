"""What each class of sensor is measured in."""

from __future__ import annotations

from collections.abc import Mapping

UNITS: Mapping[str, str] = {
    "airflow": "cfm",
    "ber": "",
    "bitrate": "bit/s",
    "charge": "%",
    "chromatic_dispersion": "ps/nm",
    "cooling": "W",
    "count": "",
    "current": "A",
    "dbm": "dBm",
    "delay": "s",
    "eer": "",
    "fanspeed": "rpm",
    "frequency": "Hz",
    "humidity": "%",
    "load": "%",
    "loss": "%",
    "percent": "%",
    "power": "W",
    "power_consumed": "kWh",
    "power_factor": "",
    "pressure": "kPa",
    "quality_factor": "dB",
    "runtime": "min",
    "signal": "dBm",
    "snr": "dB",
    "state": "",
    "temperature": "°C",
    "tv_signal": "dBmV",
    "voltage": "V",
    "waterflow": "l/min",
    # Radio figures.
    "ap-count": "",
    "capacity": "%",
    "ccq": "%",
    "cell": "",
    "channel": "",
    "clients": "",
    "distance": "km",
    "error-rate": "bit/s",
    "error-ratio": "%",
    "errors": "",
    "mse": "dB",
    "noise-floor": "dBm",
    "quality": "%",
    "rate": "bit/s",
    "rsrp": "dBm",
    "rsrq": "dB",
    "rssi": "dBm",
    "sinr": "dB",
    "ssr": "dB",
    "utilization": "%",
    "xpi": "dBm",
}


def unit_of(kind: str) -> str:
    """The unit of a class; "" for plain numbers, states and classes nobody knows."""
    return UNITS.get(kind, "")

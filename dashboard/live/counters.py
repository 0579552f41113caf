"""What the live path counts about itself, for /metrics. Names follow Prometheus: base units, _total for counters."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from dashboard.failures import FAILURES

REGISTRY = CollectorRegistry()
REGISTRY.register(FAILURES)

STATEMENTS = Counter("dashboard_sql_statements", "SQL statements sent to the store", ["by"], registry=REGISTRY)
REFRESHES = Histogram(
    "dashboard_refresh_seconds",
    "Time to make a new picture from the store",
    buckets=(0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2, 5),
    registry=REGISTRY,
)
LAG = Histogram(
    "dashboard_notified_to_picture_seconds",
    "Time from hearing of a new version to the picture that includes it",
    buckets=(0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2, 5, 10),
    registry=REGISTRY,
)
ERRORS = Counter("dashboard_errors", "Failures, by where they happened", ["where"], registry=REGISTRY)
RECONNECTS = Counter("dashboard_listener_connects", "Connections the listener has made", registry=REGISTRY)
REDRAWS = Histogram(
    "dashboard_redraw_seconds",
    "CPU time of one redraw of a live fragment for one viewer",
    ["page"],
    buckets=(0.0025, 0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5),
    registry=REGISTRY,
)
PICTURE_AGE = Gauge("dashboard_snapshot_age_seconds", "Age of the picture on the board", registry=REGISTRY)
DATA_AGE = Gauge("dashboard_data_age_seconds", "Age of the data on the board", registry=REGISTRY)
SESSIONS = Gauge("dashboard_sessions", "Viewers connected to this process", registry=REGISTRY)
STREAMS = Gauge("dashboard_pulse_streams", "Open event streams of this process", registry=REGISTRY)

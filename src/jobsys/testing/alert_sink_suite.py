"""The conformance suite of the port `AlertSink`: every adapter, ours or yours, passes it."""

from jobsys.testing.suites.alerting import AlertingSuite


class AlertSinkSuite(AlertingSuite):
    """Subclass it as `TestYourAlertSink`, in a module with a fixture `told`.

    The fixture returns a `jobsys.testing.suites.alerting.AlertSinkUnderTest`, to which nothing was
    sent yet.
    """

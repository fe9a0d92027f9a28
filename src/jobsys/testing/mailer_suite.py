"""The conformance suite of the port `Mailer`: every adapter, ours or yours, passes it."""

from jobsys.testing.suites.send import SendSuite


class MailerSuite(SendSuite):
    """Subclass it as `TestYourMailer`, in a module with a fixture `post`.

    The fixture returns a fresh `jobsys.testing.post.PostUnderTest` for each test; the tests are
    coroutines, so that pytest-asyncio runs in its auto mode.
    """

"""Command: a stand-in for Amazon SES on this machine."""

import gc
import signal
from pathlib import Path

import click
import uvicorn

from digest.cli.machine import listening, stopped

HOW = """\
a stand-in for Amazon SES listens at {base}; give digest, or anything that uses boto3:

  export AWS_ENDPOINT_URL_SESV2={base} AWS_ENDPOINT_URL_SNS={base}
  export AWS_DEFAULT_REGION=us-east-1 AWS_ACCESS_KEY_ID=none AWS_SECRET_ACCESS_KEY=none
  export DIGEST_TRANSPORT=ses DIGEST_SES_CONFIGURATION_SET=digest

  what was accepted   {base}/_sent (?raw adds the bytes, ?after=N leaves out the first N)
  what was told       {base}/_events, of mails with a configuration set; SNS topic {topic}
  the certificate     {base}/{certificate}
"""


@click.command("fake-ses")
@click.option("--port", default=9001, show_default=True, help="The port; 0 is any free one.")
@click.option("--rate", default=14.0, show_default=True, help="Recipients a second.")
@click.option("--daily", default=50_000, show_default=True, help="Recipients in 24 hours; -1: all.")
@click.option("--faults", default="", help="What goes wrong: a script, or a file that holds one.")
@click.option("--outbox", type=click.Path(path_type=Path), help="A Maildir for what is accepted.")
@click.option("--sns-url", default="", help="Who gets the events, as SNS sends them over HTTP.")
@click.option("--queue-url", default="", help="The SQS queue that gets the events.")
@click.option("--signature", type=click.Choice(["1", "2"]), default="2", help="SNS's version.")
def fake_ses(port: int, faults: str, **chosen: object) -> None:
    """Play Amazon SES on this machine until stopped. Nothing is delivered to anyone.

    An address decides what becomes of its mail: me+bounce@any.example, and likewise +softbounce,
    +complaint, +suppressed, +delay and +reject. A fault script has lines such as `call 3 throttle`,
    `every 7 drop`, `to *@slow.example hang 40`, `5% error-after` and `seed 42`, parted by line ends
    or `;`. The faults: throttle, quota, refuse, unverified, mail-from, no-configuration-set, pause,
    suspend (until POST /_resume), error-before and reset (the mail is not accepted), error-after,
    drop, cut and hang SECONDS (it is).
    """
    # botocore and cryptography take a moment to load, and no other command needs the two.
    from digest.standin.app import Cuttable, Options, Standin
    from digest.standin.courier import TOPIC
    from digest.standin.signing import can_seal

    # What it keeps of fifty thousand mails holds no circles, and looking for some costs more than
    # taking the mails in.
    gc.set_threshold(200_000, 50, 100)
    script = Path(faults).read_text("utf-8") if faults and Path(faults).is_file() else faults
    standin = Standin(Options(faults=script, **chosen))  # type: ignore[arg-type]
    with listening("127.0.0.1", port) as door:
        base = f"http://127.0.0.1:{door.getsockname()[1]}"
        name = standin.signer.certificate_name
        click.echo(HOW.format(base=base, topic=TOPIC, certificate=name))
        if not can_seal():
            click.echo("  dkimpy is not installed: the mails of the outbox are not DKIM-signed\n")
        config = uvicorn.Config(
            standin.app, http=Cuttable, ws="none", log_level="warning", access_log=False
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stopped)
        uvicorn.Server(config).run(sockets=[door])


COMMANDS = (fake_ses,)

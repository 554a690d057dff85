"""An issue goes out on AWS, as far as this machine can play it: the queues of serverless.yml, each
function under AWS's own runtime client, PostgreSQL, and the stand-in for SES."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import boto3
import pytest
from moto.server import ThreadedMotoServer
from sqlalchemy.engine import URL

from db.engine import open_engine, open_sessions
from digest import wiring
from digest.delivery.queues import wake_up
from digest.jobs.send import progress
from digest.model import DeliveryState, IssueState
from digest.readers.links import Signing
from tests import postgres
from tests.feed_server import FeedServer
from tests.functions import Function, function, hand_out
from tests.house.test_serverless import package_of, template  # noqa: F401 - a fixture
from tests.newsroom import TEAM, WEEK, Newsroom
from tests.standin import LiveSes, as_nobody, listening
from tests.story.test_sending import LAUNCH, approves_an_issue_on

KEY = "a key of the functions that is long enough"
REGION = "eu-central-1"
LOST = ("lost-1@inbox.example", "lost-2@inbox.example")
READERS = (*LOST, *(f"reader-{number}@inbox.example" for number in range(298)))
FAULTS = "calls 60-64 throttle; to lost-* drop"
SENT, UNKNOWN = DeliveryState.SENT, DeliveryState.UNKNOWN
PLAYED = {"AWS::SQS::Queue", "AWS::SNS::Topic"}  # of our resources, what moto makes of a template
Resources = dict[str, Any]


class Cloud(NamedTuple):
    """The queues and topics of the template where moto plays them, by their names there."""

    endpoint: str
    names: Mapping[str, str]

    def client(self, service: str) -> Any:
        return boto3.client(service, REGION, endpoint_url=self.endpoint)

    def waiting(self, queue: str) -> int:
        asked = ["ApproximateNumberOfMessages"]
        told = self.client("sqs").get_queue_attributes(
            QueueUrl=self.names[queue], AttributeNames=asked
        )
        return int(told["Attributes"][asked[0]])

    def resolved(self, value: Any) -> str:
        """What a variable of a function is once the stack is there."""
        return value if isinstance(value, str) else self.names.get(value["Ref"], "digest-dev")


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch, template: Resources) -> Iterator[Cloud]:  # noqa: F811
    as_nobody(monkeypatch)
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    played = {name: one for name, one in template.items() if one["Type"] in PLAYED}
    endpoint = f"http://{host}:{port}"
    stack = boto3.client("cloudformation", REGION, endpoint_url=endpoint)
    stack.create_stack(StackName="digest", TemplateBody=json.dumps({"Resources": played}))
    made = stack.describe_stack_resources(StackName="digest")["StackResources"]
    ids = {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in made}
    cloud = Cloud(endpoint, ids)
    subscribe(cloud, template["MailEventsSubscription"]["Properties"])
    try:
        yield cloud
    finally:
        server.stop()


@pytest.fixture
def database(postgres_server: URL) -> Iterator[str]:
    """Without our schema yet."""
    with postgres.database(postgres_server) as url:
        yield postgres.spelt(url)


def subscribe(cloud: Cloud, subscription: Resources) -> None:
    queue = cloud.names[subscription["Endpoint"]["Fn::GetAtt"][0]]
    told = cloud.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    cloud.client("sns").subscribe(
        TopicArn=cloud.names[subscription["TopicArn"]["Ref"]],
        Protocol=subscription["Protocol"],
        Endpoint=told["Attributes"]["QueueArn"],
        Attributes={"RawMessageDelivery": str(subscription["RawMessageDelivery"]).lower()},
    )


class Deployed:
    """Every function of the template, each started when it is first called."""

    def __init__(self, stack: ExitStack, resources: Resources, cloud: Cloud, given: dict[str, str]):
        self._stack, self._resources, self._cloud, self._given = stack, resources, cloud, given

    def start(self, name: str) -> Function:
        properties = self._resources[f"{name.title()}LambdaFunction"]["Properties"]
        variables = properties["Environment"]["Variables"]
        environment = {key: self._cloud.resolved(text) for key, text in variables.items()}
        return self._stack.enter_context(
            function(
                properties["Handler"],
                package_of(properties),
                {**environment, **self._given},
                properties["Timeout"],
            )
        )


@pytest.mark.slow
def test_each_reader_gets_it_once_whatever_comes_twice_or_never(
    cloud: Cloud,
    template: Resources,  # noqa: F811
    database: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    secret = json.dumps({"DIGEST_DATABASE_URL": database, "DIGEST_SECRET_KEY": KEY})
    kept = cloud.client("secretsmanager").create_secret(Name="digest", SecretString=secret)
    with listening(monkeypatch, rate=100, faults=FAULTS) as ses, ExitStack() as stack:
        given = {"AWS_ENDPOINT_URL": cloud.endpoint, "AWS_ENDPOINT_URL_SESV2": ses.base}
        given |= {"AWS_DEFAULT_REGION": REGION, "SECRETS_ARNS": kept["ARN"]}
        given |= {"AWS_ENDPOINT_URL_SNS": cloud.endpoint}
        deployed = Deployed(stack, template, cloud, given)

        assert deployed.start("migrate")({}) == "at the newest schema"
        engine = open_engine(database)
        stack.callback(engine.dispose)
        newsroom = Newsroom(open_sessions(engine), tmp_path, stack.enter_context(FeedServer()))
        newsroom.parts = replace(newsroom.parts, signing=Signing([KEY]))
        newsroom.has_readers(*READERS)
        approves_an_issue_on(newsroom, LAUNCH)
        newsroom.sends_it_now()
        wiring.tick(newsroom.parts, "send")  # the clock is wound up on Sunday

        ticks_twice_and_wakes_once(cloud, deployed)
        senders = [deployed.start("send") for _ in range(2)]
        two_answers_are_lost(cloud, newsroom, ses, senders)
        a_wake_up_that_comes_again_mails_nobody(ses, senders[0])
        events_that_come_twice_settle_it(cloud, newsroom, ses, deployed.start("events"))
        what_is_no_wake_up_is_laid_aside(cloud, senders[0])
        page = deployed.start("web")(a_request(f"/issues/{WEEK}"))
        assert (page["statusCode"], LAUNCH[0] in page["body"]) == (200, True)


def ticks_twice_and_wakes_once(cloud: Cloud, deployed: Deployed) -> None:
    clock = deployed.start("clock")
    ticks = [clock({"job": "send"}) for _ in range(2)]
    say(f"the scheduler's event, twice: {ticks}")
    assert ticks == [f"2 wake-ups for {WEEK}", ""]
    assert cloud.waiting("SendQueue") == 2


def two_answers_are_lost(
    cloud: Cloud, newsroom: Newsroom, ses: LiveSes, senders: list[Function]
) -> None:
    send_all(cloud, newsroom, senders)
    counts = progress(newsroom.sessions, WEEK).counts
    say(f"after the senders: {counts}")
    assert counts == {SENT: 298, UNKNOWN: 2}
    assert ses.asks("/_sent")["calls"] > len(READERS)  # some were throttled, and tried again


def a_wake_up_that_comes_again_mails_nobody(ses: LiveSes, sender: Function) -> None:
    again = {"messageId": "1", "body": wake_up(WEEK)}
    assert sender({"Records": [again, again]}) == {"batchItemFailures": []}
    assert mailed(ses) == Counter(READERS)


def events_that_come_twice_settle_it(
    cloud: Cloud, newsroom: Newsroom, ses: LiveSes, events: Function
) -> None:
    tell_twice(cloud, ses)
    taken = 0
    while records := hand_out(
        cloud.client("sqs"), cloud.names["EventsQueue"], events, most=10
    ).records:
        taken += len(records)
    say(f"{taken} events of lost answers: {progress(newsroom.sessions, WEEK).counts}")
    assert progress(newsroom.sessions, WEEK).counts == {SENT: 300}
    assert newsroom.issue().state is IssueState.SENT
    assert cloud.waiting("EventsDeadLetters") == 0


def what_is_no_wake_up_is_laid_aside(cloud: Cloud, sender: Function) -> None:
    sqs, queue = cloud.client("sqs"), cloud.names["SendQueue"]
    sqs.send_message(QueueUrl=queue, MessageBody="no wake-up")
    failures = 0
    while handed := hand_out(sqs, queue, sender).failed:
        failures += handed
    say(f"a message that is no wake-up failed {failures} times and was laid aside")
    assert (failures, cloud.waiting("SendDeadLetters")) == (5, 1)


def say(line: str) -> None:
    print(line)  # noqa: T201 - what happened, for who asks with -s


def send_all(cloud: Cloud, newsroom: Newsroom, senders: list[Function]) -> None:
    """Wake-ups to all senders at once, and again as the clock does, until nothing waits."""

    def work(sender: Function) -> None:
        sqs = cloud.client("sqs")
        while hand_out(sqs, cloud.names["SendQueue"], sender).records:
            continue

    with ThreadPoolExecutor(len(senders)) as pool:
        while True:
            list(pool.map(work, senders))
            if not progress(newsroom.sessions, WEEK).waiting:
                return
            cloud.client("sqs").send_message(
                QueueUrl=cloud.names["SendQueue"], MessageBody=wake_up(WEEK)
            )


def tell_twice(cloud: Cloud, ses: LiveSes) -> None:
    """What SES says of mails whose answer was lost goes through the topic of the template, twice.
    Of the others it never comes: they are settled without."""
    sns = cloud.client("sns")
    for event in 2 * ses.events():
        if event["mail"]["destination"][0] in LOST:
            sns.publish(TopicArn=cloud.names["MailEventsTopic"], Message=json.dumps(event))


def mailed(ses: LiveSes) -> Counter[str]:
    to = (to for mail in ses.asks("/_sent")["mails"] for to in mail["to"])
    return Counter(one for one in to if one not in TEAM)


def a_request(path: str) -> dict[str, Any]:
    """As the HTTP API hands it to a function (payload 2.0)."""
    http = {"method": "GET", "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1"}
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"host": "example.org"},
        "requestContext": {"http": http, "stage": "$default"},
        "isBase64Encoded": False,
    }

"""serverless.yml is the jobs table on AWS's clock: it packages without network or credentials, and
says of jobs, settings and functions what the product says."""

import importlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from digest import settings, wiring
from digest.issues.calendar import Every
from tests.judges.install import ROOT, missing
from tests.judges.node import node

ON_AWS = {"DIGEST_TRANSPORT": "ses"}
TICKS = 5  # minutes between two ticks, at most, of a job whose rule names a time of day


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The CloudFormation template that comes of serverless.yml, by its resources."""
    if lacking := missing():
        pytest.fail(lacking)
    folder = tmp_path_factory.mktemp("service")
    (folder / "serverless.yml").write_bytes((ROOT / "serverless.yml").read_bytes())
    (folder / "dist").mkdir()
    for package in ("mail", "site", "pairing"):
        with zipfile.ZipFile(folder / "dist" / f"{package}-arm64.zip", "w"):
            pass  # what is in it, osls does not ask
    packager = ROOT / "node_modules" / "osls" / "bin" / "serverless.js"
    done = subprocess.run(
        [node(), packager, "package"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    written = folder / ".serverless" / "cloudformation-template-update-stack.json"
    linted = subprocess.run(
        # W3005: a dependency that is plain already; osls writes it down all the same
        [Path(sys.executable).with_name("cfn-lint"), "--ignore-checks", "W3005", "--", written],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (linted.returncode, linted.stdout) == (0, "")
    found: dict[str, Any] = json.loads(written.read_text())["Resources"]
    return found


def of_type(template: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [one["Properties"] for one in template.values() if one["Type"] == kind]


def package_of(function: dict[str, Any]) -> str:
    """The name of the package that a function of the template is deployed with."""
    name: str = function["Code"]["S3Key"].rpartition("/")[2]
    return name.removesuffix("-arm64.zip")


def test_every_job_ticks_at_least_as_often_as_its_rule(template: dict[str, Any]) -> None:
    chosen = settings.read(ON_AWS)
    wanted = {}
    for name in wiring.jobs(chosen):
        rule = wiring.JOBS[name].rule(chosen)
        wanted[name] = rule.minutes if isinstance(rule, Every) else TICKS
    ticks = {}
    for schedule in of_type(template, "AWS::Scheduler::Schedule"):
        count = schedule["ScheduleExpression"].removeprefix("rate(").partition(" ")[0]
        ticks[json.loads(schedule["Target"]["Input"])["job"]] = int(count)
        assert schedule["Target"]["RetryPolicy"]["MaximumRetryAttempts"] > 0
        assert "DeadLetterConfig" in schedule["Target"]
    assert ticks == wanted


def test_every_function_is_one_and_knows_settings_alone(template: dict[str, Any]) -> None:
    functions = of_type(template, "AWS::Lambda::Function")
    doors = importlib.import_module("digest.lambdas")
    for function in functions:
        module, _, name = function["Handler"].rpartition(".")
        assert module == doors.__name__
        assert callable(getattr(doors, name))
        told = {name for name in function["Environment"]["Variables"] if name.startswith("DIGEST_")}
        assert told <= set(settings.NAMES.values())
    assert {one["Handler"].rpartition(".")[2] for one in functions} == {
        *("web", "clock", "send", "events", "migrate")
    }


def test_the_settings_it_gives_can_be_read(template: dict[str, Any]) -> None:
    (first, *_) = of_type(template, "AWS::Lambda::Function")
    given = {
        name: text
        for name, text in first["Environment"]["Variables"].items()
        if name.startswith("DIGEST_") and isinstance(text, str)
    }
    assert settings.read(given).engine == "sqs"


def test_the_job_that_pairs_runs_where_the_model_is(template: dict[str, Any]) -> None:
    (target,) = (
        one["Target"]
        for one in of_type(template, "AWS::Scheduler::Schedule")
        if json.loads(one["Target"]["Input"]) == {"job": "pair"}
    )
    function = template[target["Arn"]["Fn::GetAtt"][0]]["Properties"]
    assert package_of(function) == "pairing"
    assert function["Environment"]["Variables"]["DIGEST_EMBEDDER"] != settings.NO_EMBEDDER


def test_what_sends_is_without_what_the_site_needs(template: dict[str, Any]) -> None:
    packages = {
        one["FunctionName"].rpartition("-")[2]: package_of(one)
        for one in of_type(template, "AWS::Lambda::Function")
    }
    site, mail = {"web": "site", "clock": "site"}, {"send": "mail", "events": "mail"}
    assert packages == {**site, **mail, "migrate": "mail", "pair": "pairing"}


def test_queues_hand_out_again_only_when_a_function_has_given_up(template: dict[str, Any]) -> None:
    for source in of_type(template, "AWS::Lambda::EventSourceMapping"):
        queue = template[source["EventSourceArn"]["Fn::GetAtt"][0]]["Properties"]
        function = template[source["FunctionName"]["Fn::GetAtt"][0]]["Properties"]
        assert queue["VisibilityTimeout"] >= 6 * function["Timeout"]
        assert queue["RedrivePolicy"]["maxReceiveCount"] == 5
        assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_only_those_who_mail_may_mail(template: dict[str, Any]) -> None:
    mailing = {
        name
        for name, one in template.items()
        if one["Type"] == "AWS::IAM::Role"
        and {"Ref": "MailPolicy"} in one["Properties"].get("ManagedPolicyArns", [])
    }
    assert mailing == {"WebRole", "ClockRole", "SendRole"}

"""The chart, rendered by Helm itself: what a cluster would be told."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from helm_python import Chart, HelmError, lint

CHART = "helm/quartier"
VALUES: dict[str, Any] = {"domain": "quartier.example", "files": {"bucket": "quartier"}}


def documents(values: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """Everything rendered, by kind and name."""
    rendered = Chart.load(CHART).render(values, name="demo", namespace="portal")
    found = [document for text in rendered.values() for document in yaml.safe_load_all(text) if document]
    return {(document["kind"], document["metadata"]["name"]): document for document in found}


def pods(values: dict[str, Any]) -> list[dict[str, Any]]:
    return [one["spec"]["template"]["spec"] for one in documents(values).values() if "template" in one["spec"]]


def test_the_chart_is_well_formed() -> None:
    result = lint(CHART, VALUES, strict=True)
    assert [message for message in result.get("messages", ()) if message.get("severity", 0) > 1] == []


def test_what_is_in_it() -> None:
    assert documents(VALUES).keys() == {
        ("Deployment", "demo-web"),
        ("Deployment", "demo-worker"),
        ("Service", "demo-web"),
        ("PodDisruptionBudget", "demo-web"),
        ("NetworkPolicy", "demo-web"),
        ("Ingress", "demo-web"),
        ("Job", "demo-migrate"),
    }


def test_every_selector_finds_the_pods_of_the_deployment() -> None:
    found = documents(VALUES)
    labels = found["Deployment", "demo-web"]["spec"]["template"]["metadata"]["labels"]
    selectors = [
        found["Deployment", "demo-web"]["spec"]["selector"]["matchLabels"],
        found["Service", "demo-web"]["spec"]["selector"],
        found["PodDisruptionBudget", "demo-web"]["spec"]["selector"]["matchLabels"],
        found["NetworkPolicy", "demo-web"]["spec"]["podSelector"]["matchLabels"],
    ]
    assert selectors == [labels] * 4


def test_no_container_may_more_than_it_needs() -> None:
    for pod in pods(VALUES):
        (container,) = pod["containers"]
        assert (pod["automountServiceAccountToken"], pod["securityContext"]["runAsNonRoot"]) == (False, True)
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert container["resources"]["limits"] == {"memory": "1Gi"}


def test_the_web_is_watched_and_the_schema_comes_first() -> None:
    found = documents(VALUES)
    (web,) = found["Deployment", "demo-web"]["spec"]["template"]["spec"]["containers"]
    assert [web[probe]["httpGet"]["path"] for probe in ("livenessProbe", "readinessProbe")] == ["/-/live", "/-/ready"]
    assert found["Job", "demo-migrate"]["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    assert web["image"] == "quartier:0.1.0"


def test_a_scanner_is_named_where_there_is_one() -> None:
    scanned = {**VALUES, "files": {"bucket": "quartier", "clamd": "clamav:3310"}}
    given = [[one["value"] for one in pod["containers"][0]["env"] if one["name"] == "CLAMD"] for pod in pods(scanned)]
    assert given == [["clamav:3310"]] * len(given)
    assert "CLAMD" not in str(documents(VALUES))


def test_the_worker_gets_no_visitors_and_may_finish_its_job() -> None:
    found = documents(VALUES)
    worker = found["Deployment", "demo-worker"]["spec"]
    labels = worker["template"]["metadata"]["labels"]
    assert worker["selector"]["matchLabels"] == labels != found["Service", "demo-web"]["spec"]["selector"]
    assert worker["template"]["spec"]["terminationGracePeriodSeconds"] == 120
    assert worker["template"]["spec"]["containers"][0]["args"] == ["worker", "--threads", "4"]


def test_every_company_has_its_host() -> None:
    rules = documents({**VALUES, "ingress": {"enabled": True, "tlsSecretName": "wildcard"}})["Ingress", "demo-web"][
        "spec"
    ]
    assert [rule["host"] for rule in rules["rules"]] == ["*.quartier.example"]
    assert rules["tls"] == [{"secretName": "wildcard", "hosts": ["*.quartier.example"]}]
    assert ("Ingress", "demo-web") not in documents({**VALUES, "ingress": {"enabled": False}})


@pytest.mark.parametrize(
    "wrong",
    [
        {"domain": "nonsense"},
        {"image": {"repository": "quartier", "tag": "latest"}},
        {"web": {"replicas": 0}},
        {"typo": 1},
    ],
)
def test_values_that_cannot_be_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(HelmError):
        Chart.load(CHART).render({**VALUES, **wrong}, name="demo", namespace="portal")


def test_mail_goes_where_the_values_say_or_nowhere() -> None:
    def told(mail: dict[str, Any]) -> dict[str, str]:
        spec = documents({**VALUES, "mail": mail})["Deployment", "demo-worker"]["spec"]["template"]["spec"]
        return {one["name"]: one["value"] for one in spec["containers"][0]["env"] if one["name"].startswith("SMTP_")}

    assert told({}) == {}
    assert told({"host": "mx.example", "security": "tls", "port": 465}) == {
        "SMTP_HOST": "mx.example", "SMTP_PORT": "465", "SMTP_SECURITY": "tls", "SMTP_SENDER": "", "SMTP_BOUNCES": "",
        "SMTP_PER_MINUTE": "0",
    }  # fmt: skip
    with pytest.raises(HelmError):
        documents({**VALUES, "mail": {"host": "mx.example", "security": "ssl"}})

"""What the app of releases asks about instances: what runs where, and what an act on a release means for them."""

from django.db.models import Q

from apps.deployments.models import Instance
from apps.releases.consequences import Act
from apps.releases.models import IntegrationTemplate, Release
from apps.releases.running import Running, places_of, told

NAMES = ("environment", "customer", "current_deployment__release__integration_template")
WORDS = ("customer__name__icontains", "environment__name__icontains", "label__icontains")
# What an act means for the instances that run the release.
MEANING = {
    Act.DEPRECATE: "They go on running and can be configured anew; no other instance can be moved to it.",
    Act.UNDEPRECATE: "Nothing changes for them.",
    Act.QUARANTINE: "No run starts there any more; each stands still until it gets another version.",
    Act.UNQUARANTINE: "Their runs start again.",
    Act.PAUSE: "No run starts there until somebody resumes it.",
    Act.RESUME: "Their runs start again.",
    Act.WITHDRAW: "They go on running.",
}
ONE = {
    **MEANING,
    Act.DEPRECATE: "It goes on running and can be configured anew; no other instance can be moved to it.",
    Act.UNDEPRECATE: "Nothing changes for it.",
    Act.QUARANTINE: "No run starts there any more; it stands still until it gets another version.",
    Act.UNQUARANTINE: "Its runs start again.",
    Act.RESUME: "Its runs start again.",
    Act.WITHDRAW: "It goes on running.",
}


def find_running(integration_template: IntegrationTemplate, words: str, most: int) -> list[Running]:
    """Return what the instances of a template run; every word stands in the owner, the environment or the label."""
    found = Instance.objects.installed().filter(integration_template=integration_template)
    for word in words.split():
        found = found.filter(_matches(word))
    ordered = found.select_related(*NAMES).order_by("environment__position", "customer__name", "label")
    return [running for instance in ordered[:most] if (running := _running(instance))]


def running_on(pk: int) -> Running | None:
    """Return what an instance runs, None where nothing does."""
    instance = Instance.objects.installed().select_related(*NAMES).filter(pk=pk).first()
    return _running(instance) if instance else None


def consequences_for_instances(act: Act, release: Release) -> list[str]:
    """Say how many instances run a release, and what an act on it means for them."""
    if act not in MEANING:
        return []
    places = places_of(release)
    total = sum(place.instances for place in places)
    meaning = (ONE if total == 1 else MEANING)[act]
    sentences = [f"{told(places)}. {meaning}" if places else "No instance runs it."]
    if act in (Act.DEPRECATE, Act.QUARANTINE) and (back := _way_back(release)):
        who = "One instance" if back == 1 else f"{back} instances"
        still = "can still go back to it" if act is Act.DEPRECATE else "cannot go back to it any more"
        sentences.append(f"{who} that ran it before {still}.")
    return sentences


def _way_back(release: Release) -> int:
    before = Q(current_deployment__previous__release=release)
    restored = Q(current_deployment__restores__previous__release=release)
    now = Q(current_deployment__release=release)
    return Instance.objects.installed().filter(before | restored).exclude(now).count()


def _matches(word: str) -> Q:
    wanted = Q()
    for lookup in WORDS:
        wanted |= Q(**{lookup: word})
    number = word.lower().removeprefix("v")
    if number.isdecimal() and len(number) < 10:
        wanted |= Q(current_deployment__release__number=int(number))
    return wanted


def _running(instance: Instance) -> Running | None:
    if instance.current_deployment is None:
        return None
    label = f" ({instance.label})" if instance.label else ""
    name = f"{instance.owner_name}{label} · {instance.environment}"
    return Running(instance.pk, name, instance.current_deployment.release, instance.get_absolute_url())

from django.apps import AppConfig

# All but "retry_of", which empties itself where an earlier job is deleted.
JOB_COLUMNS = (
    "version_id",
    "step",
    "state",
    "build_id",
    "reason",
    "asked_by_id",
    "asked_by_name",
    "queued_at",
    "started_at",
    "finished_at",
    "sentence",
    "details",
)


class ConnectorsConfig(AppConfig):
    name = "apps.connectors"

    def ready(self) -> None:
        from apps.audit.triggers import frozen  # noqa: PLC0415 - models are loaded only now
        from apps.connectors import audit_verbs, checks, documents, fsck, navigation, outbox, own_uses, uses  # noqa: F401, PLC0415 - they register  # noqa: PLC0415
        from apps.connectors.models import Build, Document, Operation, PipelineJob  # noqa: PLC0415
        from apps.environments.users_of_environments import register_user_of_environments  # noqa: PLC0415

        for model in (Build, Document, Operation):
            frozen(model, deletable=True)
        frozen(PipelineJob, columns=JOB_COLUMNS, deletable=True, once="OLD.state IN ('succeeded', 'failed')")
        outbox.register()
        register_user_of_environments(own_uses.users_of_environment)
        uses.register_uses(uses.UseKind.ENVIRONMENT, find=own_uses.find_environments, count=own_uses.count_environments)
        uses.register_uses(uses.UseKind.CONNECTION, find=own_uses.find_connections, count=own_uses.count_connections)

from django.apps import AppConfig


class ConnectorsConfig(AppConfig):
    name = "apps.connectors"

    def ready(self) -> None:
        from apps.audit.triggers import frozen  # noqa: PLC0415 - models are loaded only now
        from apps.connectors import audit_verbs, checks, documents, navigation  # noqa: F401, PLC0415 - they register
        from apps.connectors.models import Build, Document, Operation, PipelineRecord  # noqa: PLC0415

        frozen(Build)
        frozen(Document)
        frozen(Operation)
        frozen(PipelineRecord)

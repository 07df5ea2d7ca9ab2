"""The adapter ``webhook``: the platform protocols over HTTP calls that both sides sign; ``docs/platform-webhook.yaml``.

Takes its settings (base URL, public hosts, secret from a file); gives one object that is ``Content`` and ``Messages``,
one that is ``Records``, and the checks that a platform's engineer runs against an endpoint. It believes nothing
unsigned, and never visits a host that is not the provider's.
"""

from comity.platform.webhook.adapter import Webhook
from comity.platform.webhook.records import WebhookRecords
from comity.platform.webhook.settings import WebhookSettings

__all__ = ["Webhook", "WebhookRecords", "WebhookSettings"]

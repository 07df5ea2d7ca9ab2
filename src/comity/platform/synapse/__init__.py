"""The adapter ``synapse``: a Matrix homeserver through its admin API.

Takes its settings (base URL, server name, tokens of an administrator and of an ordinary account); gives one object that
is ``Content`` and ``Messages``, and one that is ``Records``. It redacts and quarantines, never purges; says *cannot*
where the homeserver has no measure that fits, or none that can be undone; and contacts no server but the provider's.
"""

from comity.platform.synapse.adapter import Synapse
from comity.platform.synapse.addresses import MATRIX_TO
from comity.platform.synapse.records import SynapseRecords
from comity.platform.synapse.settings import SynapseSettings

__all__ = ["MATRIX_TO", "Synapse", "SynapseRecords", "SynapseSettings"]

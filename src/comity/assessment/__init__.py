"""The stage that asks the law about a demand.

Takes an entered ``Demand``, the provider's profile, what the platform said about its URLs, and known events; gives an
``Assessment`` and enters it. It never decides, never fetches, and never fills in what nobody has said.
"""

from comity.assessment.rules import assess_demand, order_of
from comity.assessment.service import enter_assessment

__all__ = ["assess_demand", "enter_assessment", "order_of"]

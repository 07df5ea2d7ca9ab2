"""What authorities are enrolled as, in people's words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise, lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from comity.pages import demands
from comity.registry.roles import roles

AUTHORITY_ROLE: Mapping[str, str | Promise] = {
    "12(1)(a)": _("issues removal orders"),
    "12(1)(b)": _("scrutinises cross-border orders"),
    "12(1)(c)": _("oversees specific measures"),
    "12(1)(d)": _("imposes penalties"),
    "2023/1543:issuing": _("issues production and preservation orders"),
    "2023/1543:validating": _("validates production and preservation orders"),
    "2023/1543:enforcing": _("enforces production and preservation orders"),
    "content:eu-dsa-art9": _("orders against illegal content (Regulation (EU) 2022/2065, Article 9)"),
    **{
        one: format_lazy("{}: {}", _("demands data"), lazy(demands.title, str)(one.removeprefix("data:")))
        for one in roles()
        if one.startswith("data:")
    },
}

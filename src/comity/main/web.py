"""How Django is set up, one door at a time: each door has its own addresses, cookies and middleware."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from comity.settings import Settings, UnusableSettings

_ROOMS = (
    "comity.casefile.records",
    "comity.casefile.audit",
    "comity.casefile.evidence",
    "comity.registry",
    "comity.intake",
    "comity.decision",
    "comity.execution.content",
    "comity.execution.disclosure",
    "comity.transparency",
    "comity.docket",
    "comity.docket.nights",
    "comity.matching.banks",
    "comity.matching.exchanges",
    "comity.matching.policy",
    "comity.docket.reviews",
    "comity.docket.hunts",
    "comity.docket.incidents",
    "comity.docket.threats",
    "comity.docket.hi1",
    "comity.pages",
    "comity.console",
    "comity.portal",
)
_BORROWED = (
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "oauth2_provider",
    "procrastinate.contrib.django",
)
_API = ("comity.api.middleware.ApiHeaders",)
_CONSOLE = (
    "django.middleware.security.SecurityMiddleware",
    "comity.console.middleware.SecurityHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "comity.console.middleware.StrongLogin",
)
_PUBLIC = (
    "django.middleware.security.SecurityMiddleware",
    "comity.public.middleware.SecurityHeaders",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
)
_PORTAL = (
    "django.middleware.security.SecurityMiddleware",
    "comity.portal.middleware.SecurityHeaders",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "comity.portal.middleware.Gate",
)
_DOORS: dict[str, tuple[str, ...]] = {
    "api": _API,
    "console": _CONSOLE,
    "portal": _PORTAL,
    "public": _PUBLIC,
    "none": _CONSOLE,
}
_STAFF_ONLY = ("allauth", "allauth.account", "allauth.mfa", "comity.console")
"""Log-in and console exist at the console's door (and where tables are made), nowhere else."""
_OFFICERS_ONLY = ("comity.portal",)
"""The same for the portal: staff and officers share no session, no cookie and no table of either."""
_CONTEXT = (
    "django.template.context_processors.request",
    "django.template.context_processors.i18n",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
)
_HASHERS = ("django.contrib.auth.hashers.ScryptPasswordHasher",)


def django_options(settings: Settings, *, database: dict[str, Any], secret_key: str, door: str) -> dict[str, Any]:
    """Everything Django is told. ``database`` names server, role and password; ``door`` may be ``none``."""
    staff, officers = door in ("console", "none"), door in ("portal", "none")
    absent = (() if staff else _STAFF_ONLY) + (() if officers else _OFFICERS_ONLY)
    return {
        "INSTALLED_APPS": [app for app in (*_BORROWED, *_ROOMS) if app not in absent],
        "DATABASES": {"default": database},
        "SECRET_KEY": secret_key,
        "USE_TZ": True,
        "TIME_ZONE": "UTC",
        "USE_I18N": True,
        "LANGUAGE_CODE": "en",
        "LANGUAGES": [("en", "English"), ("fr", "Français"), ("de", "Deutsch")],
        "LOCALE_PATHS": [Path(__file__).resolve().parents[1] / "locale"],
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "MIDDLEWARE": list(_DOORS[door]),
        "ROOT_URLCONF": f"comity.{door}.urls" if door != "none" else "comity.console.urls",
        "ALLOWED_HOSTS": ["*"],
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {"context_processors": list(_CONTEXT)},
            }
        ],
        "LOGGING_CONFIG": None,
        "DATA_UPLOAD_MAX_MEMORY_SIZE": 4 * 1024 * 1024,
        **_machines(),
        **(_identity(settings) if staff else {}),
        **_cookies(settings),
        **(_portal(settings) if officers else {}),
        **(portal_only() if door == "portal" else {}),
        **(_hi1(settings) if door == "api" else {}),
    }


def _hi1(settings: Settings) -> dict[str, Any]:
    """Where HI-1 is, by the operator's file, and whose word is taken about certificates; empty where there is none."""
    if settings.hi1 is None:
        return {"COMITY_HI1_PATH": "", "COMITY_HI1_PROXY": None}
    from comity.docket.machines import UnusableMachines, from_file  # noqa: PLC0415 -- only who opens that door pays

    try:
        file = from_file(settings.hi1)
        return {"COMITY_HI1_PATH": file.path, "COMITY_HI1_PROXY": file.named_by()}
    except UnusableMachines as error:
        message = f"COMITY_HI1: {error}"
        raise UnusableSettings(message) from error


def _portal(settings: Settings) -> dict[str, Any]:
    return {"COMITY_PORTAL_URL": settings.portal_url, "COMITY_PORTAL_PROXIES": settings.portal_proxies}


def portal_only() -> dict[str, Any]:
    """What holds at the portal's door alone: no user, no message and no session of Django's, cookies of its own."""
    return {
        "MIDDLEWARE": list(_PORTAL),
        "ROOT_URLCONF": "comity.portal.urls",
        "CSRF_COOKIE_NAME": "comity_portal_csrf",
        "CSRF_FAILURE_VIEW": "comity.portal.pages.failures.csrf_failed",
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {"context_processors": list(_CONTEXT[:2])},
            }
        ],
    }


def _identity(settings: Settings) -> dict[str, Any]:
    """Staff log in with a password and a second factor; nobody signs up by themselves."""
    return {
        "PASSWORD_HASHERS": list(_HASHERS),
        "AUTH_PASSWORD_VALIDATORS": [
            {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
            {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
        ],
        "AUTHENTICATION_BACKENDS": ["allauth.account.auth_backends.AuthenticationBackend"],
        "LOGIN_URL": "/accounts/login/",
        "LOGIN_REDIRECT_URL": "/",
        "ACCOUNT_ADAPTER": "comity.console.accounts.StaffAdapter",
        "ACCOUNT_LOGIN_METHODS": {"username"},
        "ACCOUNT_SIGNUP_FIELDS": ["username*", "password1*"],
        "ACCOUNT_EMAIL_VERIFICATION": "none",
        "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
        "MFA_PASSKEY_LOGIN_ENABLED": True,
        "MFA_TOTP_ISSUER": "Comity",
        "MFA_TOTP_TOLERANCE": 1,
        "MFA_ADAPTER": "comity.console.accounts.FactorAdapter",
        "ACCOUNT_SESSION_REMEMBER": False,
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": not settings.secure_cookies,
    }


def _machines() -> dict[str, Any]:
    """Authorities' machines log in by OAuth2 client credentials, for ten minutes at a time."""
    return {
        "OAUTH2_PROVIDER": {
            "ACCESS_TOKEN_EXPIRE_SECONDS": 600,
            "SCOPES": {"orders:file": "File orders", "orders:read": "Read the answers to your orders"},
            # Tokens are stored as checksums only; nobody who reads the table can use one.
            "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
        },
    }


def _cookies(settings: Settings) -> dict[str, Any]:
    return {
        "SESSION_COOKIE_NAME": "comity_staff",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Strict",
        "SESSION_COOKIE_SECURE": settings.secure_cookies,
        "SESSION_COOKIE_AGE": 12 * 3600,
        "CSRF_COOKIE_SECURE": settings.secure_cookies,
        "CSRF_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_SAMESITE": "Strict",
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "SECURE_REFERRER_POLICY": "same-origin",
        "X_FRAME_OPTIONS": "DENY",
    }

"""Where to connect to, and through which proxy: decided before a token is put on anything."""

import ipaddress
import ssl
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from hubevents_sync.errors import ConfigurationError
from hubevents_sync.hubspot.connections import ConnectionStack

# A request waits for its turn at the throttle, never for a connection.
_LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=1, keepalive_expiry=30.0)


def check_base_url(base_url: str) -> str:
    """*base_url* without a slash at its end. https anywhere, http on loopback only; else ConfigurationError."""
    try:
        parts = urlsplit(base_url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ConfigurationError("hubspot.base_url is no URL", hint="leave it out to use HubSpot itself") from error
    if not host or parts.scheme not in ("http", "https"):
        raise ConfigurationError(
            "hubspot.base_url is no https URL", hint="leave it out to use HubSpot itself, https://api.hubapi.com"
        )
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise ConfigurationError(
            "hubspot.base_url may have a host, a port and a path; it has a user, a query or a fragment",
            hint="secrets belong into hubspot.token",
        )
    if parts.scheme == "http" and not is_loopback(host):
        raise ConfigurationError(
            f"hubspot.base_url is http on {host}: the token would travel in the clear",
            hint="use https; http is accepted on loopback only (localhost, 127.0.0.1, ::1)",
        )
    return base_url.strip().rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether *host* is this machine: localhost, 127.0.0.0/8 or ::1."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def open_connections(base_url: str) -> ConnectionStack:
    """Connections to *base_url*, through the proxy that the environment names; never through one to loopback."""
    parts = urlsplit(base_url)
    # Reading the certificate store takes longer than starting up; plain http on loopback has no use for it.
    trust = httpx.create_ssl_context() if parts.scheme == "https" else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    proxy = _proxy_for(parts)

    def open_one() -> httpx.HTTPTransport:
        return httpx.HTTPTransport(verify=trust, limits=_LIMITS, proxy=proxy)

    try:
        return ConnectionStack(open_one(), open_one)
    except (ValueError, ImportError, httpx.InvalidURL) as error:
        # The proxy's URL may hold a password: it is not repeated.
        raise ConfigurationError(
            "the proxy that the environment names can't be used",
            hint="check HTTPS_PROXY, HTTP_PROXY and ALL_PROXY; a socks proxy needs: pip install 'httpx[socks]'",
        ) from error


def _proxy_for(parts: SplitResult) -> str | None:
    # httpx reads the environment itself, but only where it makes the transport.
    host = parts.hostname or ""
    if is_loopback(host) or proxy_bypass(host):
        return None
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    return f"http://{proxy}" if proxy and "://" not in proxy else proxy

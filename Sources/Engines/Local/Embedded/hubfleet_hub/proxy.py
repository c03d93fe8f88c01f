"""The hub's side of Traefik, which Hubfleet's engine starts beside the hub, and which outlives it.

The engine writes Traefik's static configuration; the hub writes the routes into a file that Traefik watches.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

import bcrypt
from jupyterhub.utils import new_token
from jupyterhub_traefik_proxy.fileprovider import TraefikFileProviderProxy
from jupyterhub_traefik_proxy.traefik_utils import deep_merge, generate_alias
from tornado.httpclient import HTTPClientError
from traitlets import default, observe

from . import routes


class LocalProxy(TraefikFileProviderProxy):
    """Traefik in a process of its own. A hub that starts anew keeps the routes, and so their connections."""

    poll_seconds = 0.02

    @default("should_start")
    def _should_start_default(self) -> bool:
        return False

    # MARK: who may ask Traefik

    @default("traefik_api_username")
    def _username_default(self) -> str:
        return "hubfleet"

    @default("traefik_api_password")
    def _password_default(self) -> str:
        token: str = new_token()
        return token

    @default("traefik_api_hashed_password")
    def _hashed_password_default(self) -> str:
        # Traefik computes it for each question. The password is long and random, so it need not be slow.
        hashed: bytes = bcrypt.hashpw(self.traefik_api_password.encode(), bcrypt.gensalt(rounds=4))
        return hashed.decode("ascii")

    # MARK: routes in the file

    @default("dynamic_config_handler")
    def _default_handler(self) -> routes.RoutesFile:
        return routes.RoutesFile(self.dynamic_config_file)

    @observe("dynamic_config_file")
    def _set_dynamic_config_file(self, change: Any) -> None:
        self.dynamic_config_handler = routes.RoutesFile(self.dynamic_config_file)

    @default("dynamic_config")
    def _load_dynamic_config(self) -> dict[str, Any]:
        """What the hub before this one wrote; rules are made anew, as this version makes them."""
        found: dict[str, Any] = {
            "http": {"routers": {}, "services": {}, "middlewares": {}},
            "jupyterhub": {"routes": {}},
        }
        try:
            for route in self.dynamic_config_handler.load()["jupyterhub"].get("routes", {}).values():
                made = self._dynamic_config_for_route(route["routespec"], route["target"], route["data"])
                deep_merge(found, {**made[0], "jupyterhub": made[1]})
        except FileNotFoundError:
            pass
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            self.log.warning("The routes in %s are made anew: %s", self.dynamic_config_file, error)
        return found

    def _dynamic_config_for_route(
        self, routespec: str, target: str, data: dict[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        traefik, jupyterhub = super()._dynamic_config_for_route(routespec, target, data)
        (alias,) = traefik["http"]["routers"]
        router = traefik["http"]["routers"][alias]
        router["rule"] = routes.rule(routespec)
        router["priority"] = routes.priority(routespec)
        if replaced := routes.rewriting(routespec):
            router["middlewares"] = [alias]
            traefik["http"]["middlewares"] = {alias: {"replacePathRegex": replaced}}
        return traefik, jupyterhub

    def _keys_for_route(self, routespec: str) -> tuple[Any, Any]:
        traefik, jupyterhub = super()._keys_for_route(routespec)
        alias = generate_alias(routespec, "router")
        if alias in self.dynamic_config["http"]["middlewares"]:
            traefik = (*traefik, ["http", "middlewares", alias])
        return traefik, jupyterhub

    # MARK: waiting for Traefik

    async def _wait_for_static_config(self) -> None:
        async def is_there() -> bool:
            await self._traefik_api_request(f"/api/entrypoints/{self.traefik_entrypoint}")
            return True

        await self._wait(is_there, f"Traefik does not answer at {self.traefik_api_url}")

    async def _wait_for_route(self, routespec: str) -> None:
        """Waits until Traefik leads to the wanted place; one that it led to earlier does not count."""
        alias, service = generate_alias(routespec, "router"), generate_alias(routespec, "service")
        wanted = self.dynamic_config["http"]["routers"][alias]["rule"]
        target = self.dynamic_config["http"]["services"][service]["loadBalancer"]["servers"][0]["url"]

        async def is_there() -> bool:
            router = await self._traefik_api_request(f"/api/http/routers/{alias}@{self.provider_name}")
            if json.loads(router.body).get("rule") != wanted:
                return False
            found = await self._traefik_api_request(f"/api/http/services/{service}@{self.provider_name}")
            return bool(json.loads(found.body)["loadBalancer"]["servers"][0]["url"] == target)

        await self._wait(is_there, f"Traefik does not take up the route {routespec}")

    async def _wait(self, is_there: Callable[[], Awaitable[bool]], failure: str) -> None:
        """Asks again and again until the answer is yes.

        Traefik may be starting, or still know the password of before.
        """
        deadline = time.monotonic() + self.check_route_timeout
        while True:
            try:
                if await is_there():
                    return
                why = "it is not there yet"
            except (OSError, HTTPClientError) as error:
                why = str(error)
            if time.monotonic() > deadline:
                raise TimeoutError(f"{failure}: {why}")
            await asyncio.sleep(self.poll_seconds)

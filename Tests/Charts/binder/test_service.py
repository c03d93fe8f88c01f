"""A real BinderHub with our configuration, without Kubernetes. Needs its source on the path: it is not on PyPI."""

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("binderhub.repoproviders", reason="BinderHub's source is not on the path")

from binderhub.app import BinderHub
from tornado.httpclient import AsyncHTTPClient

from samples import FILES, SERVICE

STREAM = {"Accept": "text/event-stream"}


@pytest.fixture(autouse=True)
def _one_at_a_time() -> Iterator[None]:
    yield
    BinderHub.clear_instance()


def application(tmp_path: Path, settings: Path) -> Any:
    """BinderHub as it starts in the cluster, but for Kubernetes and the registry."""
    config = tmp_path / "config.py"
    config.write_text(
        f"""
from pathlib import Path
from binder import service
c = get_config()
c.BinderHub.builder_required = False
c.BinderHub.use_registry = False
c.BinderHub.template_path = {str(FILES / "pages")!r}
service.configure(c, Path({str(settings)!r}))
"""
    )
    app = BinderHub()
    app.initialize([f"--config={config}"])
    return app


def visit(app: Any, *requests: tuple[str, dict[str, str]]) -> list[tuple[int, str]]:
    """What the pages answer, by status and text."""

    async def run() -> list[tuple[int, str]]:
        from tornado.httpserver import HTTPServer
        from tornado.testing import bind_unused_port

        socket, port = bind_unused_port()
        server = HTTPServer(app.tornado_app, xheaders=True)
        server.add_socket(socket)
        answers = []
        for path, headers in requests:
            url = f"http://127.0.0.1:{port}{path}"
            answer = await AsyncHTTPClient().fetch(url, headers=headers, raise_error=False)
            answers.append((answer.code, answer.body.decode()))
        server.stop()
        return answers

    return asyncio.run(run())


@pytest.fixture
def app(tmp_path: Path, write: Any) -> Any:
    async def make() -> Any:
        return application(tmp_path, write(SERVICE))

    return asyncio.run(make())


def test_every_setting_is_one_of_binderhub(app: Any) -> None:
    import binderhub.build
    import binderhub.quota
    import binderhub.ratelimit
    import binderhub.repoproviders

    modules = (
        binderhub.build,
        binderhub.quota,
        binderhub.ratelimit,
        binderhub.repoproviders,
        sys.modules["binderhub.app"],
    )
    ours = {name: section for name, section in app.config.items() if name != "Application"}
    for name, section in ours.items():
        kind = next(getattr(module, name) for module in modules if hasattr(module, name))
        for trait in section:
            assert trait in kind.class_traits(config=True), f"{name}.{trait}"


def test_limits_arrive(app: Any) -> None:
    settings = app.tornado_settings
    assert (settings["rate_limiter"].limit, settings["rate_limiter"].period_seconds) == (3, 3600)
    assert settings["launch_quota"].total_quota == 5
    assert settings["per_repo_quota"] == 2
    assert app.concurrent_build_limit == 1
    assert app.build_cleaner_class(parent=app, kube=object()).max_age == 600
    assert list(app.repo_providers) == ["gh"]


def test_pages_have_the_name_and_no_token(app: Any) -> None:
    [(code, page)] = visit(app, ("/v2/gh/example-org/book/HEAD", {}))
    assert code == 200
    assert "<title>A &amp; B</title>" in page
    config = json.loads(page.split("window.pageConfig = ", 1)[1].split(";</script>", 1)[0])
    assert config["logoUrl"] == "https://example.org/logo.svg"
    assert "<i>About us</i>" in config["aboutMessage"]
    assert 'href="mailto:help@example.org"' in config["bannerHtml"]
    assert config["badgeBaseUrl"] == "https://binder.example.org/"
    assert "buildToken" not in page


def test_launches_of_one_address_are_counted(app: Any) -> None:
    # Refused for another reason, which comes after counting, so that nothing is fetched.
    link = "/build/gh/example-org/bad/HEAD"
    first, second = ({**STREAM, "X-Real-IP": address} for address in ("203.0.113.1", "203.0.113.2"))
    answers = visit(app, *[(link, first)] * 4, (link, second))
    texts = [text for _, text in answers]
    assert all("not allowed to launch" in text for text in (*texts[:3], texts[4]))
    assert '"status_code": 429' in texts[3]


@pytest.mark.parametrize(
    "link",
    [
        "gh/other/book/HEAD",
        "gh/example-org/bad/HEAD",
        "gh/example-org/b%61d/HEAD",
        "git/https%3A%2F%2Fgithub.com%2Fother%2Fbook/HEAD",
        "gist/example-org/0a1b2c/HEAD",
    ],
)
def test_links_of_others_are_refused(app: Any, link: str) -> None:
    [(_, text)] = visit(app, (f"/build/{link}", STREAM))
    assert "not allowed to launch" in text or "No provider found" in text


def test_banned_networks(app: Any) -> None:
    [(code, _)] = visit(app, ("/", {"X-Real-IP": "192.0.2.9"}))
    assert code == 403


def test_login_sends_to_the_hub(tmp_path: Path, write: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "x")
    monkeypatch.setenv("JUPYTERHUB_API_URL", "http://127.0.0.1:1/hub/api")
    monkeypatch.setenv("JUPYTERHUB_CLIENT_ID", "service-binder")
    monkeypatch.setenv("JUPYTERHUB_HOST", "https://hub.example.org")
    monkeypatch.setenv("JUPYTERHUB_BASE_URL", "/")
    monkeypatch.setenv("JUPYTERHUB_SERVICE_NAME", "binder")
    monkeypatch.setenv("JUPYTERHUB_OAUTH_CALLBACK_URL", "https://binder.example.org/oauth_callback")

    async def first_redirect() -> str:
        app = application(tmp_path, write(SERVICE, loginEnabled=True))
        from tornado.httpserver import HTTPServer
        from tornado.testing import bind_unused_port

        socket, port = bind_unused_port()
        server = HTTPServer(app.tornado_app, xheaders=True)
        server.add_socket(socket)
        url = f"http://127.0.0.1:{port}/v2/gh/example-org/book/HEAD"
        answer = await AsyncHTTPClient().fetch(url, follow_redirects=False, raise_error=False)
        server.stop()
        return answer.headers["Location"]

    location = asyncio.run(first_redirect())
    assert location.startswith("https://hub.example.org/hub/api/oauth2/authorize?client_id=service-binder")
    assert "redirect_uri=https%3A%2F%2Fbinder.example.org%2Foauth_callback" in location

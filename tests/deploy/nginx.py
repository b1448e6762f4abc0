"""Debian's nginx as a process of our own: with ``deploy/nginx.conf``, or bare as a measure for it."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from statuspage.stores import headers

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
PROGRAM = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
BROTLI = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")
TEMPORARY = ("client_body", "proxy", "fastcgi", "scgi", "uwsgi")
PATIENCE = 5.0  # seconds until it listens, and until it has ended


class Missing(Exception):
    """There is no nginx on this machine."""


@contextmanager
def nginx(
    root: Path,
    folder: Path,
    *,
    bare: bool = False,
    port: int | None = None,
    upstream: str = "127.0.0.1:9",
    names: tuple[str, ...] = ("127.0.0.1", "localhost"),
    workers: int = 1,
    brotli: bool = BROTLI.exists(),
    cached: bool = False,
    certificate: tuple[Path, Path] | None = None,
    private: tuple[str, ...] | None = None,
) -> Iterator[str]:
    """Serve the published tree at ``root`` and yield the address, such as ``http://127.0.0.1:4711``.

    ``folder`` gets the configuration and the logs. ``bare`` serves ``root`` as plain files with the same headers, the
    same types and the same compressed twins and nothing else: the measure for everything that we add.
    With a ``certificate`` (chain, key) the address is https, and ``port`` leads there. ``private`` are the networks of
    operators. ``cached``: the server around ours keeps files open. Raises :class:`Missing` where there is no nginx.
    """
    if PROGRAM is None:
        raise Missing("nginx is missing: apt install nginx-light libnginx-mod-http-brotli-static")
    port, tls_port = port or free_port(), free_port()
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(DEPLOY / "bridgewatch", folder / "bridgewatch", dirs_exist_ok=True)
    (folder / "nginx.conf").write_text(_main(workers, brotli=brotli, cached=cached))
    for file in (folder / "bridgewatch").iterdir():
        file.write_text(_changed(file.read_text(), root, port, tls_port, upstream, names, brotli, certificate))
    if private is not None:
        allowed = "".join(f"allow {network};\n" for network in private)
        (folder / "bridgewatch" / "private.conf").write_text(f"{allowed}deny all;\n")
    if bare:
        (folder / "bridgewatch" / "site.conf").write_text(_bare(root, port, brotli=brotli))
    command = [PROGRAM, "-p", f"{folder}/", "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    process = subprocess.Popen([*command, "-g", "daemon off; pid nginx.pid;"], stderr=subprocess.PIPE, text=True)
    try:
        _wait_for(port, process)
        yield f"https://127.0.0.1:{tls_port}" if certificate else f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stderr.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def _main(workers: int, *, brotli: bool, cached: bool) -> str:
    """The complete configuration as it ships, without what only a machine's own nginx has."""
    text = (DEPLOY / "nginx.conf").read_text()
    text = _put(text, r"user www-data;", "user root;" if os.geteuid() == 0 else "")  # reads pytest's private folders
    text = _put(text, r"worker_processes auto;", f"worker_processes {workers};")
    text = _put(text, r"include /etc/nginx/modules-enabled.*", f"load_module {BROTLI};" if brotli else "")
    paths = "".join(f"{name}_temp_path temp-{name};\n" for name in TEMPORARY)
    keeps = "open_file_cache max=1000; open_file_cache_valid 60s;\n" if cached else ""
    return _put(text, r"http \{", f"http {{\n{keeps}{paths}")


def _changed(text, root, port, tls_port, upstream, names, brotli, certificate) -> str:
    """One file of ours with every line changed that is marked CHANGE."""
    changes = {
        r"server 127\.0\.0\.1:8000;": f"server {upstream};",
        r"root /srv/bridgewatch/published;": f"root {root};",
        r"listen 80\b": f"listen 127.0.0.1:{port}",
        r"listen 443\b": f"listen 127.0.0.1:{tls_port}",
        r"listen \[::\].*": "",
        r'server_name status\.example\.com "";': f'server_name {" ".join(names)} "";',
    }
    if certificate:
        changes[r"ssl_certificate /.*pem;"] = f"ssl_certificate {certificate[0]};"
        changes[r"ssl_certificate_key /.*pem;"] = f"ssl_certificate_key {certificate[1]};"
    wanted = {"brotli": brotli, "tls": certificate, "hsts": certificate}
    for name in [name for name in wanted if wanted[name]]:
        changes[rf"# include bridgewatch/{name}\.conf;"] = f"include bridgewatch/{name}.conf;"
    for old, new in changes.items():
        text = re.sub(rf"(?m)^(\s*){old}", lambda match, new=new: match[1] + new, text)
    return text


def _bare(root: Path, port: int, *, brotli: bool) -> str:
    """The least that sends the same: the headers stand there as words, nothing is looked up."""
    sent = [f'add_header {name} "{value}";' for name, value in headers.for_path("index.html").items()]
    return f"""
        server {{
            listen 127.0.0.1:{port};
            root {root};
            include bridgewatch/types.conf;
            sendfile on;
            tcp_nopush on;
            access_log off;
            server_tokens off;
            keepalive_requests 10000;
            max_ranges 0;
            gzip_static on;
            {"brotli_static on;" if brotli else ""}
            add_header Last-Modified "";
            {" ".join(sent)}
        }}
    """


def _put(text: str, old: str, new: str) -> str:
    text, count = re.subn(rf"(?m)^{old}", lambda match: new, text)
    if count != 1:
        raise ValueError(f"deploy/ has {count} lines like {old}, and not one.")
    return text


def _wait_for(port: int, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"nginx ended at once: {process.stderr.read()}")
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.02)
    raise RuntimeError("nginx does not listen.")

#!/usr/bin/env python3
"""Pack the product for AWS Lambda, from a lock, the same bytes each time.

    python3 scripts/build_lambda.py                  dist/mail-arm64.zip and dist/site-arm64.zip
    python3 scripts/build_lambda.py --with-semantic  dist/pairing-arm64.zip, for the one that pairs
    … --arch x86_64                                  serverless.yml wants arm64

Needs the environment that `dev.py` sets up, for its pip; no Docker and no compiler: wheels only.
What no function of a package ever reads is left out of it. Of all: botocore's descriptions of
services that we do not ask, and Babel's of languages that we have no words in. The functions that
send and hear what became of it do without what pages, feeds and pairing need; the one that pairs,
whose package holds the model that tells what launches mean, without what only the site needs.
"""

import argparse
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
OURS = ("digest", "sources", "db", "templates")
PYTHON = "3.13"  # the runtime that serverless.yml names
PLATFORMS = {"arm64": "aarch64", "x86_64": "x86_64"}
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip knows
ASKED = {"sesv2", "sns", "sqs", "secretsmanager", "sts", "sso", "sso-oidc", "signin"}
LANGUAGES = {"root", "en", *(file.stem for file in (ROOT / "templates" / "locale").glob("*.po"))}
FOLDERS = {"__pycache__", "tests", "test", "bin", "include"}
ENDINGS = {".pyi", ".pyx", ".pxd", ".pxi", ".c", ".h", ".hpp", ".a"}


class Package(NamedTuple):
    """`limit` is what it may be unpacked, in bytes. `without` is what its functions never load, by
    how the names of files begin."""

    name: str
    limit: int
    without: tuple[str, ...] = ()


# Of everything: what has no use here.
UNUSED = ("lxml/objectify", "sqlalchemy/testing", "numpy/f2py")
# Of the site: pages, pictures, passkeys, signatures of SNS.
SITE_ALONE = (
    *("fastapi", "starlette", "uvicorn", "mangum", "multipart", "python_multipart"),
    *("PIL", "pillow", "font_source_sans_pro", "brotli", "_brotli", "prometheus_client"),
    *("webauthn", "cbor2", "OpenSSL", "pyopenssl", "cryptography", "cffi", "_cffi_backend"),
    *("pycparser", "pyasn1", "opentelemetry", "dns", "h11", "anyio"),
)

MAIL = Package(
    "mail",
    60 * 10**6,
    (
        *(UNUSED + SITE_ALONE),
        # what reads the web: feeds, pages, tables of verdicts
        *("aiohttp", "multidict", "yarl", "propcache", "frozenlist", "feedparser", "sgmllib"),
        *("fastfeedparser", "cchardet", "faust_cchardet", "pydantic"),
        # what ranks opponents and finds the same tool again
        *("numpy", "bm25s", "Stemmer", "pystemmer", "rapidfuzz"),
        # what asks a machine at the door for its proof of work
        *("altcha", "disposable_email_domains"),
    ),
)
SITE = Package("site", 250 * 1024**2, UNUSED)
PAIRING = Package(
    "pairing",
    240 * 10**6,
    (
        *(UNUSED + SITE_ALONE),
        # what tokenizers would fetch by, and what onnxruntime makes models with
        *("huggingface_hub", "hf_xet", "fsspec", "filelock", "tqdm", "yaml", "_yaml", "pyyaml"),
        *("httpx2", "httpcore2", "truststore", "google", "protobuf"),
        *("onnxruntime/transformers", "onnxruntime/quantization", "onnxruntime/tools"),
        # what there is another way to do as well
        *("rapidfuzz/fuzz_cpp_avx2", "rapidfuzz/distance/metrics_cpp_avx2"),
    ),
)
PACKAGES = {one.name: one for one in (MAIL, SITE, PAIRING)}
FROM = {"requirements-lambda.lock": (MAIL, SITE), "requirements-pairing.lock": (PAIRING,)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--arch", choices=sorted(PLATFORMS), default="arm64")
    parser.add_argument("--with-semantic", action="store_true")
    given = parser.parse_args()
    lock = "requirements-pairing.lock" if given.with_semantic else "requirements-lambda.lock"
    folder = ROOT / "dist" / f"{Path(lock).stem}-{given.arch}"
    shutil.rmtree(folder, ignore_errors=True)
    if code := install(ROOT / lock, folder, PLATFORMS[given.arch]):
        return code
    for name in OURS:
        shutil.copytree(ROOT / name, folder / name)
    return max([make(package, folder, given.arch) for package in FROM[lock]])


def make(package: Package, folder: Path, arch: str) -> int:
    """The zip of a package; 1 where it is larger than it may be."""
    files = sorted(kept(folder, package.without))
    packed = pack(folder, files, folder.parent / f"{package.name}-{arch}.zip")
    size = sum(file.stat().st_size for file in files)
    said = f"{packed.relative_to(ROOT)}: {packed.stat().st_size / 1e6:.1f} MB, "
    print(f"{said}unpacked {size / 1e6:.1f} MB in {len(files)} files")
    return 0 if size < package.limit else 1


def install(lock: Path, folder: Path, machine: str) -> int:
    """The packages of a lock, as they are for that machine."""
    pip = [sys.executable, "-m", "pip", "--python", str(ROOT / ".venv" / "bin" / "python3")]
    pip += ["install", "--quiet", "--disable-pip-version-check", "--root-user-action=ignore"]
    pip += ["--target", str(folder), "--python-version", PYTHON, "--only-binary", ":all:"]
    for glibc in ("2_28", "2_17"):
        pip += ["--platform", f"manylinux_{glibc}_{machine}"]
    pip += ["--platform", f"manylinux2014_{machine}", "--no-deps", "--no-compile"]
    done = subprocess.run([*pip, "--require-hashes", "-r", str(lock)], check=False)
    return done.returncode


def kept(folder: Path, without: tuple[str, ...]) -> Iterator[Path]:
    """The files that a function may read."""
    for file in folder.rglob("*"):
        path = file.relative_to(folder)
        *folders, name = path.parts
        ours = path.parts[0] in OURS  # whose `__init__.pyi` say what is loaded when it is asked for
        needed = not (FOLDERS & {*folders}) and (ours or file.suffix not in ENDINGS)
        needed = needed and not path.as_posix().startswith(without)
        if file.is_file() and needed and _told(folders, name):
            yield file


def _told(folders: list[str], name: str) -> bool:
    """Whether data of a package is of a service that we ask, or of a language that we speak."""
    match folders:
        case ["botocore", "data", service, *_]:
            return service in ASKED
        case ["babel", "locale-data"]:
            return re.split(r"[_.]", name)[0] in LANGUAGES
    return True


def pack(folder: Path, files: list[Path], packed: Path) -> Path:
    """A zip that depends on the files alone: sorted, without dates, all readable by all."""
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as whole:
        for file in files:
            entry = zipfile.ZipInfo(str(file.relative_to(folder)), EPOCH)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            whole.writestr(entry, file.read_bytes())
    return packed


if __name__ == "__main__":
    sys.exit(main())

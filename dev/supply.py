"""`make sbom` and `make audit`: what the portal is made of, and whether a hole is known in any of it."""

import json
import re
import subprocess
import venv
from hashlib import sha256
from importlib import metadata
from typing import NamedTuple

from dev import environment
from dev.console import ROOT, VAR, Problem, say, step

# What every installation runs, and that with what those with object storage run besides.
ALWAYS, LOCKED = (ROOT / "requirements" / name for name in ("run.txt", "object-storage.txt"))
SBOM = VAR / "sbom.cdx.json"
PACKAGE = re.compile(r"^(?P<name>[a-z0-9][a-z0-9._-]*)(?:\[[^]]*\])?==(?P<version>[^ ;\\]+)", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
DKFDS, BADGES = "static/vendor/dkfds/11.2.0", "events/badges/fonts"


class Vendored(NamedTuple):
    """What is no Python package and comes along all the same, in git.

    Attributes:
        purl: where it is from.
        files: patterns of its files, each with the licence that those are under.
    """

    purl: str
    files: dict[str, str]

    def parts(self) -> list[tuple[str, str]]:
        """Each file by its path, with its licence."""
        return [
            (str(file.relative_to(ROOT)), licence)
            for pattern, licence in self.files.items()
            for file in sorted(ROOT.glob(pattern))
        ]


VENDORED = (
    Vendored(
        "pkg:npm/dkfds@11.2.0",
        {
            f"{DKFDS}/dkfds.css": "MIT",
            f"{DKFDS}/icons.svg": "Apache-2.0",
            f"{DKFDS}/icons/*.svg": "Apache-2.0",
            f"{DKFDS}/fonts/*.woff2": "OFL-1.1",
        },
    ),
    Vendored("pkg:generic/dejavu-fonts@2.37", {f"{BADGES}/DejaVu*.ttf": "Bitstream-Vera"}),
    Vendored("pkg:generic/droid-sans-fallback@1.00", {f"{BADGES}/Droid*.ttf": "Apache-2.0"}),
)


class Package(NamedTuple):
    """A locked package: what pip may install it from, by SHA-256."""

    name: str
    version: str
    hashes: list[str]


def sbom() -> int:
    """Writes what production may run as a CycloneDX bill of materials, the same bytes for the same lock files."""
    environment.prepare("dev")
    SBOM.parent.mkdir(parents=True, exist_ok=True)
    always = {package.name for package in packages_in(ALWAYS.read_text())}
    bill = bill_of(packages_in(LOCKED.read_text()), always=always)
    SBOM.write_text(json.dumps(bill, indent=2, ensure_ascii=False) + "\n")
    say(f"{len(bill['components'])} dele står i {SBOM.relative_to(ROOT)}.")
    return 0


def packages_in(lock: str) -> list[Package]:
    """The packages of a lock file. Raises Problem where one has no hash."""
    starts = [*PACKAGE.finditer(lock)]
    ends = [*(each.start() for each in starts[1:]), len(lock)]
    packages = [
        Package(each["name"], each["version"], HASH.findall(lock[each.end() : end]))
        for each, end in zip(starts, ends, strict=True)
    ]
    for package in packages:
        if not package.hashes:
            raise Problem(
                f"{package.name} er låst uden kontrolsum i {LOCKED.name}. Kør requirements/compile."
            )
    return packages


def bill_of(packages: list[Package], *, always: set[str]) -> dict:
    """A bill of materials by CycloneDX 1.6 (ECMA-424).

    Args:
        always: the names of those that no installation is without; the others are optional.
    """
    version = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)[1]
    portal = {"type": "application", "bom-ref": "erhvervspanel", "name": "erhvervspanel", "version": version}
    parts = [
        component(package) | ({} if package.name in always else {"scope": "optional"}) for package in packages
    ]
    parts += [vendored(each) for each in VENDORED]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": portal},
        "components": parts,
        "dependencies": [{"ref": "erhvervspanel", "dependsOn": [part["bom-ref"] for part in parts]}],
    }


def component(package: Package) -> dict:
    """A package as the bill names it. Its hashes are of the files that it may be installed from, one for each platform."""
    purl = f"pkg:pypi/{package.name}@{package.version}"
    files = [
        {"type": "distribution", "url": purl, "hashes": [{"alg": "SHA-256", "content": content}]}
        for content in package.hashes
    ]
    part = {
        "type": "library",
        "bom-ref": purl,
        "name": package.name,
        "version": package.version,
        "purl": purl,
    }
    licence = licence_of(package.name)
    return (
        part
        | ({"licenses": [{"license": {"name": licence}}]} if licence else {})
        | {"externalReferences": files}
    )


def vendored(what: Vendored) -> dict:
    """What lies in git as the bill names it, with each file, its licence and its hash."""
    name, _, version = what.purl.rpartition("/")[2].partition("@")
    files = [
        {
            "type": "file",
            "bom-ref": path,
            "name": path,
            "hashes": [{"alg": "SHA-256", "content": sha256((ROOT / path).read_bytes()).hexdigest()}],
            "licenses": [{"license": {"id": licence}}],
        }
        for path, licence in what.parts()
    ]
    return {
        "type": "library",
        "bom-ref": what.purl,
        "name": name,
        "version": version,
        "purl": what.purl,
        "licenses": [{"license": {"id": licence}} for licence in dict.fromkeys(what.files.values())],
        "components": files,
    }


def licence_of(name: str) -> str:
    """What the installed package says of its licence; "" where it is not installed here, or says nothing short."""
    installed = [str(folder) for folder in environment.VENV.glob("lib/python*/site-packages")]
    found = next(iter(metadata.distributions(name=name, path=installed)), None)
    if found is None:
        return ""
    told = found.metadata
    licence = told.get("License-Expression") or told.get("License") or ""
    return licence if 0 < len(licence) <= 80 and "\n" not in licence else ""


def audit() -> int:
    """Holds the locked packages against the known vulnerabilities. It needs the internet, and fails where one is found."""
    tool = VAR / "audit"
    if not (tool / "bin" / "pip-audit").exists():
        with step("Henter pip-audit"):
            venv.create(tool, with_pip=True, clear=True)
            pip = [
                tool / "bin" / "pip",
                "install",
                "--quiet",
                "--require-hashes",
                "-r",
                ROOT / "requirements" / "audit.txt",
            ]
            if subprocess.run(pip, check=False).returncode:
                raise Problem("pip-audit kan ikke hentes. Der skal være forbindelse til pakkeregisteret.")
    result = subprocess.run(
        [
            tool / "bin" / "pip-audit",
            "--require-hashes",
            "--disable-pip",
            "--strict",  # what cannot be looked up is no good news
            "--progress-spinner=off",
            "-r",
            LOCKED,
        ],
        check=False,
    )
    return result.returncode

"""The package as a file: what is in it, and that it tells the truth."""

import os
import re
import shutil
import subprocess

import pytest
from machine import ROOT

PROGRAMS = ["tuijin", "tuijin-collector", "tuijin-aggregator", "tuijin-dashboard"]
UNITS = sorted(unit.name for unit in (ROOT / "deploy" / "systemd").glob("*.service"))
SERVICES = [unit.removesuffix(".service") for unit in UNITS]
# Not for the file of settings: what the unit itself says, and what no service is to do.
ELSEWHERE = {"TUIJIN_SECRET_KEY", "TUIJIN_AUTHORIZED_KEYS", "TUIJIN_PLAINTEXT", "TUIJIN_TODAY",
             "TUIJIN_STATE", "TUIJIN_FROM_NOW", "TUIJIN_ONCE", "TUIJIN_DIGEST", "TUIJIN_JSON",
             "TUIJIN_WEBHOOK_HEADER", "TUIJIN_WEBHOOK_SECRET"}


def tell(*command, **how):
    return subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True,
                          timeout=120, **how).stdout


def command_of(service):
    return ["tuijin", "notify"] if service == "tuijin-notify" else [service]


def test_lintian_finds_nothing(deb):
    if shutil.which("lintian") is None:
        pytest.skip("needs lintian (tools/deps.sh deb)")
    assert tell("lintian", "--allow-root", deb) == ""


def test_the_programs_the_sources_and_the_package_have_one_version(deb, unpacked):
    log = (ROOT / "debian" / "changelog").read_text()
    version = re.match(r"tuijin \(([0-9.]+)\)", log)[1]
    assert tell("dpkg-deb", "-f", deb, "Version").strip() == version
    for program in PROGRAMS:
        assert tell(unpacked / "usr/bin" / program, "--version").split()[1] == version
    for page in (ROOT / "debian" / "man").glob("*.8"):
        assert f'"tuijin {version}"' in page.read_text().splitlines()[0]


def test_it_is_all_there(unpacked):
    wanted = [f"usr/bin/{program}" for program in PROGRAMS]
    wanted += [f"lib/systemd/system/{unit}" for unit in UNITS]
    wanted += [f"etc/tuijin/{name.removeprefix('tuijin-')}.env" for name in SERVICES]
    wanted += [f"usr/share/bash-completion/completions/{program}" for program in PROGRAMS]
    wanted += [f"usr/share/tuijin/deploy/{name}" for name in (
        "users.acl", "redis.conf", "redis-passwords", "prometheus/tuijin.rules.yml",
        "grafana/dashboards/tuijin.json", "stunnel/redis-client.conf")]
    for language in ("", "zh_CN/"):
        wanted += [f"usr/share/man/{language}man8/tuijin-{name}.8.gz"
                   for name in ("collector", "aggregator", "dashboard", "setup", "backup")]
        wanted += [f"usr/share/man/{language}man1/tuijin-{name}.1.gz"
                   for name in ("report", "plan-check", "doctor", "notify")]
    wanted += ["usr/sbin/tuijin-setup", "usr/share/tuijin/plans/ipr-2026.yaml",
               "usr/share/doc/tuijin/README.md", "usr/share/doc/tuijin/docs/operations.md"]
    assert [name for name in wanted if not os.path.lexists(unpacked / name)] == []


def test_nothing_points_elsewhere(unpacked):
    """No path of an installation by hand, and no document that is named and lacks."""
    told = subprocess.run(["grep", "-rlI", "/usr/local/lib/systemd", unpacked / "lib",
                           unpacked / "usr/share/tuijin", unpacked / "usr/share/doc"],
                          capture_output=True, text=True, timeout=60)
    assert told.stdout == ""
    for unit in (unpacked / "lib/systemd/system").iterdir():
        for place in re.findall(r"Documentation=file://(\S+)", unit.read_text()):
            assert (unpacked / place.lstrip("/")).is_file(), f"{unit.name}: {place}"


def test_documents_find_one_another(unpacked):
    doc = unpacked / "usr/share/doc/tuijin"
    for page in [doc / "README.md", *sorted((doc / "docs").glob("*.md")), doc / "deploy/README.md"]:
        shown = page.relative_to(doc)
        # Through the links, as a reader goes: the deploy folder's README is one level below.
        for link in re.findall(r"\]\(([^)#:]+)[^):]*\)", page.read_text(encoding="utf-8")):
            target = os.path.normpath(doc / shown.parent / link)
            assert os.path.exists(target), f"{shown}: {link}"


def test_programs_are_hardened(unpacked):
    for program in PROGRAMS:
        path = unpacked / "usr/bin" / program
        assert "BIND_NOW" in tell("readelf", "-d", path) and "GNU_RELRO" in tell("readelf", "-lW", path)
        assert re.search(r"Type:\s+DYN", tell("readelf", "-h", path))
        assert "__stack_chk_fail" in tell("readelf", "-sW", "--dyn-syms", path)
        assert "_chk@GLIBC" in tell("readelf", "-sW", "--dyn-syms", path)


def test_units_are_those_of_the_sources(unpacked):
    for name in UNITS:
        source = (ROOT / "deploy" / "systemd" / name).read_text()
        packaged = (unpacked / "lib/systemd/system" / name).read_text()
        assert packaged == source.replace("file:///usr/local/share/", "file:///usr/share/")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_units_are_locked_in(unpacked):
    for name in UNITS:
        tell("systemd-analyze", "--no-pager", "security", "--offline=true", "--threshold=15",
             unpacked / "lib/systemd/system" / name)


def test_each_service_has_a_user_of_its_own(unpacked):
    """Of the name that DynamicUser= gives it, so that none of them is another's."""
    told = (unpacked / "usr/lib/sysusers.d/tuijin.conf").read_text()
    assert sorted(re.findall(r"^u (\S+) - ", told, re.M)) == SERVICES
    for unit in UNITS:
        text = (unpacked / "lib/systemd/system" / unit).read_text()
        assert "\nDynamicUser=yes\n" in text and "\nUser=" not in text


def test_a_script_that_names_services_names_all(unpacked):
    stopped = (unpacked / "DEBIAN/prerm").read_text()
    assert set(re.findall(r"(tuijin-\w+)\.service", stopped)) == set(SERVICES)
    purged = (unpacked / "DEBIAN/postrm").read_text()
    users = re.search(r"for name in ([a-z ]+); do\n\t\tif getent", purged)[1].split()
    assert sorted(f"tuijin-{name}" for name in users) == SERVICES


OWN = {name: f"{letter * 40} @{role} {name}\n" for name, letter, role in (
    ("dashboard", "D", "subscriber"), ("notify", "N", "subscriber"), ("operator", "O", "operator"))}
LISTS = {  # what is in it, and whether it stays
    "empty": ("", False), "as tuijin-setup makes it": (OWN["dashboard"] + OWN["operator"], False),
    "with our notify": ("".join(OWN.values()) + "\n", False),
    "with an agency whose open key lies there": (OWN["dashboard"] + "S" * 40 + " sta\n", True),
    "with an agency": (OWN["dashboard"] + "C" * 40 + " cnipa\n" + OWN["operator"], True),
    "with an operator that is not ours": ("X" * 40 + " @operator operator", True),
    "with a comment": (OWN["dashboard"] + "# asked for on 2026-11-22\n", True)}


def purge(folder):
    """The script on a machine in a folder, which knows no users."""
    script = (ROOT / "debian" / "tuijin.postrm").read_text()
    (folder / "bin").mkdir()
    (folder / "bin" / "getent").symlink_to("/bin/false")
    tell("sh", "-c", re.sub(r"/(etc|var)/", rf"{folder}/\1/", script), "postrm", "purge",
         env={**os.environ, "PATH": f"{folder}/bin:{os.environ['PATH']}"})


@pytest.mark.parametrize("name", LISTS)
def test_a_list_with_lines_of_others_outlives_a_purge(tmp_path, name):
    content, stays = LISTS[name]
    place = tmp_path / "etc" / "tuijin"
    place.mkdir(parents=True)
    (place / "authorized_keys").write_text(content)
    for key, line in OWN.items():
        (place / f"{key}.pub").write_text(line)
        (place / f"{key}.key").write_text("secret\n")
    if "sta\n" in content:
        (place / "sta.pub").write_text("S" * 40 + " sta\n")
    purge(tmp_path)
    left = {p.name for p in place.glob("*")} if place.exists() else set()
    assert left - {"sta.pub"} == ({"authorized_keys"} if stays else set())
    assert place.exists() == stays
    assert not stays or (place / "authorized_keys").read_text() == content


@pytest.mark.parametrize("kept", [[], ["agencies.txt"]])
def test_a_purge_without_a_list_leaves_what_is_there(tmp_path, kept):
    place = tmp_path / "etc" / "tuijin"
    place.mkdir(parents=True)
    for name in kept:
        (place / name).touch()
    purge(tmp_path)
    assert [p.name for p in place.glob("*")] == kept


@pytest.mark.parametrize("service", SERVICES)
def test_settings_are_all_flags_and_say_what_holds(unpacked, service):
    text = (unpacked / "etc/tuijin" / f"{service.removeprefix('tuijin-')}.env").read_text()
    name, *words = command_of(service)
    shown = tell(unpacked / "usr/bin" / name, *words, "--help", env={**os.environ, "LC_ALL": "C"})
    defaults = {name: told for told, name in re.findall(r"\[([^][]*?)(TUIJIN_[A-Z_]+)\]", shown)}
    settings = dict(re.findall(r"^#?(TUIJIN_[A-Z_]+)=(.*)$", text, re.M))
    assert set(settings) | ELSEWHERE == set(defaults) | ELSEWHERE
    assert not set(settings) & ELSEWHERE
    for variable, told in defaults.items():
        preset = re.match(r"default ([^;\s]+);", told)
        if preset and variable in settings and variable != "TUIJIN_REDIS":
            assert settings[variable] == preset[1]
    unit = (unpacked / "lib/systemd/system" / f"{service}.service").read_text()
    redis = re.search(r"^Environment=TUIJIN_REDIS=(.*)$", unit, re.M)[1]
    assert settings["TUIJIN_REDIS"] == redis.replace("%d", f"/run/credentials/{service}.service")


def test_only_settings_are_configuration_and_only_root_reads_them(deb, unpacked):
    conffiles = (unpacked / "DEBIAN/conffiles").read_text().split()
    assert sorted(conffiles) == sorted(f"/etc/tuijin/{s.removeprefix('tuijin-')}.env" for s in SERVICES)
    for line in tell("dpkg-deb", "-c", deb).splitlines():
        if "./etc/tuijin/" in line and not line.endswith("/"):
            assert line.startswith("-rw------- root/root"), line

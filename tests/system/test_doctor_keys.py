"""tuijin doctor: what it says of key files, passwords, authorized_keys, and who of a plan has a key."""

import json
import os
import shutil
import subprocess
import tempfile
from datetime import datetime, timedelta, timezone

import pytest
from doctoring import Pretender, codes, environment, examine, free_port, one
from harness import BUILD, PLAN, World

NOBODY = ("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups")


@pytest.fixture
def folder(tmp_path):
    """As a set-up leaves it: all keys, a list with them and one of an agency's."""
    made = tmp_path / "tuijin"
    made.mkdir(mode=0o755)
    tmp_path.chmod(0o755)
    for name, role in (("collector", "@service"), ("aggregator", "@service"), ("dashboard", "@subscriber"),
                       ("operator", "@operator"), ("cnipa", "cnipa")):
        keygen(made, name, role)
    authorize(made, *((made / f"{name}.pub").read_text() for name in ("dashboard", "operator", "cnipa")))
    (made / "doctor.redis-password").touch(mode=0o600)
    (made / "doctor.redis-password").write_text("x" * 64 + "\n")
    return made


def keygen(folder, name, role, *flags):
    subprocess.run([BUILD / "tuijin", "keygen", name, "--as", role, "--dir", folder, *flags], check=True,
                   capture_output=True, env=environment(), timeout=30)


def authorize(folder, *lines):
    (folder / "authorized_keys").write_text("".join(lines))
    (folder / "authorized_keys").chmod(0o644)


def public(folder, name):
    return (folder / f"{name}.pub").read_text().split()[0]


def day(offset):
    return (datetime.now(timezone.utc) + timedelta(days=offset)).date().isoformat()


def keys(folder, **more):
    return examine("keys", "--folder", folder, **more)


def test_keys_that_are_as_they_should_be(folder):
    found = keys(folder)
    assert {f["level"] for f in found} == {"fine"}, found
    assert "secret keys, well-formed and closed to others: 5" in one(found, "secret_key")["what"]
    assert "keys: 3, without a mistake" in one(found, "list")["what"]


def off_open_mode(folder):
    (folder / "collector.key").chmod(0o644)


def off_no_key(folder):
    (folder / "aggregator.key").write_text("nonsense\n")


def off_open_password(folder):
    (folder / "doctor.redis-password").chmod(0o640)
    os.chown(folder / "doctor.redis-password", -1, 65534)


def off_empty_password(folder):
    (folder / "doctor.redis-password").write_text("\n")


def off_anybodys_settings(folder):
    (folder / "collector.env").write_text("")
    (folder / "collector.env").chmod(0o666)


def off_other_pub(folder):
    shutil.copy(folder / "aggregator.pub", folder / "collector.pub")


def off_mistake(folder):
    with (folder / "authorized_keys").open("a") as file:
        file.write("nonsense\n")


def off_writable_list(folder):
    (folder / "authorized_keys").chmod(0o666)


def off_operator_not_in_it(folder):
    authorize(folder, *((folder / f"{name}.pub").read_text() for name in ("dashboard", "cnipa")))


def off_dashboard_not_in_it(folder):
    authorize(folder, *((folder / f"{name}.pub").read_text() for name in ("operator", "cnipa")))


def off_operator_has_expired(folder):
    authorize(folder, (folder / "dashboard.pub").read_text(),
              f"{public(folder, 'operator')} @operator expires={day(-1)}\n")


@pytest.mark.parametrize("off, want, said", (
    (off_open_mode, ["secret_key"], "collector.key: others may read it: chmod 600"),
    (off_no_key, ["secret_key"], "aggregator.key: "),
    (off_open_password, ["password_file"], "doctor.redis-password: others may read it: chmod 600"),
    (off_empty_password, ["password_file"], "doctor.redis-password: "),
    (off_anybodys_settings, ["settings_file"], "collector.env: others may write it"),
    (off_other_pub, ["open_key_other"], "collector.pub is not the open key of collector.key"),
    (off_mistake, ["list_mistake"] * 2, "authorized_keys:4: "),
    (off_writable_list, ["list"], "authorized_keys: others may write it"),
    (off_operator_not_in_it, ["key_unlisted"], "the open key of {folder}/operator.key is not in the list"),
    (off_dashboard_not_in_it, ["key_unlisted"], "the open key of {folder}/dashboard.key is not in the list"),
    (off_operator_has_expired, ["key_expired"], "the key of {folder}/operator.key has expired"),
), ids=lambda x: getattr(x, "__name__", None))
def test_faults_of_keys_are_named(folder, off, want, said):
    secrets = [(folder / f"{name}.key").read_text().strip() for name in ("collector", "operator", "dashboard")]
    off(folder)
    found = keys(folder)
    assert codes(found, "fault") == want, found
    faults = [f for f in found if f["level"] == "fault"]
    assert said.format(folder=folder.resolve()) in faults[0]["what"] and faults[-1]["mend"], faults
    assert not [s for s in secrets if s in json.dumps(found)]


def test_many_files_that_are_off_are_counted(folder):
    for i in range(12):
        (folder / f"x{i:02}.key").write_text("x\n")
    faults = [f for f in keys(folder) if f["level"] == "fault"]
    assert len(faults) == 9 and "*.key: and 4 more" in faults[-1]["what"]


def test_many_mistakes_are_counted(folder):
    authorize(folder, "x\n" * 50)
    faults = [f["what"] for f in keys(folder) if f["level"] == "fault"]
    assert len(faults) == 6 and "authorized_keys: and 95 more" in faults[-1]


def soon(folder):
    return f"{public(folder, 'cnipa')} cnipa expires={day(9)}\n"


def test_a_key_that_expires_soon_is_told_unless_there_is_a_better_one(folder):
    rest = [(folder / f"{name}.pub").read_text() for name in ("dashboard", "operator")]
    authorize(folder, *rest, soon(folder))
    found = one(keys(folder), "key_expires_soon")
    assert found["level"] == "advice" and found["what"].startswith("cnipa: key ") and day(9) in found["what"]
    keygen(folder, "new", "cnipa", "--expires", day(400))
    authorize(folder, *rest, soon(folder), (folder / "new.pub").read_text())
    assert codes(keys(folder), "advice", "fault") == []
    authorize(folder, *rest, soon(folder).replace(day(9), day(-9)), (folder / "new.pub").read_text())
    assert codes(keys(folder), "advice", "fault") == ["key_stale"]


def test_many_keys_that_expire_are_counted(folder):
    names = [f"a{i:02}" for i in range(20)]
    for name in names:
        keygen(folder, name, name, "--expires", day(5))
    authorize(folder, *((folder / f"{name}.pub").read_text() for name in ("dashboard", "operator", *names)))
    advice = [f for f in keys(folder) if f["level"] == "advice"]
    assert len(advice) == 9 and "and 12 more of this kind" in advice[-1]["what"]


def test_advice_on_keys(folder):
    (folder / "aggregator.pub").unlink()
    (folder / "authorized_keys").chmod(0o600)
    text = (folder / "authorized_keys").read_text().replace("@operator", "@subscriber")
    (folder / "authorized_keys").write_text(text)
    found = keys(folder)
    assert codes(found, "advice", "fault") == ["open_key", "list_private", "key_role"], found
    assert f"'{public_of(folder, 'aggregator')} @service'" in one(found, "open_key")["mend"]
    assert "as @subscriber in place of @operator" in one(found, "key_role")["what"]


def public_of(folder, name):
    done = subprocess.run([BUILD / "tuijin", "keys", "check", "--json", folder / f"{name}.key"],
                          capture_output=True, text=True, env=environment(), timeout=30)
    return json.loads(done.stdout)["key"]


@pytest.mark.skipif(os.geteuid() != 0, reason="takes root to become nobody")
def test_who_is_not_root_is_told_to_be(folder):
    (folder / "collector.env").touch(mode=0o600)
    with tempfile.TemporaryDirectory(prefix="tuijin-") as place:  # pytest's folders are closed
        os.chmod(place, 0o755)
        program = shutil.copy(BUILD / "tuijin", place)
        copy = shutil.copytree(folder, f"{place}/etc")
        found = keys(copy, under=NOBODY, program=program)
        assert codes(found, "fault", "advice") == [], found
        closed = one(found, "files_closed")
        assert closed["what"].startswith(f"files in {copy} that are closed to us: 7 (aggregator.key, ")
        assert "sudo" in closed["mend"] and one(found, "list")["level"] == "fine"


@pytest.mark.skipif(os.geteuid() != 0, reason="takes root to become nobody")
def test_what_is_closed_to_us_blames_nobody(folder):
    """Where the services are is in files that we may not read: they need not be where they are by default."""
    with tempfile.TemporaryDirectory(prefix="tuijin-") as place:
        os.chmod(place, 0o755)
        program = shutil.copy(BUILD / "tuijin", place)
        for service in ("collector", "aggregator", "dashboard"):
            (folder / f"{service}.env").write_text(f"TUIJIN_HTTP=127.0.0.1:{free_port()}\n")
            (folder / f"{service}.env").chmod(0o600)
        copy = shutil.copytree(folder, f"{place}/etc")
        found = examine("--folder", copy, "--timeout", 1, under=NOBODY, program=program)
        assert codes(found, "fault") == [], found
        for told in (f for f in found if f["code"] in ("redis_down", "service_silent")):
            assert told["level"] == "skipped" and "sudo" in told["mend"], told
        with Pretender() as server:
            url = f"{server.url}?user=doctor&password-file={copy}/doctor.redis-password"
            found = examine("redis", "--folder", copy, "--redis", url, under=NOBODY, program=program)
        assert codes(found, "fault") == [] and codes(found, "skipped") == ["redis_password_file"], found
        assert "sudo" in one(found, "redis_password_file")["mend"]
        for service in ("collector", "aggregator", "dashboard"):
            os.chmod(f"{copy}/{service}.env", 0o644)
        found = examine("collector", "--folder", copy, "--timeout", 1, under=NOBODY, program=program)
        assert "service_silent" in codes(found, "fault"), found


def test_a_folder_without_keys_is_told_in_one_line(tmp_path):
    found = examine("keys", "--folder", tmp_path)
    assert codes(found, "skipped") == ["no_keys"] and len(found) == 1


def test_which_keys_are_not_here(folder):
    for name in ("aggregator.key", "operator.key"):
        (folder / name).unlink()
    found = [f for f in keys(folder) if f["code"] == "key_missing"]
    assert [f["what"].split()[3] for f in found] == ["aggregator.key", "operator.key"]
    assert f"'tuijin keygen operator --as @operator --dir {folder.resolve()}', and its .pub" in found[1]["mend"]


def test_keys_without_a_folder_are_those_of_the_flags(tmp_path, folder):
    if os.path.isdir("/etc/tuijin"):
        pytest.skip("this machine has a folder of its own")
    assert codes(examine("keys"), "skipped") == ["no_folder"]
    flags = ("--secret-key", folder / "operator.key", "--authorized-keys", folder / "authorized_keys")
    assert codes(examine("keys", *flags), "fine") == ["list"]
    (folder / "operator.key").chmod(0o644)
    assert codes(examine("keys", *flags), "fault") == ["own_key"]


# Agencies

@pytest.fixture(scope="module")
def loaded():
    with World() as w:
        w.load_plan()
        yield w


def agencies(world, folder):
    found = examine("agencies", "--folder", folder, "--redis", world.redis.url)
    return [f for f in found if f["check"] == "agencies"]


def test_agencies_without_a_key_are_counted_and_some_are_named(loaded, folder, plan):
    found = agencies(loaded, folder)
    assert codes(found, "advice") == ["agency_without_key"] and len(found) == 1
    others = [a for a in plan.agencies if a != "cnipa"]
    assert f"plan {PLAN}: {len(others)} of {len(plan.agencies)} agencies have no key" in found[0]["what"]
    assert others[0] in found[0]["what"] and found[0]["what"].endswith(", …")


def test_each_agency_has_a_key_and_a_stranger_too(loaded, folder, plan):
    keygen_all = [BUILD / "tuijin", "keygen", *plan.agencies, "stranger", "--dir", folder.parent]
    subprocess.run(keygen_all, check=True, capture_output=True, env=environment(), timeout=60)
    lines = [(folder.parent / f"{a}.pub").read_text() for a in plan.agencies]
    authorize(folder, *lines)
    assert codes(agencies(loaded, folder), "fine") == ["agencies_have_keys"]
    authorize(folder, *lines, (folder.parent / "stranger.pub").read_text())
    found = agencies(loaded, folder)
    assert "keys of agencies that no loaded plan has: 1 (stranger)" == one(found, "agency_unknown")["what"]


def expired(line):
    key, agency, *rest = line.split()
    return " ".join((key, agency, f"expires={day(-1)}", *rest)) + "\n"


def test_a_key_that_ended_is_a_fault_where_its_agency_is_in_a_plan(loaded, folder, plan):
    names = [*plan.agencies, "gone"]
    subprocess.run([BUILD / "tuijin", "keygen", *names, "--dir", folder.parent], check=True, capture_output=True,
                   env=environment(), timeout=60)
    lines = [(folder.parent / f"{a}.pub").read_text() for a in names]
    authorize(folder, *lines[:-1], expired(lines[-1]))
    assert codes(keys(folder), "advice") == ["key_stale"]
    assert codes(agencies(loaded, folder), "fault") == []
    authorize(folder, expired(lines[0]), *lines[1:-1])
    found = agencies(loaded, folder)
    assert one(found, "key_expired")["what"].endswith(f": 1 ({names[0]})") and codes(found, "fault", "advice") == [
        "key_expired"], found
    assert codes(keys(folder), "advice") == ["key_stale"]


def test_agencies_of_no_list(loaded, tmp_path):
    assert codes(agencies(loaded, tmp_path), "skipped") == ["agencies_unknown"]

"""tuijin keygen, keys list and keys check: which files they leave, and what they say of them."""

import hashlib
import json
import os
import resource
import signal
import stat
import subprocess

import pytest
import zmq
from harness import BUILD
from zmq.utils import z85

USAGE, BAD, WRITE = 64, 65, 74
TODAY = ("--today", "2026-11-22")


def tuijin(*words, want=0, cwd=None, **options):
    """(standard output, standard error) of a run in the folder cwd."""
    done = subprocess.run([str(BUILD.resolve() / "tuijin"), *map(str, words)], capture_output=True,
                          text=True, timeout=60, stdin=subprocess.DEVNULL, cwd=cwd,
                          env={**os.environ, "LC_ALL": "C.UTF-8"}, **options)
    assert done.returncode == want, f"got {done.returncode}, want {want}: {done.stderr}"
    return done.stdout, done.stderr


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


def key_id(key):
    return hashlib.sha256(z85.decode(key)).hexdigest()[:16]


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def made(tmp_path):
    """A pair of the agency cnipa: (the secret, the public line)."""
    tuijin("keygen", "cnipa", cwd=tmp_path)
    return (tmp_path / "cnipa.key").read_text(), (tmp_path / "cnipa.pub").read_text()


def test_a_pair_is_one_that_zeromq_knows(tmp_path):
    said, told = tuijin("keygen", "cnipa", cwd=tmp_path)
    secret, line = (tmp_path / "cnipa.key").read_bytes(), (tmp_path / "cnipa.pub").read_text()
    key, agency, made, date = line.split()
    assert len(secret) == 41 and secret.endswith(b"\n")
    assert zmq.curve_public(secret.strip()).decode() == key
    assert (agency, made) == ("cnipa", "made") and len(date) == len("2026-11-22")
    assert said == line
    assert "cnipa.key" in told and "cnipa.pub" in told
    assert secret.strip().decode() not in said + told


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o777])
def test_the_modes_are_right_whatever_the_umask_is(tmp_path, umask):
    tuijin("keygen", "cnipa", cwd=tmp_path, umask=umask)
    assert mode_of(tmp_path / "cnipa.key") == 0o600
    assert mode_of(tmp_path / "cnipa.pub") == 0o644


def test_every_pair_is_another_one(tmp_path):
    said, _ = tuijin("keygen", "a", "b", "c", cwd=tmp_path)
    assert names_in(tmp_path) == ["a.key", "a.pub", "b.key", "b.pub", "c.key", "c.pub"]
    assert said == "".join((tmp_path / f"{name}.pub").read_text() for name in "abc")
    secrets = {(tmp_path / f"{name}.key").read_text() for name in "abc"}
    keys = {line.split()[0] for line in said.splitlines()}
    assert len(secrets) == len(keys) == 3


def test_a_role_and_a_last_day_go_into_the_line(tmp_path):
    said, _ = tuijin("keygen", "laptop", "--as", "@operator", "--expires", "9999-12-31", "--dir", tmp_path)
    assert said.split(maxsplit=1)[1].startswith("@operator expires=9999-12-31  laptop, made ")
    assert names_in(tmp_path) == ["laptop.key", "laptop.pub"]


def test_a_services_key_is_for_its_clients_and_for_no_list(tmp_path):
    said, told = tuijin("keygen", "collector", "aggregator", "--as", "@service", cwd=tmp_path)
    assert [line.split()[1:3] for line in said.splitlines()] == [["@service", "collector,"],
                                                                 ["@service", "aggregator,"]]
    assert "NAME.key is the secret, for --secret-key of the service" in told
    assert "NAME.pub goes to the service's clients, for --server-key" in told
    assert "authorized_keys" not in told
    _, told = tuijin("keys", "check", "collector.pub", cwd=tmp_path, want=BAD)
    assert told.startswith("collector.pub:1: this is a service's own key; it is for clients (--server-key)")
    _, told = tuijin("keygen", "cnipa", cwd=tmp_path)
    assert "cnipa.key is the secret, for --secret-key of its owner's programs" in told
    assert "cnipa.pub goes into authorized_keys" in told and "server-key" not in told


def test_json_has_no_secret(tmp_path):
    said, _ = tuijin("keygen", "new", "--as", "cnipa", "--dir", f"{tmp_path}/", "--json")
    pair = json.loads(said)
    secret = (tmp_path / "new.key").read_text().strip()
    key = zmq.curve_public(secret.encode()).decode()
    assert pair == {"name": "new", "id": key_id(key), "key": key, "as": "cnipa", "expires": None,
                    "secret_file": f"{tmp_path}/new.key", "public_file": f"{tmp_path}/new.pub"}


@pytest.mark.parametrize("there", ["cnipa.key", "cnipa.pub"])
@pytest.mark.parametrize("kind", ["file", "link", "folder"])
def test_nothing_is_overwritten(tmp_path, there, kind):
    path = tmp_path / there
    if kind == "file":
        path.write_text("precious")
    elif kind == "link":
        path.symlink_to(tmp_path / "elsewhere")
    else:
        path.mkdir()
    said, told = tuijin("keygen", "cnipa", cwd=tmp_path, want=WRITE)
    assert said == ""
    assert told == f"tuijin keygen: {there}: is there already, and stays as it is\n"
    assert names_in(tmp_path) == [there]
    assert kind != "file" or path.read_text() == "precious"


@pytest.mark.parametrize("room", [0, 20, 41, 60])
def test_a_disk_that_gets_full_leaves_neither_file(tmp_path, room):
    """The secret has 41 bytes and the line more than 60; a limit ends a file as a full disk does."""
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
    said, told = tuijin("keygen", "cnipa", cwd=tmp_path, want=WRITE, preexec_fn=limit, restore_signals=False)
    assert (said, told) == ("", f"tuijin keygen: cnipa.{'key' if room < 41 else 'pub'}: File too large\n")
    assert names_in(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    _, told = tuijin("keygen", "cnipa", "--dir", tmp_path / "no", want=WRITE)
    assert told == f"tuijin keygen: {tmp_path}/no/cnipa.key: No such file or directory\n"
    _, told = tuijin("keygen", "cnipa", "--dir", tmp_path / "file", want=WRITE)
    assert told == f"tuijin keygen: {tmp_path}/file/cnipa.key: Not a directory\n"
    _, told = tuijin("keygen", "cnipa", "--dir", "/proc", want=WRITE)
    assert told.startswith("tuijin keygen: /proc/cnipa.key: ")


@pytest.mark.parametrize("flags, part", [
    (["../cnipa"], "NAME: got '../cnipa', expected a-z"),
    (["good", "a/b"], "NAME: got 'a/b', expected a-z"),
    ([""], "NAME: got '', expected a-z"),
    (["-"], "NAME: got '-', expected a-z"),
    (["x" * 65], "at most 64 characters"),
    (["cnipa", "--as", "@admin"], "--as: got '@admin', expected an agency, @operator, @subscriber or @service"),
    (["collector", "--as", "@service", "--expires", "2099-12-31"], "--expires: a service's own key has no"),
    (["cnipa", "--as", "a b"], "--as: got 'a b', expected a-z"),
    (["cnipa", "--as", ""], "--as: got '', expected a-z"),
    (["cnipa", "--expires", "2027-02-29"], "--expires: got '2027-02-29'"),
    (["cnipa", "--expires", "2026-01-01"], "--expires: 2026-01-01 is past"),
    ([], "NAME"),
])
def test_words_that_are_off_make_nothing(tmp_path, flags, part):
    said, told = tuijin("keygen", *flags, cwd=tmp_path, want=USAGE)
    assert said == "" and part in told
    assert names_in(tmp_path) == []


K1 = "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"
K2 = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"
K3 = "0000000000000000000000000000000000000001"
K4 = "0000000000000000000000000000000000000002"
LIST = f"""\
# who may connect
{K1} cnipa  综合处

{K2} cnipa expires=2026-12-22  new
{K3} @operator expires=2026-12-23
{K4} @subscriber expires=2026-11-21  old laptop
"""
ROWS = [
    {"line": 2, "id": key_id(K1), "key": K1, "role": "agency", "agency": "cnipa", "expires": None,
     "state": "good", "comment": "综合处"},
    {"line": 4, "id": key_id(K2), "key": K2, "role": "agency", "agency": "cnipa", "expires": "2026-12-22",
     "state": "expires_soon", "comment": "new"},
    {"line": 5, "id": key_id(K3), "key": K3, "role": "operator", "agency": None, "expires": "2026-12-23",
     "state": "good", "comment": ""},
    {"line": 6, "id": key_id(K4), "key": K4, "role": "subscriber", "agency": None, "expires": "2026-11-21",
     "state": "expired", "comment": "old laptop"},
]


@pytest.fixture
def keys(tmp_path):
    path = tmp_path / "authorized_keys"
    path.write_text(LIST)
    path.chmod(0o644)
    return path


def test_list_shows_each_key(keys):
    said, told = tuijin("keys", "list", keys, *TODAY, "--lang", "en")
    cells = [line.split() for line in said.splitlines()]
    assert cells == [
        ["id", "agency", "or", "role", "expires", "state", "comment"],
        [key_id(K1), "cnipa", "–", "good", "综合处"],
        [key_id(K2), "cnipa", "2026-12-22", "expires", "soon", "new"],
        [key_id(K3), "@operator", "2026-12-23", "good"],
        [key_id(K4), "@subscriber", "2026-11-21", "expired", "old", "laptop"],
    ]
    assert told == ""


def test_list_speaks_chinese(keys):
    said, _ = tuijin("keys", "list", keys, *TODAY, "--lang", "zh")
    assert said.split()[:5] == ["编号", "单位或角色", "有效期至", "状态", "备注"]
    assert [word for word in said.split() if word in ("有效", "即将到期", "已过期")] == [
        "有效", "即将到期", "有效", "已过期"]


def test_list_as_json(keys):
    assert json.loads(tuijin("keys", "list", keys, *TODAY, "--json")[0]) == ROWS


def test_the_last_day_is_a_good_one(keys):
    def states(today):
        rows = json.loads(tuijin("keys", "list", keys, "--json", "--today", today)[0])
        return [row["state"] for row in rows]
    assert states("2026-11-21") == ["good", "good", "good", "expires_soon"]
    assert states("2026-12-22") == ["good", "expires_soon", "expires_soon", "expired"]
    assert states("2026-12-23") == ["good", "expired", "expires_soon", "expired"]


def test_an_empty_list_says_so(tmp_path):
    (tmp_path / "none").write_text("# nobody\n")
    assert tuijin("keys", "list", tmp_path / "none", "--lang", "en")[0] == "No keys.\n"
    assert tuijin("keys", "list", tmp_path / "none", "--json")[0] == "[]\n"


def test_check_counts(keys):
    said, told = tuijin("keys", "check", keys, *TODAY, "--lang", "en")
    assert said == (f"{keys}: 4 keys, 2 of agencies, 1 of an operator, 1 of a subscriber, "
                    "1 expires soon, 1 has expired\n")
    assert told == ""
    assert json.loads(tuijin("keys", "check", keys, *TODAY, "--json")[0]) == {
        "file": str(keys), "keys": 4, "agency": 2, "operator": 1, "subscriber": 1, "expires_soon": 1,
        "expired": 1}


@pytest.mark.parametrize("mode", [0o600, 0o640])
def test_check_notes_a_list_that_a_service_may_not_be_able_to_read(keys, mode):
    keys.chmod(mode)
    said, told = tuijin("keys", "check", keys, *TODAY, "--lang", "en")
    assert said.startswith(f"{keys}: 4 keys")
    assert told == (f"tuijin keys check: {keys}: not everybody can read it: a service that runs as another "
                    "user cannot\n")
    assert tuijin("keys", "list", keys, *TODAY)[1] == ""


def test_what_would_be_swallowed_behind_a_comment_is_a_mistake(tmp_path, made):
    """A last line without its end, and then a line more; a last day that is put too late."""
    bad = tmp_path / "bad"
    bad.write_text(f"{K1} cnipa  made 2026-11-22")
    with bad.open("a") as file:
        file.write(made[1])
        file.write(f"{K2} cnipa  until the audit expires=2026-12-31\n")
    assert tuijin("keys", "check", bad, want=BAD)[1] == (
        f"{bad}:1: two keys on one line: a line end is missing\n"
        f"{bad}:2: an option stands behind the comment: put it directly behind the agency\n"
        f"tuijin keys check: {bad}: 2 mistakes\n")


def test_the_mistakes_are_all_told(tmp_path, keys):
    bad = tmp_path / "bad"
    bad.write_text(f"# list\n{K1}\n{K2} @admin expires=soon\n\n{K1} cnipa\n")
    want = [(2, "no agency or @role behind the key"),
            (3, "role '@admin': expected @operator or @subscriber"),
            (3, "expires: got 'soon', expected a date, YYYY-MM-DD"),
            (5, "key 'Yne@$w-v…' is also on line 2")]
    lines = "".join(f"{bad}:{line}: {message}\n" for line, message in want)
    said, told = tuijin("keys", "check", bad, keys, *TODAY, want=BAD)
    assert told == f"{lines}tuijin keys check: {bad}: 4 mistakes\n"
    assert said.startswith(f"{keys}: 4 keys")
    assert tuijin("keys", "list", bad, want=BAD) == ("", f"{lines}tuijin keys list: {bad}: 4 mistakes\n")
    said, _ = tuijin("keys", "check", bad, "--json", want=BAD)
    assert json.loads(said) == {
        "file": str(bad), "mistakes": [{"line": line, "message": message} for line, message in want]}


def test_after_a_hundred_mistakes_the_rest_is_counted(tmp_path):
    bad = tmp_path / "bad"
    bad.write_text("".join(f"key{i} cnipa\n" for i in range(130)))
    said, told = tuijin("keys", "check", bad, "--json", want=BAD)
    assert len(json.loads(said)["mistakes"]) == 100 and json.loads(said)["more"] == 30
    told = tuijin("keys", "check", bad, want=BAD)[1].splitlines()
    assert len(told) == 102 and told[100] == f"{bad}: and 30 more"


def test_a_list_that_others_may_write_is_refused(keys):
    keys.chmod(0o664)
    for command in ("list", "check"):
        _, told = tuijin("keys", command, keys, want=BAD)
        assert told == f"tuijin keys {command}: {keys}: others may write it: chmod go-w\n"


def test_check_looks_at_secrets(tmp_path, made):
    secret, line = made
    path = tmp_path / "cnipa.key"
    want = key_id(line.split()[0])
    said, told = tuijin("keys", "check", path, "--lang", "en")
    assert (said, told) == (f"{path}: the secret of key {want}\n", "")
    assert json.loads(tuijin("keys", "check", path, "--json")[0]) == {
        "file": str(path), "secret_of": want, "key": line.split()[0]}
    path.chmod(0o640)
    if path.stat().st_gid == 0:
        path.chmod(0o644)
    _, told = tuijin("keys", "check", path, want=BAD)
    assert told == f"tuijin keys check: {path}: others may read it: chmod 600\n"
    path.chmod(0o600)
    path.write_text(secret * 2)
    said, told = tuijin("keys", "check", path, want=BAD)
    assert said == "" and "one line of 40 characters" in told and secret[:8] not in told


def test_a_secret_given_for_a_list_is_not_shown(tmp_path, made):
    secret, _ = made
    (tmp_path / "authorized_keys").write_text(secret)
    said, told = tuijin("keys", "check", tmp_path / "authorized_keys", want=BAD)
    assert said == "" and ":1: no agency or @role behind the key" in told and secret[:8] not in told


def test_a_public_file_is_a_list(tmp_path, made):
    _, line = made
    rows = json.loads(tuijin("keys", "list", tmp_path / "cnipa.pub", "--json")[0])
    assert [(row["key"], row["agency"], row["state"]) for row in rows] == [(line.split()[0], "cnipa", "good")]


@pytest.mark.parametrize("words, part", [
    (["keys"], "keys check or keys list?"),
    (["keys", "chek"], "did you mean 'keys check'?"),
    (["keys", "list"], "FILE"),
    (["keys", "list", "x", "--today", "now"], "--today: got 'now'"),
])
def test_words_that_are_off_are_told(words, part):
    assert part in tuijin(*words, want=USAGE)[1]

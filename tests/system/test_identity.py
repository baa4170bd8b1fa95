"""Commands with keys: report, dispose, watch, simulate and bench, and what they say when it does not
work."""

import json
import os
import re
import subprocess

import pytest
from harness import BUILD, PLAN, World, records, wait_for
from keyring import Keys, agencies
from test_cli import Watcher, run

IN_PROGRESS = ["--task", 2, "--state", "in_progress", "--percent"]


class Places:
    """A collector and an aggregator with keys and one of each without; and keys that nobody lets in."""

    def __init__(self, world):
        self.world, self.keys = world, world.keys
        world.load_plan()
        self.collector, self.aggregator = world.collector(), world.aggregator()
        self.open_collector, self.open_aggregator = world.collector(key=None), world.aggregator(key=None)
        self.strangers = Keys(world.folder / "strangers")

    def flags(self, command, to):
        plan = ["--plan", PLAN, "--connect", to.endpoint]
        redis = ["--redis", self.world.redis.url]
        return [command, *plan, *{
            "report": ["--agency", "cnipa", *IN_PROGRESS, 30, "--timeout", 5],
            "dispose": ["--agency", "jco", "--task", 2, "--as", "open", "--timeout", 5],
            "watch": ["overall"],
            "simulate": [*redis, "--reports", 50, "--rate", 1000, "--timeout", 5],
            "bench": [*redis, "--reports", 50, "--connections", 2],
        }[command]]


@pytest.fixture(scope="module")
def places():
    with World(keys=True) as world:
        yield Places(world)


def own_flags(command, keys, server, name="cnipa"):
    """The flags for the keys that a command needs."""
    if command in ("simulate", "bench"):
        return ["--keys", keys.folder, "--server-key", server]
    return ["--secret-key", keys.path("jco" if command == "dispose" else name), "--server-key", server]


# who is let in

@pytest.mark.parametrize("command", ["report", "dispose", "simulate", "bench"])
def test_with_the_right_keys_a_command_works(places, command):
    done = run(*places.flags(command, places.collector),
               *own_flags(command, places.keys, places.keys.public("collector")))
    assert (done.returncode, done.stderr) == (0, "")
    assert "accepted" in done.stdout


def test_watch_listens_with_any_key(places):
    for name in ("subscriber", "operator", "mof"):
        with Watcher(*places.flags("watch", places.aggregator),
                     *places.keys.flags(name, "aggregator"), "--lang", "en") as watch:
            watch.wait_line("up to date")


def test_keys_of_keygen_do_as_they_are(world):
    folder = world.folder / "made"
    folder.mkdir(mode=0o700)
    for words in (["collector", "--as", "@service"], ["cnipa"]):
        made = run("keygen", "--dir", folder, *words)
        assert made.returncode == 0, made.stderr
    (folder / "list").write_text((folder / "cnipa.pub").read_text())
    collector = world.collector("--secret-key", folder / "collector.key",
                                "--authorized-keys", folder / "list")
    done = run("report", "--plan", PLAN, "--agency", "cnipa", *IN_PROGRESS, 30, "--connect",
               collector.endpoint, "--secret-key", folder / "cnipa.key",
               "--server-key", folder / "collector.pub")
    assert (done.returncode, done.stderr) == (0, "")


def test_keys_also_come_from_the_environment_and_a_secret_from_a_descriptor(places):
    flags = [str(f) for f in places.flags("report", places.collector)]
    server, secret = places.keys.public("collector"), places.keys.path("cnipa")
    assert run(*flags, TUIJIN_SERVER_KEY=server, TUIJIN_SECRET_KEY=str(secret)).returncode == 0
    with open(secret, "rb") as file:
        done = subprocess.run([BUILD / "tuijin", *flags, "--server-key", server,
                               "--secret-key", f"fd:{file.fileno()}"], timeout=60,
                              pass_fds=[file.fileno()], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_bench_measures_events_with_the_key_of_the_aggregator(places):
    flags = [*places.flags("bench", places.collector), "--events", places.aggregator.endpoint,
             *own_flags("bench", places.keys, places.keys.public("collector")), "--json"]
    done = run(*flags, "--events-server-key", places.keys.path("aggregator").with_suffix(".pub"))
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert (result["accepted"], result["unseen"]) == (50, 0)
    done = run(*flags, "--events-server-key", "no such file")
    assert done.returncode == 78 and done.stderr.startswith("tuijin bench: --events-server-key: "), done
    done = run(*flags)
    assert done.returncode == 69
    assert re.search(r"no tick of plan \S+ within 5000 ms: .*is that its key", done.stderr)


# what stands in the way; whom a gate refuses hears nothing but the end of the connection

REFUSED = "the handshake failed: is that its key, and is ours in its list?"


def situations(places, command):
    """Of a command: where to, with which keys, and what it is to say (a pattern). Two that speak
    otherwise part at once: who was first decides how much is known."""
    name = "aggregator" if command == "watch" else "collector"
    kept, plain = getattr(places, name), getattr(places, f"open_{name}")
    server = places.keys.public(name)
    return {
        "the key of another server": (kept, own_flags(command, places.keys, places.keys.public("mof")),
                                      re.escape(REFUSED)),
        "a key that is in no list": (kept, own_flags(command, places.strangers, server),
                                     re.escape(REFUSED)),
        "no keys": (kept, [], "it wants keys, and we have none|the handshake failed: it may want keys"),
        "keys where there are none": (plain, own_flags(command, places.keys, server),
                                      "it has no keys, and we want one|" + re.escape(REFUSED)),
    }


SITUATIONS = ("the key of another server", "a key that is in no list", "no keys",
              "keys where there are none")


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("command", ["report", "dispose", "simulate", "bench"])
def test_it_is_said_why_nobody_answers(places, command, situation):
    to, keys, words = situations(places, command)[situation]
    stored = len(records(places.world))
    done = run(*places.flags(command, to), *keys)
    assert (done.returncode, done.stdout) == (69, "")
    assert done.stderr.splitlines()[-1].startswith(f"tuijin {command}: {to.endpoint}: no ")
    ours = ""
    if keys and command in ("report", "dispose"):  # the others have many
        whose = places.strangers if situation == "a key that is in no list" else places.keys
        ours = rf"\W+[Oo]ur key is {whose.id('jco' if command == 'dispose' else 'cnipa')}"
    assert re.search(f": ({words}){ours}\n$", done.stderr), done.stderr
    assert len(records(places.world)) == stored


@pytest.mark.parametrize("situation", SITUATIONS)
def test_watch_says_why_it_hears_nothing_and_goes_on(places, situation):
    to, keys, words = situations(places, "watch")[situation]
    with Watcher(*places.flags("watch", to), *keys) as watch:
        line = watch.wait_line(f"waiting for {to.endpoint}: ")
        assert re.search(f": ({words})$", line), line
        assert watch.is_running()


def test_report_says_so_while_it_still_tries(places):
    with Watcher(*places.flags("report", places.collector), "--timeout", 30,
                 *own_flags("report", places.strangers, places.keys.public("collector"))) as report:
        line = report.wait_line(REFUSED)
        assert line.endswith(f"not stored yet: {REFUSED}; trying for 30 s")


def test_a_key_that_is_let_in_later_begins_to_work_by_itself(guarded):
    """As an unknown key goes on knocking, it gets in when it has been put into the list."""
    collector, aggregator = guarded.collector(), guarded.aggregator()
    guarded.keys.make("new")
    report = Watcher("report", "--plan", PLAN, "--agency", "cnipa", *IN_PROGRESS, 30, "--connect",
                     collector.endpoint, *guarded.keys.flags("new", "collector"))
    watch = Watcher("watch", "--plan", PLAN, "--connect", aggregator.endpoint, "--lang", "en",
                    *guarded.keys.flags("new", "aggregator"))
    with report, watch:
        report.wait_line(REFUSED)
        watch.wait_line(REFUSED)
        guarded.keys.authorize("new", "cnipa")
        assert "event=reloaded" in collector.reload()
        assert "event=reloaded" in aggregator.reload()
        assert report.ended() == 0
        assert re.search("accepted|duplicate", report.lines[-1])
        watch.wait_line("up to date")
    assert len(records(guarded)) == 1


def test_watch_says_that_its_aggregator_is_gone_and_that_it_is_back(world):
    aggregator = world.aggregator(bind="ipc")
    with Watcher("watch", "--plan", PLAN, "--connect", aggregator.endpoint, "--lang", "en",
                 "overall") as watch:
        watch.wait_line("up to date")
        aggregator.kill()
        watch.wait_line("nobody listens there")
        aggregator.start()
        watch.wait_line("the aggregator is back")
    assert sum("waiting for" in line for line in watch.lines) == 1


# who may not

def test_another_agencys_key_is_refused_by_name(places):
    flags = places.flags("report", places.collector)
    done = run(*flags, *places.keys.flags("mof", "collector"))
    assert (done.returncode, done.stdout) == (65, "")
    assert "not_authorized" in done.stderr


@pytest.fixture
def swapped(places, tmp_path):
    """All agencies' keys, of which cnipa's is another's."""
    for name in agencies():
        own = "mof" if name == "cnipa" else name
        (tmp_path / f"{name}.key").symlink_to(places.keys.path(own))
    return ["--keys", tmp_path, "--server-key", places.keys.public("collector")]


def test_simulate_says_whose_key_is_refused(places, swapped):
    done = run(*places.flags("simulate", places.collector), *swapped)
    assert (done.returncode, done.stdout) == (65, "")
    assert "a message of cnipa was refused: not_authorized: " in done.stderr


def test_bench_counts_what_is_refused(places, swapped):
    done = run(*places.flags("bench", places.collector), "--json", *swapped)
    assert done.returncode == 65, done.stderr
    result = json.loads(done.stdout)
    assert result["not_accepted"]["not_authorized"] == 50 - result["accepted"] > 0


def test_a_simulation_whose_key_is_withdrawn_ends_badly(guarded):
    collector = guarded.collector()
    with Watcher("simulate", "--plan", PLAN, "--redis", guarded.redis.url, "--connect",
                 collector.endpoint, "--rate", 200, "--reports", 1000, "--json",
                 *own_flags("simulate", guarded.keys, guarded.keys.public("collector"))) as sim:
        wait_for(lambda: len(records(guarded)) > 20, "reports are stored")
        guarded.keys.withdraw("cnipa")
        collector.reload()
        assert sim.ended() == 65
    assert json.loads(sim.lines[-2])["errors"] > 0
    assert "a message of cnipa was refused: not_authorized" in sim.lines[-1]


# flags

@pytest.mark.parametrize("command, given, missing", [
    ("report", "--server-key", "--secret-key is missing (or TUIJIN_SECRET_KEY)"),
    ("report", "--secret-key", "--server-key is missing (or TUIJIN_SERVER_KEY)"),
    ("watch", "--secret-key", "--server-key is missing (or TUIJIN_SERVER_KEY)"),
    ("simulate", "--server-key", "--keys is missing (or TUIJIN_KEYS)"),
    ("bench", "--keys", "--server-key is missing (or TUIJIN_SERVER_KEY)"),
])
def test_one_key_without_the_other_says_which_is_missing(places, command, given, missing):
    done = run(*places.flags(command, places.collector), given, "0" * 40)
    assert (done.returncode, done.stdout) == (64, "")
    assert missing in done.stderr
    assert "keygen" in done.stderr or "open key of the service" in done.stderr


def test_a_secret_that_others_can_read_is_not_used(places, tmp_path):
    loose = tmp_path / "loose.key"
    loose.write_text(places.keys.secret("cnipa"))
    loose.chmod(0o640)
    os.chown(loose, -1, 1)
    done = run(*places.flags("report", places.collector), "--secret-key", loose,
               "--server-key", places.keys.public("collector"))
    assert done.returncode == 78
    assert f"--secret-key: {loose}: others may read it" in done.stderr


def test_a_secret_given_as_an_argument_is_not_repeated(places):
    secret = places.keys.secret("cnipa")
    for flags in (places.flags("report", places.collector) + ["--secret-key", secret],
                  places.flags("simulate", places.collector) + ["--keys", secret]):
        done = run(*flags, "--server-key", places.keys.public("collector"))
        assert done.returncode == 78
        assert secret not in done.stdout + done.stderr


def test_a_key_that_is_no_key_is_named(places, tmp_path):
    (tmp_path / "empty.pub").touch()
    for key in (tmp_path / "empty.pub", tmp_path / "none.pub"):
        done = run(*places.flags("report", places.collector), "--server-key", key,
                   "--secret-key", places.keys.path("cnipa"))
        assert done.returncode == 78 and f"--server-key: {key}: " in done.stderr


def test_a_line_of_a_public_file_is_a_servers_key(places):
    line = places.keys.path("collector").with_suffix(".pub").read_text()
    done = run(*places.flags("report", places.collector), "--server-key", line,
               "--secret-key", places.keys.path("cnipa"))
    assert (done.returncode, done.stderr) == (0, "")


def wrong_files(keys):
    """What is given for what by mistake: flag, value, words about it."""
    secret, public = keys.path("cnipa"), keys.path("cnipa").with_suffix(".pub")
    return {
        "a secret for the server's": ("--server-key", secret, f"{secret}: this looks like a secret key"),
        "a list for the server's": ("--server-key", keys.list, f"{keys.list}: it holds "),
        "a key cut short": ("--server-key", keys.public("collector")[:-1], "neither a file of that name "
                            "nor 40 characters of Z85 (got 39)"),
        "an open key for the secret": ("--secret-key", public, f"{public}: this is an open key (a line of "
                                       "a list); the secret is in NAME.key"),
    }


@pytest.mark.parametrize("mistake", ["a secret for the server's", "a list for the server's",
                                     "a key cut short", "an open key for the secret"])
def test_the_wrong_file_is_told_for_what_it_is(places, mistake):
    flag, value, words = wrong_files(places.keys)[mistake]
    right = {"--server-key": places.keys.public("collector"), "--secret-key": places.keys.path("cnipa")}
    done = run(*places.flags("report", places.collector),
               *(word for pair in {**right, flag: value}.items() for word in pair))
    assert (done.returncode, done.stdout) == (78, "")
    assert f"{flag}: {words}" in done.stderr and "chmod" not in done.stderr
    assert places.keys.secret("cnipa") not in done.stderr


@pytest.mark.parametrize("command", ["simulate", "bench"])
def test_the_agency_whose_key_is_not_there_is_named(places, tmp_path, command):
    (tmp_path / "cnipa.key").symlink_to(places.keys.path("cnipa"))
    done = run(*places.flags(command, places.collector), "--keys", tmp_path,
               "--server-key", places.keys.public("collector"))
    assert done.returncode == 78
    assert "there is no cpd.key" in done.stderr and "tuijin keygen --dir" in done.stderr


def test_it_is_noted_that_others_may_read_what_goes_out_without_keys():
    def said(endpoint):
        return run("report", "--plan", PLAN, "--agency", "cnipa", *IN_PROGRESS, 30, "--connect",
                   endpoint, "--timeout", 1).stderr
    assert "without --server-key and --secret-key others can read" in said("tcp://192.0.2.1:7301")
    assert "others" not in said("tcp://127.0.0.1:1")

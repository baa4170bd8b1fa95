"""docker-compose.yml, Dockerfile and deploy/compose, as far as they can be judged without Docker: every
service is locked in, what is mounted is there, secrets go where they belong. tests/compose runs it all."""

import json
import os
import re
import shutil
import subprocess

import pytest
import yaml
import zmq
from harness import BUILD, ROOT

TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
FILE = yaml.safe_load(TEXT)
SERVICES = FILE["services"]
HERE = ROOT / "deploy" / "compose"
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
EXAMPLE = (HERE / "env.example").read_text(encoding="utf-8")
SCRIPTS = [p for p in HERE.iterdir() if p.read_bytes().startswith(b"#!/bin/sh")]
RUNNING = [name for name, s in SERVICES.items() if s.get("restart") == "unless-stopped"]
WHERE = re.compile(r"\$\{[A-Z_]+:-([^}]*)\}")
every_service = pytest.mark.parametrize("name", SERVICES)
every_running_one = pytest.mark.parametrize("name", RUNNING)
every_script = pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)


def preset(text):
    """With what holds where nothing is set."""
    return WHERE.sub(r"\1", str(text))


def mounts(name):
    """[(source, target, options)] of a service's volumes."""
    for volume in SERVICES[name].get("volumes", []):
        if isinstance(volume, dict):
            yield preset(volume["source"]), volume["target"], "ro" if volume.get("read_only") else ""
        else:
            source, target, *options = volume.split(":")
            yield source, target, "".join(options)


def volumes_of(name, ends=""):
    return {source for source, _, options in mounts(name) if options.endswith(ends)}


def stages():
    """{name: (what it is from, its text)} of the Dockerfile."""
    parts = re.split(r"(?m)^FROM (\S+) AS (\S+)\n", DOCKERFILE)[1:]
    return {parts[i + 1]: (parts[i], parts[i + 2]) for i in range(0, len(parts), 3)}


@every_service
def test_a_service_is_locked_in(name):
    s = SERVICES[name]
    assert re.fullmatch(r"(10001:10001|472:0)", s["user"]) and s["read_only"] is True
    assert s["cap_drop"] == ["ALL"] and "cap_add" not in s and "privileged" not in s
    assert s["security_opt"] == ["no-new-privileges:true"]
    assert s["mem_limit"] == s["memswap_limit"], "a page in swap would hold a secret"
    assert 0 < s["pids_limit"] <= 256
    assert s["logging"] == {"driver": "json-file", "options": {"max-size": "10m", "max-file": "5"}}
    assert s["ulimits"]["core"] == 0, "it would hold a secret"
    assert not {"pid", "ipc", "devices", "env_file", "volumes_from", "userns_mode"} & s.keys()


@every_running_one
def test_what_runs_for_years_ends_in_order(name):
    s = SERVICES[name]
    assert s["stop_signal"] == "SIGTERM" and re.fullmatch(r"\d+s", s["stop_grace_period"])
    if name != "demo":  # it listens nowhere
        assert s["healthcheck"]["test"][0] == "CMD" and s["healthcheck"]["start_period"] == "90s"


def test_services_run_for_ever_once_or_when_asked_for():
    once = [name for name, s in SERVICES.items() if s.get("restart") == "no"]
    asked = [name for name, s in SERVICES.items() if "restart" not in s]
    assert asked == ["tuijin"] and len(RUNNING) + len(once) + len(asked) == len(SERVICES)
    for name in once:
        assert SERVICES[name]["network_mode"] == "none"
        waited = [s["depends_on"][name]["condition"] for s in SERVICES.values()
                  if name in s.get("depends_on", {})]
        assert set(waited) <= {"service_completed_successfully"}
        assert waited or SERVICES[name]["profiles"] == ["office"], "`up --wait` takes its end for a failure"


def test_the_start_is_in_order_and_by_health():
    for name, s in SERVICES.items():
        for other, how in s.get("depends_on", {}).items():
            runs = other in RUNNING
            assert how == {"condition": "service_healthy" if runs else "service_completed_successfully"}
            assert set(SERVICES[other].get("profiles", s.get("profiles", []))) >= set(
                s.get("profiles", [])), f"{name} is started without {other}"


@every_service
def test_ports_are_for_this_machine_until_somebody_says_otherwise(name):
    for port in SERVICES[name].get("ports", []):
        assert re.match(r"(127\.0\.0\.1|\$\{TUIJIN_PUBLISH(_PAGE)?:-127\.0\.0\.1\}):", port), port
        assert preset(port).startswith("127.0.0.1:")
    assert "network_mode" not in SERVICES[name] or "ports" not in SERVICES[name]


def test_opening_the_ports_of_agencies_does_not_open_the_page():
    by = {name: "".join(SERVICES[name]["ports"]) for name in ("collector", "aggregator", "dashboard")}
    assert ["TUIJIN_PUBLISH:" in by[n] for n in by] == [True, True, False]


@every_service
def test_what_is_mounted_is_there(name):
    for source, target, options in mounts(name):
        if source.startswith("."):
            assert (ROOT / source).exists(), source
            assert options == "ro", "nothing of the checkout is written to"
        else:
            assert source in FILE["volumes"], source
        assert target.startswith("/")


def test_every_volume_is_used_and_none_is_shared_with_the_host():
    used = set().union(*(volumes_of(name) for name in SERVICES))
    assert set(FILE["volumes"]) == {v for v in used if not v.startswith(".")}
    assert not any(FILE["volumes"].values())


def test_secrets_go_to_their_service_alone():
    trusted = {"setup", "tuijin", "authorize", "backup", "restore"}
    for volume, owners in {
            "office": trusted, "secrets-redis": {"setup", "redis"}, "secrets-plan": {"setup", "plan"},
            "secrets-collector": {"setup", "collector", "demo-collector"},
            "secrets-aggregator": {"setup", "aggregator"},
            "secrets-dashboard": {"setup", "dashboard"},
            "secrets-demo": {"setup", "demo-keys", "demo"},
            "redis-data": {"redis", "backup", "restore"}}.items():
        assert {n for n in SERVICES if volume in volumes_of(n)} == owners, volume
    for name in RUNNING:
        assert not volumes_of(name) & {"office"}
        for volume in volumes_of(name):
            if volume.startswith("secrets") or volume == "open":
                assert volume in volumes_of(name, "ro"), f"{name} can change {volume}"


def test_nobody_can_take_the_place_of_redis():
    """Who could put a socket of its own there would be told everybody's password."""
    for name in SERVICES:
        if "redis-socket" in volumes_of(name):
            assert ("redis-socket" in volumes_of(name, "ro")) == (name != "redis"), name


def test_simulated_agencies_can_read_and_no_more():
    handed = re.search(r"(?m)^hand_out 600 demo (.*)$", (HERE / "setup").read_text())[1]
    assert handed == "reader.redis-password"


@pytest.fixture
def authorize(tmp_path):
    """Calls the script in a folder of its own: authorize(words, what comes in) -> (status, output)."""
    for place in ("etc/tuijin", "out/open", "tmp"):
        (tmp_path / place).mkdir(parents=True)
    text = re.sub(r"/(etc/tuijin|out/open|tmp)\b", rf"{tmp_path}/\1", (HERE / "authorize").read_text())
    (tmp_path / "authorize").write_text(text)

    def call(words, given):
        done = subprocess.run(["sh", tmp_path / "authorize", *words.split()], input=given, text=True, timeout=60,
                              capture_output=True, env={"PATH": f"{BUILD}:/usr/bin:/bin"})
        return done.returncode, done.stdout + done.stderr

    call.list, call.handed = tmp_path / "etc/tuijin/authorized_keys", tmp_path / "out/open/authorized_keys"
    call.list.write_text(line("@operator"))
    return call


def line(whose):
    return f"{zmq.curve_keypair()[0].decode()} {whose}\n"


def test_a_key_that_is_let_in_is_shown(authorize):
    had, new, second = authorize.list.read_text(), line("cnipa of 知识产权局"), line("cnipa")
    status, said = authorize("", f"# \033[2J\n\n{new[:-1]}\r\n{second}")
    assert status == 0 and f"\n+ {new}+ {second}The services" in said and "\033" not in said
    assert authorize.list.read_text() == authorize.handed.read_text() == had + new + second
    assert authorize("add", new) == (0, "nothing has changed\n")
    status, said = authorize("put", had + second)
    assert status == 0 and f"\n- {new}The services" in said
    assert authorize.list.read_text() == authorize.handed.read_text() == had + second


@pytest.mark.parametrize("words, given, why", (
    ("", "KEY @operator", "with a role"), ("add", "\tKEY\t@subscriber expires=2099-01-01", "with a role"),
    ("", "KEY @service", "with a role"), ("add --roles", "KEY @service", "service's own"),
    ("", "KEY cnipa\nKEY mof", "more than one"), ("add", "KEY cnipa\nKEY @subscriber", "more than one"),
    ("add --roles", "KEY @operator\nKEY @subscriber", "more than one"),
    ("", "nonsense", "no key"), ("", "KEY", "no agency"), ("", "KEY cnipa \033[2J", "control character"),
    ("put", "nonsense", "no key"), ("put", "", "nothing came in"), ("", "", "nothing came in"),
    pytest.param("", "x" * 1048577, "more than 1048576", id="too much")))
def test_more_than_was_asked_for_is_not_let_in(authorize, words, given, why):
    before = authorize.list.read_text()
    status, said = authorize(words, re.sub("KEY", lambda _: zmq.curve_keypair()[0].decode(), given))
    assert status == 65 and why in said and "\033" not in said, said
    assert authorize.list.read_text() == before and not authorize.handed.exists()


@pytest.mark.parametrize("words", ("add", "put"))
def test_a_mistake_is_in_a_line_of_what_came_in(authorize, words):
    authorize.list.write_text(line("@operator") + line("mof"))
    status, said = authorize(words, f"# for you\n\n{line('cnipa')}nonsense cnipa\n")
    assert status == 65 and "authorize: line 4: 'nonsense' is no key" in said and "/tmp" not in said, said


def test_a_key_of_somebody_else_is_not_let_in(authorize):
    status, said = authorize("add", authorize.list.read_text().replace("@operator", "cnipa"))
    assert status == 65 and "the list has a mistake in line 2: key" in said and "/tmp" not in said, said


def test_a_role_is_let_in_where_it_is_meant(authorize):
    new = line("@subscriber")
    status, said = authorize("add --roles", new)
    assert status == 0 and f"\n+ {new}" in said and new in authorize.handed.read_text()


@pytest.fixture
def setup(tmp_path):
    """The script on a folder that has been set up: setup() -> (status, output); .all, .out: folders."""
    for volume in re.findall(r"hand_out \d+ (\w+)", (HERE / "setup").read_text()):
        (tmp_path / "out" / volume).mkdir(parents=True, exist_ok=True)
    (tmp_path / "etc").mkdir()
    text = (HERE / "setup").read_text().replace("/usr/share/tuijin", str(ROOT / "deploy"))
    (tmp_path / "setup").write_text(re.sub(r"/(etc/tuijin|out)\b", rf"{tmp_path}/\1", text))

    def call():
        done = subprocess.run(["sh", tmp_path / "setup"], text=True, timeout=60, capture_output=True,
                              env={"PATH": f"{BUILD}:/usr/bin:/bin"})
        return done.returncode, done.stdout + done.stderr

    call.all, call.out = tmp_path / "etc/tuijin", tmp_path / "out"
    call.all.mkdir()
    status, said = call()
    assert status == 0 and "in place" in said and "restart" not in said, said
    return call


def mode(path):
    return path.stat().st_mode & 0o777


def test_what_is_right_stays_as_it_is(setup):
    (setup.all / "operator.pub").write_text(  # with a comment, and as another system ends lines
        "# ours\r\n" + (setup.all / "operator.pub").read_text().replace("\n", "\r\n"))
    before = {path: path.read_bytes() for path in setup.all.iterdir()}
    assert setup() == (0, "keys and passwords are as they were\n")
    assert {path: path.read_bytes() for path in setup.all.iterdir()} == before


def test_open_keys_are_those_of_their_secrets(setup):
    names = ("collector", "aggregator", "dashboard")
    had = [(setup.all / f"{name}.pub").read_text().split()[:2] for name in names]
    (setup.all / "collector.pub").unlink()
    (setup.all / "aggregator.pub").write_text(line("@service"))
    (setup.all / "dashboard.pub").write_text("")
    status, said = setup()
    assert status == 0 and "restart collector aggregator dashboard" in said, said
    assert [(setup.all / f"{name}.pub").read_text().split()[:2] for name in names] == had
    for name in names[:2]:
        assert (setup.out / "open" / f"{name}.pub").read_text().split()[:2] == had[names.index(name)]
        assert mode(setup.all / f"{name}.pub") == mode(setup.out / "open" / f"{name}.pub") == 0o644
    assert setup() == (0, "keys and passwords are as they were\n")


def test_secrets_are_their_owners_alone(setup):
    wrong = [setup.all / "operator.key", setup.all / "dashboard.key", setup.all / "reader.redis-password",
             setup.out / "collector" / "collector.key", setup.out / "plan" / "office.redis-password"]
    had = [path.read_bytes() for path in wrong]
    if os.getuid() == 0:  # whose group may read
        os.chown(wrong[1], -1, 65534)
    for path, bits in zip(wrong, (0o200, 0o640, 0o620, 0o644, 0o666)):
        path.chmod(bits)
    status, said = setup()
    assert status == 0 and len(re.findall("(?m)^made ", said)) == 3, said
    assert [mode(path) for path in wrong] == [0o600] * 5 and [path.read_bytes() for path in wrong] == had


@pytest.mark.parametrize("name, whom", (("collector", "every agency"), ("aggregator", "every subscriber"),
                                        ("operator", "out of authorized_keys")))
def test_an_open_key_that_others_trust_is_not_overwritten(setup, name, whom):
    (setup.all / f"{name}.key").unlink()
    before = {path: path.read_bytes() for path in setup.all.iterdir()}
    status, said = setup()
    assert status == 65 and "backup" in said and f"move {name}.pub away" in said and whom in said, said
    assert {path: path.read_bytes() for path in setup.all.iterdir()} == before
    (setup.all / f"{name}.pub").unlink()
    assert setup()[0] == 0 and (setup.all / f"{name}.key").exists()


def test_a_secret_that_is_none_is_told_of_and_stays(setup):
    (setup.all / "operator.key").write_text("nonsense\n")
    status, said = setup()
    assert status == 0 and "operator.key: expected a secret key" in said, said
    assert (setup.all / "operator.key").read_text() == "nonsense\n"


@pytest.fixture
def plan(tmp_path):
    """The script, with a `tuijin` that does as told: plan(list, load=status) -> (status, output)."""
    (tmp_path / "tuijin").write_text(f"""#!/bin/sh
        case "$*" in
        *load*) echo load; exit $LOAD ;;
        *--redis*) printf '%s\\n' "$LIST"; exit $SHOW ;;
        *) exec {BUILD}/tuijin "$@" ;;
        esac\n""")
    (tmp_path / "tuijin").chmod(0o755)
    (tmp_path / "plan").write_text((HERE / "plan").read_text().replace("/plan.yaml", f"{tmp_path}/plan.yaml"))

    def call(text, loaded, load=0, show=0):
        (tmp_path / "plan.yaml").write_text(text)
        done = subprocess.run(["sh", tmp_path / "plan"], text=True, timeout=60, capture_output=True, env={
            "PATH": f"{tmp_path}:/usr/bin:/bin", "LIST": loaded, "LOAD": str(load), "SHOW": str(show)})
        return done.returncode, done.stdout + done.stderr

    return call


GOOD = (ROOT / "plans" / "ipr-2026.yaml").read_text(encoding="utf-8")
LOADED = '[{"id":"ipr-2026","revision":1,"zh":"计划"}]'


@pytest.mark.parametrize("text, load", (("id: [\n", 0), (GOOD, 65)))
def test_a_plan_that_is_refused_stops_nothing_that_has_one(plan, text, load):
    status, said = plan(text, LOADED, load)
    assert status == 0 and "THE PLAN FILE IS REFUSED" in said, said
    status, said = plan(text, "[]", load)
    assert status == 65 and "REFUSED" not in said, said


def test_a_plan_that_is_none_the_worse_is_loaded(plan):
    assert plan(GOOD, "[]") == plan(GOOD, LOADED) == (0, "load\n")
    status, said = plan(GOOD, LOADED.replace(":1,", ":2,"))
    assert status == 0 and "stays in force" in said


def test_a_redis_that_does_not_answer_is_no_refusal(plan):
    assert plan("id: [\n", "", show=69)[0] == 69
    assert plan(GOOD, LOADED, load=69) == (69, "load\n")


def test_another_project_has_no_name_of_this_one():
    """Containers are PROJECT-SERVICE-1: tuijin's demo-collector would be that of a project tuijin-demo."""
    texts = [p.read_text(encoding="utf-8") for p in (*SCRIPTS, ROOT / "docs" / "operations.md", ROOT / "README.md")]
    named = set(re.findall(r"docker compose -p (\S+)", "".join(texts)))
    assert named
    for project in named:
        assert not {f"{project}-{s}" for s in SERVICES} & {f"{FILE['name']}-{s}" for s in SERVICES}, project


def test_nothing_secret_comes_into_a_file_that_others_can_read():
    """Nor does a setting for one command stay for the next."""
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    text = text[text.index("## With Docker Compose"):text.index("## By hand")]
    made = re.findall(r"docker compose [^\n`]*>\S+\.(?:key|tar)\b", text)
    assert made and all(f"(umask 077; {command})" in text for command in made)
    assert not re.search(r"\bexport TUIJIN", text)


@pytest.mark.skipif(not (ROOT / ".git").exists() or not shutil.which("git"), reason="no checkout")
def test_secrets_and_settings_are_not_committed_by_mistake():
    for name in (".env", "cnipa.key", "collector.pub", "docker-compose.override.yml"):
        assert subprocess.run(["git", "-C", ROOT, "check-ignore", "-q", "--no-index", name],
                              timeout=60).returncode == 0, name


def test_a_volume_is_the_users_from_the_start():
    """Docker gives an empty volume the owner of the folder it is mounted on first."""
    made = {name: " ".join(re.findall(r"install -d -o tuijin -g tuijin -m \d+ ([^&\n]*)", text.replace("\\\n", " ")))
            for name, (_, text) in stages().items()}
    for name, s in SERVICES.items():
        if "build" not in s:
            continue
        stage, has = s["build"]["target"], []
        while stage in made:
            has, stage = has + made[stage].split(), stages()[stage][0]
        for source, target, _ in mounts(name):
            if not source.startswith("."):
                assert target in has, (name, target)


@every_service
def test_an_image_is_ours_or_grafanas(name):
    s = SERVICES[name]
    if "build" in s:
        target = s["build"]["target"]
        assert s["image"] == f"tuijin/{target}:${{TUIJIN_VERSION:-local}}" and target in stages()
    else:
        assert name == "grafana" and re.fullmatch(r"grafana/grafana-oss:\d+\.\d+\.\d+", s["image"])


def test_images_are_debian_12_and_of_the_user():
    for name, (base, text) in stages().items():
        assert base == "debian:bookworm-slim" or base in stages(), name
        assert not re.search(r"(?m)^(ADD|ARG)\b|curl |wget ", text), f"{name}: from Debian alone"
        if name not in ("build", "base", "programs"):
            assert "\nUSER 10001:10001\n" in text and "org.opencontainers.image.title=" in text, name
    assert {s["build"]["target"] for s in SERVICES.values() if "build" in s} == set(stages()) - {
        "build", "base", "programs"}


def test_what_an_image_is_made_of_is_there_and_not_ignored():
    ignored = (ROOT / ".dockerignore").read_text().split("\n")
    assert "*" in ignored
    let_in = [line[1:] for line in ignored if line.startswith("!")]
    for line in re.findall(r"(?m)^COPY (?!--from)((?:.*\\\n)*.*)$", DOCKERFILE):
        for source in line.replace("\\\n", " ").split()[:-1]:
            assert (ROOT / source).exists(), source
            assert any(source == p or f"{source}/".startswith(f"{p}/") or p.startswith(f"{source}/")
                       for p in let_in), f"{source} is ignored"
    for path in let_in:
        assert (ROOT / path).exists(), path


def test_each_program_has_its_redis_user():
    users = set(re.findall(r"(?m)^user (\S+)", (ROOT / "deploy" / "users.acl").read_text()))
    texts = TEXT + "".join(p.read_text() for p in SCRIPTS)
    named = re.findall(r"user=([a-z]+)&password-file=\S*/([a-z]+)\.redis-password", texts)
    assert len(named) >= 5 and all(user == file for user, file in named)
    office = (HERE / "office").read_text()
    assert {user for user, _ in named} | set(re.findall(r"user=([a-z]+)", office)) <= users
    handed = set(re.findall(r"([a-z]+)\.redis-password", (HERE / "setup").read_text()))
    assert handed <= users and {"collector", "aggregator", "dashboard", "office", "reader", "health"} <= handed


def test_redis_is_as_durable_as_everywhere():
    """The command line says where, and how much memory; what is promised is in deploy/redis.conf."""
    command = SERVICES["redis"]["command"]
    assert command[::2] == ["--port", "--logfile", "--maxmemory"] and command[1] == "0"
    assert SERVICES["redis"]["network_mode"] == "none"
    conf = (ROOT / "deploy" / "redis.conf").read_text()
    places = {target for _, target, _ in mounts("redis")}
    for word in ("dir", "aclfile", "unixsocket"):
        path = re.search(rf"(?m)^{word} (\S+)$", conf)[1]
        assert path in places or path.rsplit("/", 1)[0] in places, path
    assert re.search(r"(?m)^appendfsync always$", conf)


def test_every_setting_of_the_programs_is_one():
    known = {}
    for program in ("collector", "aggregator", "dashboard"):
        shown = subprocess.run([BUILD / f"tuijin-{program}", "--help"], check=True, capture_output=True,
                               text=True, timeout=60).stdout
        known[program] = set(re.findall(r"TUIJIN_[A-Z_]+", shown))
        assert set(SERVICES[program]["environment"]) <= known[program], program
    assert set(SERVICES["demo-collector"]["environment"]) <= known["collector"]
    shown = "".join(subprocess.run([BUILD / "tuijin", command, "--help"], check=True, capture_output=True,
                                   text=True, timeout=60).stdout for command in ("doctor", "simulate", "watch"))
    known = set(re.findall(r"TUIJIN_[A-Z_]+", shown)) | {"TZ"}
    assert set(SERVICES["tuijin"]["environment"]) | set(SERVICES["demo"]["environment"]) <= known


def test_what_can_be_set_is_in_the_example_with_its_value():
    used = dict(re.findall(r"\$\{([A-Z_]+):-([^}]*)\}", TEXT))
    shown = dict(re.findall(r"(?m)^#([A-Z_]+)=(.*)$", EXAMPLE))
    assert shown.pop("COMPOSE_PROFILES") == ""
    assert shown == used
    assert "$" not in re.sub(r"\$\{[A-Z_]+:-[^}]*\}", "", TEXT), "a variable without a value of its own"
    assert all(line.startswith("#") for line in EXAMPLE.splitlines() if line), "as it is, it sets nothing"


def test_prometheus_has_the_same_jobs_and_reaches_the_services_by_name():
    ours = yaml.safe_load((HERE / "prometheus.yml").read_text())
    theirs = yaml.safe_load((ROOT / "deploy" / "prometheus" / "prometheus.yml").read_text())
    strip = [{**f, "scrape_configs": [j["job_name"] for j in f["scrape_configs"]]} for f in (ours, theirs)]
    assert strip[0] == strip[1]
    for job in ours["scrape_configs"]:
        name = job["job_name"].removeprefix("tuijin-")
        port = SERVICES[name]["environment"]["TUIJIN_HTTP"].rsplit(":", 1)[1]
        assert job["static_configs"] == [{"targets": [f"{name}:{port}"]}]
    assert ",dashboard," in SERVICES["dashboard"]["environment"]["TUIJIN_HOST"], "it would be answered 421"


def test_grafana_finds_its_board_and_its_source():
    s = SERVICES["grafana"]
    at = {target: ROOT / source for source, target, _ in mounts("grafana") if source.startswith(".")}
    source = yaml.safe_load((at["/etc/grafana/provisioning"] / "datasources" / "tuijin.yml").read_text())
    assert source["datasources"][0]["url"].lstrip("$") in s["environment"]
    board = yaml.safe_load((at["/etc/grafana/provisioning"] / "dashboards" / "tuijin.yml").read_text())
    folder = board["providers"][0]["options"]["path"]
    first = s["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    assert first.startswith(f"{folder}/")
    assert json.loads((at[folder] / first.removeprefix(f"{folder}/")).read_text())["panels"]
    port = s["environment"]["TUIJIN_PROMETHEUS_URL"].rsplit(":", 1)[1]
    assert f"--web.listen-address=0.0.0.0:{port}" in SERVICES["prometheus"]["command"]


def test_the_scripts_that_are_named_are_there_and_in_the_image():
    texts = TEXT + DOCKERFILE + "".join(p.read_text() for p in SCRIPTS)
    named = set(re.findall(r"(?:/usr/share/tuijin/(?:compose/)?|\$here/)([a-z-]+)(?![a-z./-])", texts))
    there = {p.name for p in SCRIPTS} | {"tuijin-setup", "tuijin-backup"}
    assert named == there
    for name in there:
        assert re.search(rf"(?m)^(COPY|     ).*deploy/(compose/)?{name}\b", DOCKERFILE), name


@every_script
def test_a_script_is_sound(script):
    assert script.stat().st_mode & 0o111
    assert re.search(r"(?m)^set -eu$", script.read_text())
    assert subprocess.run(["sh", "-n", script], timeout=60).returncode == 0
    if shutil.which("shellcheck"):
        assert subprocess.run(["shellcheck", "-s", "sh", script], timeout=60).returncode == 0

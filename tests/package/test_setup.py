"""tuijin-setup on a machine where nothing runs: what it makes, what it leaves, what it refuses."""

import re

import pytest
from machine import ROOT, Machine

DEBIAN_CONF = "/etc/redis/redis.conf.before-tuijin"
# A Redis as Debian starts it, which keeps what it is told; and its end, with all that on disk.
REDIS = ("setpriv --reuid redis --regid redis --clear-groups "
         "redis-server /etc/redis/redis.conf --daemonize yes >/dev/null")
START = (f"install -d -o redis /run/redis; {REDIS}\n"
         "until redis-cli PING 2>&1 | grep -q 'PONG\\|NOAUTH'; do sleep 0.05; done\n")
STOP = "redis-cli SHUTDOWN SAVE; while pgrep redis-server >/dev/null; do sleep 0.05; done\n"


# What tuijin-setup and these tests change.
CHANGED = "etc/redis etc/tuijin etc/sysctl.d var/lib/redis root"


@pytest.fixture(scope="module")
def debian(stocked):
    """With the package, before tuijin-setup."""
    with Machine(stocked) as m:
        # As for an image: nothing is started while packages are unpacked.
        m.run("apt-get install -qy ./tuijin_*.deb", timeout=300)
        m.run(f"tar -C / -cf /saved.tar {CHANGED}")
        yield m


@pytest.fixture
def machine(debian):
    yield debian
    debian.run(f"cd / && rm -rf {CHANGED} && tar -xf /saved.tar")


def state(machine):
    return machine.says("cd /etc && find redis tuijin sysctl.d -type f | sort | xargs sha256sum; "
                        "find redis tuijin -printf '%p %m %u %g %l\\n' | sort; sha256sum passwd")


def refused(machine, script, status, *words):
    before = state(machine)
    done = machine.run(script, ok=False)
    assert done.returncode == status, done.stdout + done.stderr
    assert all(word in done.stderr for word in words), done.stderr
    assert state(machine) == before
    return done


def test_installing_starts_and_enables_nothing(debian):
    assert debian.says("cd /etc/tuijin && echo *") == "aggregator.env collector.env dashboard.env notify.env"
    assert "tuijin" not in debian.says("ls -R /etc/systemd/system")


def test_files_are_made_once(machine):
    first = machine.run("tuijin-setup --no-start")
    assert "Nothing was started" in first.stdout and first.stderr == ""
    made = state(machine)
    for name in ("collector", "aggregator", "dashboard", "operator"):
        assert f"tuijin/{name}.key 600 root root" in made and f"tuijin/{name}.pub 644 root root" in made
    assert "tuijin/authorized_keys 644 root root" in made
    assert "redis/users.acl 640 root redis" in made and "redis/redis.conf 640 root redis" in made
    users = set(re.findall(r"^user (\S+)", (ROOT / "deploy/users.acl").read_text(), re.M)) - {"default"}
    assert set(re.findall(r"tuijin/(\w+)\.redis-password 600 root root", made)) == users
    roles = machine.says("cut -d ' ' -f 2 /etc/tuijin/authorized_keys | sort")
    assert roles == "@operator\n@subscriber"

    again = machine.run("tuijin-setup --no-start")
    assert "made" not in again.stdout and again.stderr == ""
    assert state(machine) == made


def test_redis_takes_the_settings_and_each_user_its_password(machine):
    machine.run("tuijin-setup --no-start")
    told = machine.says(START + """
        for file in /etc/tuijin/*.redis-password; do
            user=$(basename "$file" .redis-password)
            REDISCLI_AUTH=$(cat "$file") redis-cli --user "$user" PING
        done; redis-cli PING || :""")
    *users, stranger = told.splitlines()
    assert len(users) > 8 and set(users) == {"PONG"} and stranger.startswith("NOAUTH")


def test_services_serve_as_their_units_start_them(machine):
    """By hand: the unit's command and settings, with the files where systemd's copies would be."""
    starts = []
    for name in ("collector", "aggregator", "dashboard"):
        unit = machine.path(f"/lib/systemd/system/tuijin-{name}.service").read_text()
        settings = re.findall(r"^Environment=(\S+)$", unit, re.M)
        copies = dict(re.findall(r"^LoadCredential=(\S+):(\S+)$", unit, re.M))
        folder = f"/run/credentials/{name}"
        starts += [f"mkdir -p {folder}",
                   *(f"cp {place} {folder}/{copy}" for copy, place in copies.items()),
                   f"env {' '.join(f'{s!r}' for s in settings).replace('%d', folder)} "
                   f"{re.search(r'^ExecStart=(.*)$', unit, re.M)[1]} 2>/run/{name}.log &",
                   f"until grep -q event=ready /run/{name}.log; do sleep 0.05; done"]
    told = machine.says("tuijin-setup --no-start >/dev/null\n" + START + """
        tuijin plan load /usr/share/tuijin/plans/ipr-2026.yaml --redis \\
            'redis://office@127.0.0.1:6379?password-file=/etc/tuijin/office.redis-password'
        tuijin keygen cnipa 2>/dev/null >>/etc/tuijin/authorized_keys\n""" + "\n".join(starts) + """
        tuijin report --plan ipr-2026 --agency cnipa --task 2 --state in_progress --percent 30 \\
            --secret-key cnipa.key --server-key /etc/tuijin/collector.pub""")
    assert told.splitlines()[-1] == "task 2 accepted"


def test_a_used_redis_is_left_alone(machine):
    refused(machine, START + "redis-cli SET shop:17 full >/dev/null\ntuijin-setup --no-start", 69,
            "used for something else", "shop:17")
    # Also where it does not run, and where the key is not in the first database.
    refused(machine, START + "redis-cli SET shop:17 full >/dev/null\n" + STOP +
            "tuijin-setup --no-start", 69, "dump.rdb holds data")
    refused(machine, START + "redis-cli DEL shop:17\nredis-cli -n 3 SET shop:17 full\n"
            "tuijin-setup --no-start", 69, "used for something else", "shop:17")


def test_a_plan_in_a_snapshot_is_not_left_behind(machine):
    load = "tuijin plan load /usr/share/tuijin/plans/ipr-2026.yaml >/dev/null\n"
    refused(machine, START + load + "tuijin-setup --no-start", 69, "CONFIG SET appendonly yes")
    machine.run(START + load + """redis-cli CONFIG SET appendonly yes
        while redis-cli INFO persistence | grep -q aof_rewrite_in_progress:1; do :; done
        tuijin-setup --no-start""")
    told = machine.says(START + "tuijin plan show --redis "
                        "'redis://reader@127.0.0.1:6379?password-file=/etc/tuijin/reader.redis-password'")
    assert told.startswith("ipr-2026")


def test_an_empty_redis_is_taken_over_as_debian_left_it(machine):
    machine.run(START + STOP + "test -s /var/lib/redis/dump.rdb && tuijin-setup --no-start")
    assert "bind 127.0.0.1" in machine.path(DEBIAN_CONF).read_text()


def test_changed_settings_are_left_alone(machine):
    machine.run("echo 'maxclients 7' >>/etc/redis/redis.conf")
    refused(machine, "tuijin-setup --no-start", 69, "was changed by somebody")


def test_our_settings_may_be_changed(machine):
    machine.run("tuijin-setup --no-start; sed -i 's/^maxmemory .*/maxmemory 7gb/' /etc/redis/redis.conf")
    before = state(machine)
    assert "stays as it is" in machine.says("tuijin-setup --no-start")
    assert state(machine) == before


def test_what_lacks_is_made_and_nothing_else(machine):
    machine.run("tuijin-setup --no-start")
    before = dict(line.split()[::-1] for line in state(machine).splitlines() if len(line.split()) == 2)
    machine.run("cd /etc/tuijin; rm operator.key operator.pub doctor.redis-password\n"
                "printf '# no end' >>authorized_keys\n"
                "sed -i '/^user reader /d; /^user office /s/[+]sadd/+smembers/' /etc/redis/users.acl")
    again = machine.run("tuijin-setup --no-start")
    assert [line for line in again.stdout.splitlines() if line.startswith("made")] == [
        "made /etc/tuijin/operator.key and operator.pub", "made /etc/redis/users.acl: user reader",
        "made /etc/tuijin/doctor.redis-password", "made /etc/tuijin/reader.redis-password"]
    assert "user office has other rights" in again.stderr
    machine.run("tuijin keys check /etc/tuijin/authorized_keys")
    assert machine.says("grep -c '^[^#].* @operator ' /etc/tuijin/authorized_keys") == "2"
    after = dict(line.split()[::-1] for line in state(machine).splitlines() if len(line.split()) == 2)
    assert {name for name in before if before[name] != after[name]} == {
        "tuijin/operator.key", "tuijin/operator.pub", "tuijin/doctor.redis-password",
        "tuijin/reader.redis-password", "tuijin/authorized_keys", "redis/users.acl"}


def test_keys_are_put_right(machine):
    machine.run("tuijin-setup --no-start")
    before = state(machine)
    machine.run("cd /etc/tuijin; cp operator.pub collector.pub\n"
                "chmod 644 dashboard.key doctor.redis-password; chmod 640 aggregator.key")
    again = machine.run("tuijin-setup --no-start")
    assert [line.split()[1] for line in again.stdout.splitlines() if line.startswith("made")] == [
        "/etc/tuijin/collector.pub,", "/etc/tuijin/dashboard.key", "/etc/tuijin/doctor.redis-password"]
    machine.run("chmod 600 /etc/tuijin/aggregator.key")  # root's group is no stranger
    changed = set(state(machine).splitlines()) ^ set(before.splitlines())
    assert {line.split()[-1] for line in changed} == {"tuijin/collector.pub"}, changed  # its comment


def test_an_open_key_without_its_secret_is_not_replaced(machine):
    machine.run("tuijin-setup --no-start; mv /etc/tuijin/collector.key /root/")
    refused(machine, "tuijin-setup --no-start", 65, "collector.pub is there", "backup", "every agency")
    machine.run("mv /root/collector.key /etc/tuijin/; tuijin-setup --no-start")
    machine.run("cd /etc/tuijin; rm collector.key; mv collector.pub /root/; tuijin-setup --no-start")
    assert machine.run("cmp /root/collector.pub /etc/tuijin/collector.pub", ok=False).returncode == 1


# What Redis' user does to its folder before each step of root's: whatever name root is going to use
# there becomes a link to a file of root's, if it can.
ATTACK = """#!/bin/sh
for name; do
    case $name in SPARED) continue ;; esac
    setpriv --reuid redis --regid redis --clear-groups ln -sfT /root/victim "$name" 2>/dev/null || :
done
PATH=${PATH#*:} exec ${0##*/} "$@"
"""
STEPS = "mktemp cat cp mv chown chmod sed grep head tail install"


@pytest.mark.parametrize("spared", ["/etc/redis/redis.conf|/etc/redis/users.acl",
                                    "/etc/redis/redis.conf", "''"])
def test_links_in_the_folder_of_redis_are_not_followed(machine, spared):
    """Neither those that were there nor those that come in between."""
    machine.path("/root/attack").write_text(ATTACK.replace("SPARED", spared))
    done = machine.run(f"""
        echo "victim's own" >victim; chmod 600 victim; mkdir steps
        for step in {STEPS}; do cp attack steps/$step; chmod 755 steps/$step; done
        chmod 755 /root steps; ls -l victim >before
        PATH=/root/steps:$PATH tuijin-setup --no-start""", ok=False)
    assert machine.says("cat victim; ls -l victim") == f"victim's own\n{machine.says('cat before')}"
    assert machine.says("grep -rs victim /etc/redis || :") == ""
    if "users.acl" not in spared:
        assert done.returncode in (66, 69, 73), done.stdout + done.stderr
    else:
        assert done.returncode == 0, done.stdout + done.stderr
        assert machine.says("find /etc/redis /etc/tuijin -type l -o -name '.new-*'") == ""


def test_a_link_for_a_list_of_users_is_refused(machine):
    machine.run("tuijin-setup --no-start && rm /etc/redis/users.acl && ln -s /etc/passwd /etc/redis/users.acl")
    refused(machine, "tuijin-setup --no-start", 73, "users.acl is no plain file")
    refused(machine, "/usr/share/tuijin/deploy/redis-passwords /etc/tuijin /etc/redis/users.acl", 66, "is a link")
    assert "user " not in machine.says("cat /etc/passwd")


def test_what_redis_has_written_is_not_roots_to_read(machine):
    """The program that looks into a snapshot does so as Redis' user."""
    machine.run(START + STOP + """mkdir steps
        printf '#!/bin/sh\nid -un >&2; exec /usr/bin/redis-check-rdb "$@"' >steps/redis-check-rdb
        chmod 755 /root steps steps/redis-check-rdb""")
    assert machine.run("PATH=/root/steps:$PATH tuijin-setup --no-start").stderr == "redis\n"


@pytest.mark.parametrize("arguments,status,words", [
    ("", 69, "--no-start"), ("--no-start --plan /nowhere.yaml", 66, "/nowhere.yaml"),
    ("--plan", 64, "--plan"), ("--no-plan --plan x", 64, "exclude"), ("stop", 64, "'stop'"),
    ("files", 64, "--folder"), ("files --plan x", 64, "'--plan'")])
def test_what_it_cannot_do_it_says(debian, arguments, status, words):
    refused(debian, f"tuijin-setup {arguments}", status, words)


def test_only_root_may(debian):
    refused(debian, "setpriv --reuid redis --regid redis --clear-groups tuijin-setup", 77, "sudo")

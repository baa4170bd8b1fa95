"""tuijin doctor: what it says of the memory of Redis, its append-only file and its disk."""

import shutil

import pytest
from doctoring import GIB, Pretender, Site, codes, examine, free_port, one
from harness import World


@pytest.fixture(scope="module")
def loaded():
    with World() as w:
        w.load_plan()
        yield w


def metrics(size, free):
    page = f"# TYPE tuijin_redis_disk_size_bytes gauge\ntuijin_redis_disk_size_bytes {size}\n"
    return {"/metrics": (200, f"{page}tuijin_redis_disk_free_bytes {free}\n".encode())}


def room(tmp_path, memory=(), persistence=(), disk=(100 * GIB, 50 * GIB), flags=()):
    with Pretender(memory, persistence) as server, Site(metrics(*disk)) as site:
        found = examine("room", "--folder", tmp_path, "--redis", server.url, "--aggregator-http", site.address,
                        "--timeout", 5, *flags)
    return [f for f in found if f["check"] == "room" and f["code"] != "overcommit"]


def sized(size):
    unit = next(i for i in range(1, 7) if size / 1024 ** i < 1000)
    return f"{size / 1024 ** unit:.1f} {' KMGTPE'[unit]}iB"


def about_disk(found):
    return next(f["what"] for f in found if f["code"] in ("disk", "disk_full"))


def test_there_is_room(tmp_path):
    found = room(tmp_path)
    assert codes(found, "fine") == ["memory", "disk"] and len(found) == 2
    assert found[0]["what"] == "Redis uses 25% of its memory (1.0 GiB of maxmemory 4.0 GiB)"
    assert found[1]["what"] == "the disk of Redis has 50% free (50.0 GiB of 100.0 GiB)"


@pytest.mark.parametrize("memory, persistence, disk, level, code, said", (
    ({"used_memory": 13 * GIB // 4}, {}, None, "advice", "memory_full", "Redis uses 81% of its memory"),
    ({"used_memory": 39 * GIB // 10}, {}, None, "fault", "memory_full", "Redis uses 97% of its memory"),
    ({"used_memory": 9 * GIB // 2}, {}, None, "fault", "memory_full", "Redis uses 100% of its memory (4.5 GiB of"),
    ({"used_memory": 1 << 62, "maxmemory": 1, "total_system_memory": 0}, {}, None, "fault", "memory_full",
     "uses 100%"),
    ({"maxmemory": 0}, {}, None, "advice", "memory_without_limit", "Redis uses 1.0 GiB and has no maxmemory"),
    ({"total_system_memory": 3 * GIB // 2}, {}, None, "advice", "memory_of_machine",
     "Redis uses 1.0 GiB of the 1.5 GiB"),
    ({"total_system_memory": 6 * GIB}, {}, None, "advice", "memory_of_machine",
     "Redis may use 4.0 GiB of the 6.0 GiB"),
    ({"maxmemory_policy": "allkeys-lru"}, {}, None, "fault", "memory_evicts", "(maxmemory-policy allkeys-lru)"),
    ({"maxmemory_policy": "\x1b[2J"}, {}, None, "fault", "memory_evicts", "(maxmemory-policy \\x1b[2J)"),
    ({"used_memory": "x"}, {}, None, "skipped", "memory", "does not say how much memory"),
    ({}, {"aof_last_write_status": "err"}, None, "fault", "aof_write", "could not write its append-only file"),
    ({}, {"aof_last_bgrewrite_status": "err"}, None, "advice", "aof_rewrite", "the last rewrite"),
    ({}, {}, (100 * GIB, 14 * GIB), "advice", "disk_full", "14% free (14.0 GiB of 100.0 GiB)"),
    ({}, {}, (100 * GIB, 49 * GIB // 10), "fault", "disk_full", "4% free"),
    ({}, {"aof_current_size": 60 * GIB}, None, "advice", "disk_for_rewrite",
     "has 60.0 GiB and the disk of Redis 50.0 GiB"),
    ({}, {}, ("x", 1), "skipped", "disk_unknown", "nobody here knows"),
    ({}, {}, (1, 1 << 62), "skipped", "disk_unknown", "nobody here knows"),
    ({}, {}, (0, 0), "skipped", "disk_unknown", "nobody here knows"),
))
def test_what_lacks_room_is_named(tmp_path, memory, persistence, disk, level, code, said):
    found = room(tmp_path, memory, persistence, disk or (100 * GIB, 50 * GIB))
    assert [(f["level"], f["code"]) for f in found if f["level"] != "fine"] == [(level, code)], found
    told = next(f for f in found if f["level"] != "fine")
    assert said in told["what"] and (told["mend"] or code == "memory"), told


def test_the_disk_that_a_flag_names(tmp_path):
    found = room(tmp_path, disk=(100 * GIB, GIB), flags=("--redis-disk", tmp_path))
    assert f" of {sized(shutil.disk_usage(tmp_path).total)})" in about_disk(found)
    found = one(room(tmp_path, flags=("--redis-disk", "/proc")), "disk_unknown")
    assert "--redis-disk /proc: No data available" in found["what"]
    found = one(room(tmp_path, flags=("--redis-disk", tmp_path / "none")), "disk_unknown")
    assert f"--redis-disk {tmp_path}/none: No such file or directory" in found["what"]


def test_a_redis_of_this_machine_says_itself_where_its_disk_is(tmp_path, loaded):
    found = examine("room", "--folder", tmp_path, "--redis", loaded.redis.url, "--aggregator-http", "none")
    assert f" of {sized(shutil.disk_usage(loaded.redis.path.parent).total)})" in about_disk(found)


def test_without_redis_there_is_nothing_to_look_at(tmp_path):
    found = examine("room", "--folder", tmp_path, "--redis", f"redis://127.0.0.1:{free_port()}")
    assert [f["level"] for f in found if f["check"] == "room"] == ["skipped"]

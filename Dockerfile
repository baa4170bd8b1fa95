# The images of docker-compose.yml, a target for each program. All are Debian 12, run as the
# user 10001 and need to write nothing but the volumes that are mounted there. No image holds a
# key or a password: those are made in volumes at the first start.

FROM debian:bookworm-slim AS build
WORKDIR /src
COPY tools/deps.sh tools/
RUN tools/deps.sh build
COPY Makefile ./
COPY aggregator aggregator
COPY cli cli
COPY collector collector
COPY common common
COPY core core
COPY dashboard dashboard
COPY po po
COPY tools tools
RUN make -s -j"$(nproc)" all \
    && install -D -s -t /out build/tuijin build/tuijin-collector build/tuijin-aggregator build/tuijin-dashboard

# What every image has: the user, and the folders for volumes, which take over whose they are.
FROM debian:bookworm-slim AS base
RUN useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin tuijin \
    && install -d -o tuijin -g tuijin -m 755 /etc/tuijin \
    && install -d -o tuijin -g tuijin -m 700 /secrets /demo /run/redis

FROM base AS programs
RUN apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends \
    libzmq5 libmsgpackc2 libhiredis0.14 libyaml-0-2 libjansson4 libsodium23 libxlsxwriter4 \
    libmicrohttpd12 libcurl4 libncursesw6 ca-certificates tzdata \
    && rm -rf /var/lib/apt/lists/*
ENV LANG=C.UTF-8
COPY --from=build /out/tuijin /usr/bin/

FROM programs AS collector
LABEL org.opencontainers.image.title="tuijin-collector" \
      org.opencontainers.image.description="Takes and stores agencies' progress reports"
COPY --from=build /out/tuijin-collector /usr/bin/
RUN tuijin-collector --version
USER 10001:10001
EXPOSE 7301
ENTRYPOINT ["tuijin-collector"]

FROM programs AS aggregator
LABEL org.opencontainers.image.title="tuijin-aggregator" \
      org.opencontainers.image.description="Computes completion and publishes each change"
COPY --from=build /out/tuijin-aggregator /usr/bin/
RUN tuijin-aggregator --version
USER 10001:10001
EXPOSE 7302
ENTRYPOINT ["tuijin-aggregator"]

FROM programs AS dashboard
LABEL org.opencontainers.image.title="tuijin-dashboard" \
      org.opencontainers.image.description="Shows plans live on a web page"
COPY --from=build /out/tuijin-dashboard /usr/bin/
RUN tuijin-dashboard --version
USER 10001:10001
EXPOSE 7380
ENTRYPOINT ["tuijin-dashboard"]

# The command, and the scripts that docker-compose.yml names: what sets an installation up, backs
# it up, and tells the command where things are.
FROM programs AS tuijin
LABEL org.opencontainers.image.title="tuijin" \
      org.opencontainers.image.description="The command of Tuijin, and the setting up of an installation"
# A backup is proved by a Redis of its own.
RUN apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends redis-server \
    && rm -rf /var/lib/apt/lists/* /etc/redis /var/lib/redis \
    && install -d -o tuijin -g tuijin -m 700 /agencies /backups /var/lib/redis \
        /out /out/collector /out/aggregator /out/dashboard /out/redis /out/plan /out/demo \
    && install -d -o tuijin -g tuijin -m 755 /out/open
COPY deploy/tuijin-setup deploy/tuijin-backup deploy/redis-passwords deploy/users.acl /usr/share/tuijin/
COPY deploy/compose/setup deploy/compose/plan deploy/compose/authorize deploy/compose/demo \
     deploy/compose/office /usr/share/tuijin/compose/
RUN tuijin --version
USER 10001:10001
WORKDIR /agencies
ENTRYPOINT ["/usr/share/tuijin/compose/office"]

# Debian's own folder of settings goes: what lies there would be copied into the volume.
FROM base AS redis
LABEL org.opencontainers.image.title="tuijin-redis" \
      org.opencontainers.image.description="Debian's Redis with the settings of Tuijin"
RUN apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends redis-server \
    && rm -rf /var/lib/apt/lists/* /etc/redis /var/lib/redis \
    && install -d -o tuijin -g tuijin -m 700 /etc/redis /var/lib/redis /run/redis
COPY deploy/redis.conf deploy/compose/redis-healthy /usr/share/tuijin/
USER 10001:10001
ENTRYPOINT ["redis-server", "/usr/share/tuijin/redis.conf"]

FROM base AS prometheus
LABEL org.opencontainers.image.title="tuijin-prometheus" \
      org.opencontainers.image.description="Debian's Prometheus with the rules of Tuijin"
RUN apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends prometheus \
    && rm -rf /var/lib/apt/lists/* /etc/prometheus /var/lib/prometheus \
    && install -d -o tuijin -g tuijin -m 700 /var/lib/prometheus
COPY deploy/compose/prometheus.yml deploy/prometheus/tuijin.rules.yml /etc/prometheus/
RUN promtool check config /etc/prometheus/prometheus.yml
USER 10001:10001
EXPOSE 9090
ENTRYPOINT ["prometheus", "--config.file=/etc/prometheus/prometheus.yml"]

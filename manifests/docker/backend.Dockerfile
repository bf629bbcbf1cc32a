# The back end: narwhal and the libraries that it needs, nothing else. Build it by `./dev images`, or:
#   docker build -f manifests/docker/backend.Dockerfile -t narwhal/backend .

FROM debian:bookworm-slim AS build
# Debian's newest, as they come with security fixes; what was built is in the labels.
# hadolint ignore=DL3008
RUN apt-get update \
	&& apt-get install -y --no-install-recommends ca-certificates gcc libbrotli-dev libbson-dev libc6-dev libcjson-dev \
		libevent-dev libmongoc-dev libpcre2-dev libsqlite3-dev libssl-dev meson ninja-build pkg-config zlib1g-dev \
	&& rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY meson.build meson_options.txt ./
COPY common common
COPY frontend/nginx frontend/nginx
COPY manifests manifests
COPY master master
COPY worker worker
RUN meson setup /build --buildtype=release -Dtests=false -Dbrotli=enabled -Dtls=enabled \
	&& ninja -C /build master/narwhal master/ctl/narwhalctl manifests/docker/health \
	&& install /build/master/narwhal /build/master/ctl/narwhalctl /build/manifests/docker/health /usr/local/bin
# /data is where the embedded store lives: a new volume takes over its owner.
RUN manifests/docker/closure.sh /image /usr/local/bin/narwhal /usr/local/bin/narwhalctl \
		/usr/local/bin/health \
	&& install -d /image/etc/narwhal /image/usr/lib/ssl \
	&& install -m 644 manifests/domain.json /image/etc/narwhal/domain.json \
	&& install -m 644 /etc/ssl/certs/ca-certificates.crt /image/usr/lib/ssl/cert.pem \
	&& echo 'narwhal:x:10001:10001::/data:/sbin/nologin' >/image/etc/passwd \
	&& echo 'narwhal:x:10001:' >/image/etc/group \
	&& echo 'hosts: files dns' >/image/etc/nsswitch.conf \
	&& install -d -m 1777 /image/tmp \
	&& install -d -o 10001 -g 10001 /image/data

FROM scratch
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Narwhal, the back end" \
	org.opencontainers.image.description="A domain file served as a REST API" \
	org.opencontainers.image.licenses="MIT" \
	org.opencontainers.image.version="$VERSION" \
	org.opencontainers.image.revision="$REVISION"
COPY --from=build /image /
# The control socket is where a container with a read-only root can write too: `docker exec NAME narwhalctl top`.
ENV NARWHAL_DOMAIN=/etc/narwhal/domain.json \
	NARWHAL_STORE=sqlite:/data/narwhal.db \
	XDG_RUNTIME_DIR=/tmp
USER 10001:10001
WORKDIR /data
EXPOSE 8888 8889
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=3 \
	CMD ["/usr/local/bin/health", "8889", "/readyz"]
ENTRYPOINT ["/usr/local/bin/narwhal"]
CMD ["--bind", "0.0.0.0:8888", "--admin-bind", "0.0.0.0:8889"]

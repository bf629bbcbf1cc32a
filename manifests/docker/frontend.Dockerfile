# The front end: nginx with the web application. Build it by `./dev images`, or:
#   docker build -f manifests/docker/frontend.Dockerfile -t narwhal/frontend .

FROM node:20-bookworm-slim AS web
WORKDIR /src
COPY frontend/web/package.json frontend/web/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY frontend/web .
# Compressed here once, and not by nginx for each request.
RUN npm run build \
	&& find dist -type f -size +1k \( -name '*.css' -o -name '*.html' -o -name '*.js' -o -name '*.svg' \
		-o -name '*.webmanifest' \) -exec gzip -9 -k -n {} +

FROM debian:bookworm-slim AS nginx
# Debian's newest, as they come with security fixes; what was built is in the labels.
# hadolint ignore=DL3008
RUN apt-get update \
	&& apt-get install -y --no-install-recommends gcc libc6-dev nginx-light \
	&& rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY common/cc.h common/cc.h
COPY frontend/nginx frontend/nginx
COPY manifests/docker manifests/docker
RUN cc -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -fPIE -pie -Wl,-z,relro,-z,now -I. -o /usr/local/bin/start \
		frontend/nginx/start.c frontend/nginx/resolvconf.c -lresolv \
	&& cc -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -fPIE -pie -Wl,-z,relro,-z,now -I. \
		-o /usr/local/bin/health manifests/docker/health.c
RUN manifests/docker/closure.sh /image /usr/local/bin/start /usr/local/bin/health /usr/sbin/nginx \
	&& install -d /image/etc/nginx \
	&& install -m 644 frontend/nginx/nginx.conf /etc/nginx/mime.types /image/etc/nginx \
	&& echo 'nginx:x:10101:10101::/:/sbin/nologin' >/image/etc/passwd \
	&& echo 'nginx:x:10101:' >/image/etc/group \
	&& install -d -m 1777 /image/tmp

FROM scratch
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Narwhal, the front end" \
	org.opencontainers.image.description="nginx with Narwhal's web application" \
	org.opencontainers.image.licenses="MIT" \
	org.opencontainers.image.version="$VERSION" \
	org.opencontainers.image.revision="$REVISION"
COPY --from=nginx /image /
COPY --from=web /src/dist /srv/www
USER 10101:10101
EXPOSE 8080
STOPSIGNAL SIGQUIT
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --retries=3 \
	CMD ["/usr/local/bin/health", "8080", "/healthz"]
ENTRYPOINT ["/usr/local/bin/start", "/tmp/backend.conf", \
	"/usr/sbin/nginx", "-e", "stderr", "-c", "/etc/nginx/nginx.conf"]

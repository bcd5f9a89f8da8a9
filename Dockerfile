# One image per server, one for the page, and one of a gateway that stands alone:
# docker build --target gateway .
#
# Everything is built once, in one stage. The last stages hold what
# tools/images/lay_out.sh put together and nothing else: no shell, no package
# manager, no system. ./dev images builds them all, tags them and takes out the
# SBOMs; it also turns every "# cache:" comment into a cache mount where the
# engine has such (the classic builder of Docker refuses a file that names one).
ARG BASE=debian:bookworm-slim

FROM ${BASE} AS build
ENV DEBIAN_FRONTEND=noninteractive LANG=C.UTF-8
WORKDIR /src
# What changes seldom, before the sources.
COPY dev package.json package-lock.json suite.json ./
COPY tools/packages.txt tools/debian.sh tools/suite.sh tools/
COPY tools/dev tools/dev
COPY cmake/NpmCi.cmake cmake/
COPY frontend/package.json frontend/package-lock.json frontend/
# cache: /root/.npm
RUN ./dev prepare
COPY . .
# cache: /root/.cache/ccache
RUN ./dev build static
# Named only now: another commit with the same sources compiles one file.
ARG COMMIT=unknown
# cache: /root/.cache/ccache
RUN TRIAD_COMMIT=${COMMIT} ./dev build static && tools/images/lay_out.sh ${COMMIT} .dev/unpacked/nginx

FROM scratch AS base
ARG COMMIT=unknown
ARG VERSION=unknown
ARG CREATED=unknown
LABEL org.opencontainers.image.vendor="Triad" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${COMMIT}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.base.name="scratch"
USER 65532:65532

FROM base AS gateway
LABEL org.opencontainers.image.title="triad/gateway" \
      org.opencontainers.image.description="REST, server-sent events and raw bytes in front of gRPC services"
COPY --from=build /src/build/static/images/gateway/ /
ENV TRIAD_LISTEN=0.0.0.0:4545 TRIAD_ADMIN_LISTEN=0.0.0.0:4560 TRIAD_LOG_FORMAT=json
EXPOSE 4545 4560
STOPSIGNAL SIGTERM
ENTRYPOINT ["/triad-gateway"]

# The gateway in front of services of others: nothing of Triad's is in it, so it is told of a
# descriptor set.
FROM base AS standalone-gateway
LABEL org.opencontainers.image.title="triad/standalone-gateway" \
      org.opencontainers.image.description="REST, server-sent events, WebSockets and raw bytes in front of anybody's gRPC services"
COPY --from=build /src/build/static/images/standalone-gateway/ /
ENV TRIAD_LISTEN=0.0.0.0:4545 TRIAD_ADMIN_LISTEN=0.0.0.0:4560 TRIAD_LOG_FORMAT=json
EXPOSE 4545 4560
STOPSIGNAL SIGTERM
ENTRYPOINT ["/triad-gateway"]

FROM base AS config
LABEL org.opencontainers.image.title="triad/config" \
      org.opencontainers.image.description="Runtime configuration: typed entries, masked secrets, a live watch"
COPY --from=build /src/build/static/images/config/ /
COPY --from=build --chown=65532:65532 /src/build/static/images/data/ /var/lib/triad/
ENV TRIAD_LISTEN=0.0.0.0:4551 TRIAD_ADMIN_LISTEN=0.0.0.0:4561 TRIAD_LOG_FORMAT=json \
    TRIAD_DATA_DIR=/var/lib/triad
VOLUME /var/lib/triad
EXPOSE 4551 4561
STOPSIGNAL SIGTERM
ENTRYPOINT ["/triad-config"]

FROM base AS transform
LABEL org.opencontainers.image.title="triad/transform" \
      org.opencontainers.image.description="Text and data operations, chained into recipes that it keeps"
COPY --from=build /src/build/static/images/transform/ /
COPY --from=build --chown=65532:65532 /src/build/static/images/data/ /var/lib/triad/
ENV TRIAD_LISTEN=0.0.0.0:4552 TRIAD_ADMIN_LISTEN=0.0.0.0:4562 TRIAD_LOG_FORMAT=json \
    TRIAD_DATA_DIR=/var/lib/triad
VOLUME /var/lib/triad
EXPOSE 4552 4562
STOPSIGNAL SIGTERM
ENTRYPOINT ["/triad-transform"]

FROM base AS storage
LABEL org.opencontainers.image.title="triad/storage" \
      org.opencontainers.image.description="Named objects with content hashes, streamed both ways"
COPY --from=build /src/build/static/images/storage/ /
COPY --from=build --chown=65532:65532 /src/build/static/images/data/ /var/lib/triad/
ENV TRIAD_LISTEN=0.0.0.0:4553 TRIAD_ADMIN_LISTEN=0.0.0.0:4563 TRIAD_LOG_FORMAT=json \
    TRIAD_DATA_DIR=/var/lib/triad
VOLUME /var/lib/triad
EXPOSE 4553 4563
STOPSIGNAL SIGTERM
ENTRYPOINT ["/triad-storage"]

FROM base AS frontend
LABEL org.opencontainers.image.title="triad/frontend" \
      org.opencontainers.image.description="The web page, and the way from it to the gateway, by nginx"
COPY --from=build /src/build/static/images/frontend/ /
EXPOSE 8080
# nginx finishes what it serves on this one, and drops it on SIGTERM.
STOPSIGNAL SIGQUIT
ENTRYPOINT ["/usr/sbin/nginx", "-e", "stderr", "-p", "/etc/nginx/", "-c", "nginx.conf"]

# SPDX-License-Identifier: Apache-2.0
# docker build -t wiregauge .
# docker run --rm --network host --cap-add NET_RAW -v wiregauge:/var/lib/wiregauge wiregauge -i eth0
# The volume keeps accounts; the log of the first start, and initial-admin-password in it, tell the admin's password.
# Docker grants NET_RAW by default; without it the program cannot start. The API is on the host's loopback: 127.0.0.1:9669.
FROM debian:12 AS build
WORKDIR /source
COPY tools/apt-packages tools/apt-packages
RUN apt-get update \
 && apt-get install -y --no-install-recommends $(awk '$1 == "build" { print $2 }' tools/apt-packages)
COPY . .
RUN cmake --preset release -DWIREGAUGE_TESTS=OFF -DWIREGAUGE_BENCHMARKS=OFF -DCMAKE_INSTALL_PREFIX=/usr \
 && cmake --build --preset release --target wiregauge \
 && DESTDIR=/image cmake --install build/release --strip

FROM debian:12-slim
COPY tools/apt-packages /tmp/apt-packages
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
    $(awk '$1 == "runtime" { print $2 }' /tmp/apt-packages) \
 && rm -rf /var/lib/apt/lists/* /tmp/apt-packages \
 && useradd --system --create-home --home-dir /var/lib/wiregauge --shell /usr/sbin/nologin wiregauge
COPY --from=build /image/ /
# The right to capture is the file's, since the user is not root.
RUN setcap cap_net_raw=ep /usr/bin/wiregauge
USER wiregauge
WORKDIR /var/lib/wiregauge
EXPOSE 9669
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
  CMD curl --fail --silent --show-error http://127.0.0.1:9669/healthz
ENTRYPOINT ["/usr/bin/wiregauge"]

# syntax=docker/dockerfile:1
# The bot in a small image: built in one stage, run in another as nobody, with nothing to write but /data.

FROM python:3.12-slim AS build
WORKDIR /src
RUN python -m venv /opt/frontdesk
COPY requirements.lock ./
RUN /opt/frontdesk/bin/pip install --no-cache-dir --require-hashes --requirement requirements.lock
COPY . .
RUN /opt/frontdesk/bin/pip install --no-cache-dir --no-deps .

FROM python:3.12-slim
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 MPLCONFIGDIR=/tmp/matplotlib
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin frontdesk \
 && install --directory --owner=frontdesk --mode=0700 /data
COPY --from=build /opt/frontdesk /opt/frontdesk
ENV PATH=/opt/frontdesk/bin:$PATH FRONTDESK_WATCH__PORT=9464
USER 10001
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:9464/readyz', timeout=4)"]
ENTRYPOINT ["frontdesk"]
CMD ["run", "--config", "/data/config.toml"]

# Rollcall for production: Node 22 on Debian slim, production dependencies only, no build step, nobody's root.
# What it writes goes to /data (and nothing does where MONGODB_URI and ROLLCALL_KEYS are set); the rest may be read-only.
FROM node:22.23.3-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# None of them needs its install script: what is native comes prebuilt.
RUN npm ci --omit=dev --ignore-scripts

FROM node:22.23.3-bookworm-slim
WORKDIR /app
# Without the cache of tsx nothing is written to /tmp.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data TSX_DISABLE_CACHE=1
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json manifest.yml LICENSE ./
COPY bin ./bin
COPY blocks ./blocks
COPY connectors ./connectors
COPY src ./src
RUN ln -s /app/bin/rollcall.js /usr/local/bin/rollcall && mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--import", "tsx", "src/main.ts"]

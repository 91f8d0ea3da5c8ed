# One image for every Mainstay process; the arguments say which part of the work it takes.
FROM node:24-bookworm-slim

# git reads repositories, Python runs the agents of Python projects, bubblewrap isolates where no Docker daemon is given.
RUN apt-get update \
  && apt-get install -y --no-install-recommends bubblewrap ca-certificates git python3 python3-venv \
  && rm -rf /var/lib/apt/lists/*

WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev && npm cache clean --force
COPY . .

# The folder exists before the volume does, so that the volume belongs to the user who runs.
RUN mkdir -p /var/lib/mainstay && chown node:node /var/lib/mainstay
ENV NODE_ENV=production NODE_OPTIONS=--disable-warning=ExperimentalWarning MAINSTAY_HOME=/var/lib/mainstay
USER node

ENTRYPOINT ["node", "/app/client/cli/main.ts"]
CMD ["worker"]

import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import getPort from 'get-port';
import { type Cluster, openCluster } from '../../../activities/lib/cluster/cluster.ts';
import type { KubePrograms } from './programs.ts';

export type Kube = {
  kubeconfig: string;
  stop(): Promise<void>;
};

type Part = { name: string; process: ReturnType<typeof launch>; log: string; ended: boolean };

/** Starts a real control plane with one played node on free loopback ports; it answers when pods can run. `stop` leaves nothing. */
export async function startKube(programs: KubePrograms): Promise<Kube> {
  const folder = await mkdtemp(join(tmpdir(), 'mainstay-kube-'));
  const parts: Part[] = [];
  const begin = (name: string, program: string, args: string[]): void => {
    const log = join(folder, `${name}.log`);
    const part: Part = { name, log, process: launch({ program, args, folder, log }), ended: false };
    void part.process.finally(() => {
      part.ended = true;
    });
    parts.push(part);
  };
  const stop = async (): Promise<void> => {
    // Backwards: each part needs the ones before it to end quietly.
    for (const { process } of parts.toReversed()) {
      process.kill('SIGTERM', new Error('the test is over'));
      await process;
    }
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const port = {
      etcd: await getPort(),
      peer: await getPort(),
      api: await getPort(),
      controllers: await getPort(),
      scheduler: await getPort(),
      kwok: await getPort(),
    };
    const kubeconfig = await writeFiles(folder, port.api);
    const part = (name: string, args: string[]) => begin(name, programs.controlPlane, [name, ...args]);

    part('etcd', [
      '--data-dir=etcd', '--unsafe-no-fsync', '--log-level=warn',
      `--listen-client-urls=http://127.0.0.1:${port.etcd}`, `--advertise-client-urls=http://127.0.0.1:${port.etcd}`,
      `--listen-peer-urls=http://127.0.0.1:${port.peer}`, `--initial-advertise-peer-urls=http://127.0.0.1:${port.peer}`, `--initial-cluster=default=http://127.0.0.1:${port.peer}`,
    ]); // prettier-ignore
    part('kube-apiserver', [
      `--etcd-servers=http://127.0.0.1:${port.etcd}`, '--bind-address=127.0.0.1', `--secure-port=${port.api}`, '--cert-dir=certificates', '--token-auth-file=tokens.csv',
      '--advertise-address=127.0.0.1', '--endpoint-reconciler-type=none', '--authorization-mode=RBAC', '--service-cluster-ip-range=10.96.0.0/16',
      '--service-account-issuer=https://kubernetes.default.svc', '--service-account-key-file=accounts.key', '--service-account-signing-key-file=accounts.key',
      // Pods then need no token, which only a real kubelet would mount.
      '--disable-admission-plugins=ServiceAccount',
    ]); // prettier-ignore
    const cluster = await whenReady(kubeconfig, parts);
    part('kube-controller-manager', [
      '--kubeconfig=kubeconfig', '--leader-elect=false', '--bind-address=127.0.0.1', `--secure-port=${port.controllers}`, '--service-account-private-key-file=accounts.key',
      '--controllers=*,-nodeipam,-cloud-node-lifecycle', '--concurrent-deployment-syncs=10',
    ]); // prettier-ignore
    part('kube-scheduler', [
      '--kubeconfig=kubeconfig',
      '--leader-elect=false',
      '--bind-address=127.0.0.1',
      `--secure-port=${port.scheduler}`,
    ]);
    await cluster.create('/api/v1/nodes', {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'played', annotations: { 'kwok.x-k8s.io/node': 'fake' } },
    });
    const stages = fileURLToPath(new URL('stages.yaml', import.meta.url));
    begin('kwok', programs.kwok, [
      '--kubeconfig=kubeconfig',
      `--config=${stages}`,
      '--manage-all-nodes=true',
      `--server-address=127.0.0.1:${port.kwok}`,
    ]);
    await until(parts, async () => JSON.stringify(await cluster.read('/api/v1/nodes/played')).includes('"reason":"KubeletReady"'));

    return { kubeconfig, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function launch({ program, args, folder, log }: { program: string; args: string[]; folder: string; log: string }) {
  return execa(program, args, {
    cwd: folder,
    reject: false,
    buffer: false,
    stdin: 'ignore',
    stdout: { file: log },
    stderr: { file: log },
    forceKillAfterDelay: 3_000,
  });
}

async function writeFiles(folder: string, port: number): Promise<string> {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const token = randomUUID();
  await writeFile(join(folder, 'accounts.key'), privateKey, { mode: 0o600 });
  await writeFile(join(folder, 'tokens.csv'), `${token},admin,admin,"system:masters"\n`, { mode: 0o600 });
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin' } }],
    // The server makes its certificate when it starts, together with the authority that signs it, in this one file.
    clusters: [
      {
        name: 'test',
        cluster: { server: `https://127.0.0.1:${port}`, 'certificate-authority': join(folder, 'certificates', 'apiserver.crt') },
      },
    ],
    users: [{ name: 'admin', user: { token } }],
  };
  const path = join(folder, 'kubeconfig');
  await writeFile(path, JSON.stringify(kubeconfig), { mode: 0o600 });
  return path;
}

async function whenReady(kubeconfig: string, parts: Part[]): Promise<Cluster> {
  let cluster: Cluster | undefined;
  await until(parts, async () => {
    cluster ??= openCluster({ kubeconfig });
    return (await cluster.send({ method: 'GET', path: '/readyz' })).status === 200;
  });
  if (cluster === undefined) throw new Error('unreachable');
  return cluster;
}

/** Waits for a condition of the control plane; fails with the log of a part that ended. */
async function until(parts: Part[], holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await holds().catch(() => false))) {
    const ended = parts.find((part) => part.ended);
    if (ended !== undefined) throw new Error(`${ended.name} ended: ${(await readFile(ended.log, 'utf8')).slice(-1500)}`);
    if (Date.now() > deadline) throw new Error(`the control plane is not ready after 60 s: ${await lastLog(parts)}`);
    await sleep(100);
  }
}

async function lastLog(parts: Part[]): Promise<string> {
  const last = parts.at(-1);
  return last === undefined ? 'nothing was started' : (await readFile(last.log, 'utf8')).slice(-1500);
}

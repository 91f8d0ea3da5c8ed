import type { BuildSettings } from '../../../schemas/settings.ts';

/** What a Job is to build: a commit of a repository that it clones by itself, pushed under one name. */
export type JobWish = {
  name: string;
  builder: 'kaniko' | 'buildkit';
  /** Repository as `https://host/path`, without login. */
  repository: string;
  commit: string;
  /** Branch or tag from which the commit is reached. */
  ref: string;
  /** Folder and Dockerfile inside the repository; '' is the root. */
  context: string;
  dockerfile: string;
  destination: string;
  labels: Readonly<Record<string, string>>;
  settings: Pick<BuildSettings, 'build_args' | 'job' | 'network'>;
  /** Seconds after which the cluster ends it. */
  deadline: number;
};

// Label of the Jobs and pods that build.
const buildLabel = 'mainstay.dev/build';

const images = { kaniko: 'gcr.io/kaniko-project/executor:v1.24.0', buildkit: 'moby/buildkit:v0.26.2-rootless' };

/** The Job as the API takes it: one pod, one try, no token of the cluster, the pushed digest as its termination message. */
export function jobTemplate(wish: JobWish): object {
  const { builder, settings, name, deadline } = wish;
  const container = {
    name: 'build',
    image: settings.job.image ?? images[builder],
    terminationMessagePolicy: 'FallbackToLogsOnError',
    resources: { requests: { cpu: '500m', memory: '1Gi' } },
    ...(builder === 'kaniko' ? kaniko(wish) : buildkit(wish)),
  };
  const secret = settings.job.push_secret;
  const volumes =
    secret === undefined
      ? []
      : [{ name: 'registry', secret: { secretName: secret, items: [{ key: '.dockerconfigjson', path: 'config.json' }] } }];
  const home = builder === 'kaniko' ? '/kaniko/.docker' : '/home/user/.docker';
  const volumeMounts = secret === undefined ? [] : [{ name: 'registry', mountPath: home, readOnly: true }];
  const labels = { [buildLabel]: builder };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace: settings.job.namespace, labels, annotations: { 'mainstay.dev/commit': wish.commit } },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: deadline,
      // Long enough for a worker that was restarted to read how it ended.
      ttlSecondsAfterFinished: 3600,
      template: {
        metadata: { labels },
        spec: {
          restartPolicy: 'Never',
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          containers: [{ ...container, volumeMounts }],
          volumes,
        },
      },
    },
  };
}

/** https://github.com/GoogleContainerTools/kaniko#additional-flags */
function kaniko({ repository, ref, commit, context, dockerfile, destination, labels, settings }: JobWish): object {
  const branch = /^[0-9a-f]{40,64}$/.test(ref) || ref.startsWith('refs/') ? ref : `refs/heads/${ref}`;
  const args = [
    `--context=${repository.replace(/^https:/, 'git:')}#${branch}#${commit}`,
    ...(context === '' ? [] : [`--context-sub-path=${context}`]),
    `--dockerfile=${dockerfile}`,
    `--destination=${destination}`,
    '--digest-file=/dev/termination-log',
    ...Object.entries(settings.build_args).map(([key, value]) => `--build-arg=${key}=${value}`),
    ...Object.entries(labels).map(([key, value]) => `--label=${key}=${value}`),
    ...(settings.job.insecure ? ['--insecure'] : []),
  ];
  return { args, env: token('GIT_TOKEN', settings) };
}

/** https://docs.docker.com/build/building/context/#git-repositories */
function buildkit({ repository, commit, context, dockerfile, destination, labels, settings }: JobWish): object {
  const { job, build_args, network } = settings;
  const args = [
    'build',
    '--frontend=dockerfile.v0',
    `--opt=context=${repository}#${commit}${context === '' ? '' : `:${context}`}`,
    `--opt=filename=${dockerfile}`,
    ...(network ? [] : ['--opt=force-network-mode=none']),
    ...Object.entries(build_args).map(([key, value]) => `--opt=build-arg:${key}=${value}`),
    ...Object.entries(labels).map(([key, value]) => `--opt=label:${key}=${value}`),
    ...(job.git_secret === undefined ? [] : ['--secret=id=GIT_AUTH_TOKEN,env=GIT_AUTH_TOKEN']),
    `--output=type=image,name=${destination},push=true${job.insecure ? ',registry.insecure=true' : ''}`,
  ];
  // The metadata as a whole is longer than a termination message may be.
  const line =
    'buildctl-daemonless.sh "$@" --metadata-file /tmp/built.json && sed -n "s/.*\\"containerimage.digest\\": *\\"\\(sha256:[0-9a-f]*\\)\\".*/\\1/p" /tmp/built.json > /dev/termination-log';
  return {
    command: ['/bin/sh', '-c', line, 'buildctl'],
    args,
    env: [{ name: 'BUILDKITD_FLAGS', value: '--oci-worker-no-process-sandbox' }, ...token('GIT_AUTH_TOKEN', settings)],
    // Rootless BuildKit makes user namespaces, which the usual filter of system calls forbids.
    securityContext: { runAsUser: 1000, runAsGroup: 1000, seccompProfile: { type: 'Unconfined' }, appArmorProfile: { type: 'Unconfined' } },
  };
}

function token(name: string, { job }: Pick<BuildSettings, 'job'>): object[] {
  return job.git_secret === undefined ? [] : [{ name, valueFrom: { secretKeyRef: { name: job.git_secret, key: 'token' } } }];
}

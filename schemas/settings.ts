import { z } from 'zod';
import { Duration } from './nouns.ts';

const Texts = z.union([z.string(), z.array(z.string())]).transform((value) => (Array.isArray(value) ? value : [value]));
/** Name of an object of a cluster (RFC 1123). */
const ClusterName = z
  .string()
  .max(53)
  .regex(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/, 'expected lower-case letters, digits and dashes, at most 53');
/** Where a chart keeps one value: `image.tag`, `sidecars[0].image`. */
const ValuePath = z.string().regex(/^[\w-]+(?:\.[\w-]+|\[\d{1,3}\])*$/, 'expected a path such as image.tag');

/** `with:` of a deploy stage. */
export const DeploySettings = z.strictObject({
  /** `auto`: docker where the stage before made an image and a daemon answers, else a local process. */
  target: z.enum(['auto', 'docker', 'process', 'command', 'kubernetes', 'helm']).default('auto'),
  /** Command that starts the service (process), or deploys it (command). */
  start: z.string().optional(),
  /** Command that takes a `command` deploy back; gets MAINSTAY_PREVIOUS_DIGEST. */
  rollback: z.string().optional(),
  /** Command that tells whether this commit is deployed (exit code 0: yes), asked when a crash left that open; gets MAINSTAY_COMMIT. */
  probe: z.string().optional(),
  /** Image to run; default: the one that the build made. */
  image: z.string().optional(),
  /** Port that the service listens on inside; told to it as PORT. */
  port: z.number().int().min(1).max(65535).default(8080),
  /** Port on this machine; 0: a free one. */
  publish: z.number().int().min(0).max(65535).default(0),
  /**
   * How a release shows that it is well. `path` must answer 200 to 399; without one, `/` must answer anything below 500.
   * `command` runs inside the container or beside the process. `none`: it listens on no port and only has to stay alive.
   */
  health: z
    .strictObject({
      path: z.string().startsWith('/').optional(),
      url: z.url({ protocol: /^https?$/ }).optional(),
      command: z.string().optional(),
      none: z.boolean().default(false),
    })
    .prefault({}),
  /** Namespace of a `kubernetes` or `helm` deploy; the context must be one that the worker offers. */
  namespace: ClusterName.default('default'),
  context: z.string().optional(),
  /** Files, folders or globs of the manifests (kubernetes). */
  manifests: Texts.default(['k8s']),
  /** Image by container (kubernetes); `built` is the one that the build stage pushed. Default: the built one for the container whose image has its name. */
  images: z.record(z.string(), z.string().min(1)).optional(),
  /** What is watched (kubernetes): `deployment/shop`; default: every Deployment, StatefulSet and DaemonSet of the manifests. */
  workload: Texts.optional(),
  /** Folder of the chart, its values files in order, single values by path, and the release's name (helm; default: the repository's name). */
  chart: z.string().default('chart'),
  values: Texts.default([]),
  set: z.record(ValuePath, z.union([z.string(), z.number(), z.boolean()])).default({}),
  release: ClusterName.optional(),
  /** Where the chart takes the built image: `{ repository: image.repository, digest: image.digest }`; `{}`: nowhere. */
  image_values: z
    .strictObject({
      reference: ValuePath.optional(),
      repository: ValuePath.optional(),
      tag: ValuePath.optional(),
      digest: ValuePath.optional(),
    })
    .optional(),
  /** Whether the chart's hooks run (helm). */
  hooks: z.boolean().default(true),
  /** How long Helm waits for an upgrade or a rollback. */
  timeout: Duration.default('5 minutes'),
  /** How long a new release may take until it is well for the first time; before that it replaces nothing. */
  ready_within: Duration.default('60 seconds'),
  /** How long a release is watched before it counts as good, how often it is probed, and how many probes may fail. */
  watch: z
    .strictObject({ window: Duration.optional(), interval: Duration.optional(), tolerate: z.number().int().min(0).default(0) })
    .prefault({}),
});
export type DeploySettings = z.infer<typeof DeploySettings>;

/** `with:` of a build stage. */
export const BuildSettings = z.strictObject({
  /** What to make; default: an image where a Dockerfile is, and a package where the project is one. */
  make: z.array(z.enum(['package', 'image', 'command'])).optional(),
  dockerfile: z.string().optional(),
  image: z.string().optional(),
  build_args: z.record(z.string(), z.string()).default({}),
  /** Lets the RUN steps of a Dockerfile reach the network. */
  network: z.boolean().default(false),
  /** Registry to push to, `host:port/name`; absent: the image stays in the daemon. */
  push: z.string().optional(),
  /** Who builds an image: the worker's Docker daemon, or a Job in a cluster; `auto`: the daemon where one answers, else Kaniko where there is a cluster. */
  builder: z.enum(['docker', 'kaniko', 'buildkit', 'auto']).default('docker'),
  /** The Job of `kaniko` and `buildkit`. */
  job: z
    .strictObject({
      namespace: ClusterName.default('default'),
      context: z.string().optional(),
      /** Image of the builder itself; default: the project's own release. */
      image: z.string().optional(),
      /** Secret (kubernetes.io/dockerconfigjson) with the login of the registry. */
      push_secret: ClusterName.optional(),
      /** Secret whose key `token` opens the repository, when it is private. */
      git_secret: ClusterName.optional(),
      /** The registry speaks plain HTTP. */
      insecure: z.boolean().default(false),
    })
    .prefault({}),
  /** Globs of files to keep after own commands. */
  artifacts: z.array(z.string()).default([]),
});
export type BuildSettings = z.infer<typeof BuildSettings>;

/** `with:` of a test stage. */
export const TestSettings = z.strictObject({
  coverage: z.number().min(0).max(100).optional(),
  /** Where own commands leave JUnit XML and coverage (LCOV or Cobertura). */
  junit: z.array(z.string()).default([]),
  coverage_files: z.array(z.string()).default([]),
});
export type TestSettings = z.infer<typeof TestSettings>;

/** `with:` of a lint stage. */
export const LintSettings = z.strictObject({
  block: z.enum(['all', 'changed']).optional(),
  /** SARIF files that own commands leave. */
  sarif: z.array(z.string()).default([]),
});
export type LintSettings = z.infer<typeof LintSettings>;

/** `with:` of a security stage. */
export const SecuritySettings = z.strictObject({
  block: z.enum(['low', 'medium', 'high', 'critical']).optional(),
  scanners: z.array(z.string()).optional(),
  sarif: z.array(z.string()).default([]),
});
export type SecuritySettings = z.infer<typeof SecuritySettings>;

export const settingsOf = {
  deploy: DeploySettings,
  build: BuildSettings,
  test: TestSettings,
  lint: LintSettings,
  security: SecuritySettings,
} as const;

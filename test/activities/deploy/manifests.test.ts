import { describe, expect, it } from 'vitest';
import { withImages } from '../../../activities/deploy/kubernetes/containers.ts';
import { refuseFarReaching } from '../../../activities/deploy/kubernetes/permitted.ts';
import { readManifests } from '../../../activities/deploy/kubernetes/readManifests.ts';
import { refusalOf } from '../../support/refusals.ts';

const read = (text: string) => readManifests([{ path: 'k8s/shop.yaml', text }]);
const object = (kind: string, name = 'shop', extra = '') => `apiVersion: v1\nkind: ${kind}\nmetadata: { name: "${name}"${extra} }\n`;
const bomb = [
  'a0: &a0 [lol]',
  ...Array.from({ length: 9 }, (_, level) => `a${level + 1}: &a${level + 1} [${Array(9).fill(`*a${level}`).join(', ')}]`),
].join('\n');

describe('reading manifests', () => {
  it('reads several documents, comments, lists and JSON', () => {
    const text = `# shop\n---\n${object('ConfigMap', 'a')}--- # next\n${object('Secret', 'b')}...\n---\n{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Service","metadata":{"name":"c"}}]}\n---\n# end\n`;
    expect(read(text).map(({ kind, metadata }) => `${kind}/${metadata.name}`)).toEqual(['ConfigMap/a', 'Secret/b', 'Service/c']);
  });

  it('reads a file mode as Kubernetes does, and the same digits in quotes as text', () => {
    const [manifest] = read(`${object('Secret')}defaultMode: 0644\ntext: "0644"\n`);
    expect(manifest).toMatchObject({ defaultMode: 0o644, text: '0644' });
  });

  it('does not take a marker inside a text for a new document', () => {
    expect(read(`${object('ConfigMap')}data:\n  text: |\n    one\n    ---\n    two\n`)).toMatchObject([
      { data: { text: 'one\n---\ntwo\n' } },
    ]);
  });

  it.each([
    ['aliases that expand without end', bomb, 'huge or endless'],
    ['a list that holds lists', 'kind: List\nitems: [{kind: List, items: []}]', 'a List holds a List'],
    ['an object without a name', 'apiVersion: v1\nkind: Pod\nmetadata: {generateName: a-}\n', 'metadata.name'],
    ['a name that leads elsewhere', object('Secret', '../../kube-system/secrets/x'), 'letters, digits'],
    ['a kind that leads elsewhere', 'apiVersion: v1\nkind: ../x\nmetadata: {name: a}', 'a kind such as'],
    ['a version that leads elsewhere', 'apiVersion: ../../api/v1\nkind: Pod\nmetadata: {name: a}', 'a version such as'],
    ['nesting without end', `a: ${'['.repeat(50_000)}`, 'nested too deeply'],
    ['a document that is too large', `a: ${'x'.repeat(300_000)}`, 'at most 256 KiB'],
    ['too many documents', `${object('Secret')}---\n`.repeat(501), 'at most 500'],
    ['a key that is there twice', 'kind: Pod\nkind: Pod\n', 'the key is there twice'],
    ['an annotation that is no text', 'apiVersion: v1\nkind: Pod\nmetadata: { name: a, annotations: { b: 1 } }', 'metadata.annotations.b'],
    ['bytes', 'a: \u0000', 'binary or not UTF-8'],
    ['a bare word', 'hello', 'k8s/shop.yaml:1'],
  ])('refuses %s', (_, text, problem) => {
    expect(refusalOf(() => read(text))).toMatch(/^InvalidConfiguration: /);
    expect(refusalOf(() => read(text))).toContain(problem);
  });

  it('refuses what is too large in all, in less than a second', () => {
    const started = Date.now();
    const text = `---\n# ${'x'.repeat(200_000)}\n`.repeat(30);
    expect(refusalOf(() => read(text))).toContain('at most 4 MiB');
    expect(Date.now() - started).toBeLessThan(1000);
  });

  it('tells where the document begins, and the line in it', () => {
    expect(refusalOf(() => read(`${object('Secret')}---\n\nkind: [`))).toContain('k8s/shop.yaml, document from line 4:3');
  });
});

describe('what a pipeline may deploy', () => {
  it.each([
    ['a namespace', object('Namespace'), 'Namespace/shop belongs to the whole cluster'],
    ['rights for the whole cluster', object('ClusterRoleBinding'), 'belongs to the whole cluster'],
    ['a new kind', object('CustomResourceDefinition'), 'belongs to the whole cluster'],
    ['a webhook that sees every object', object('MutatingWebhookConfiguration'), 'belongs to the whole cluster'],
    ['an object of another namespace', object('Secret', 'shop', ', namespace: kube-system'), 'is for the namespace kube-system'],
    ['a file for kustomize', object('Kustomization'), 'kustomize, which is not run'],
    ['the memory of the fence', object('ConfigMap', 'mainstay-fence-staging'), 'kept for the fence'],
    ['the same object twice', `${object('Secret')}---\n${object('Secret')}`, 'is there twice'],
    ['one that hides in a list', `kind: List\nitems: [{apiVersion: v1, kind: Namespace, metadata: {name: a}}]`, 'whole cluster'],
  ])('is not %s', (_, text, problem) => {
    expect(refusalOf(() => refuseFarReaching(read(text), 'shop'))).toContain(problem);
  });

  it('is what names its own namespace, or none', () => {
    const text = `${object('Secret', 'a', ', namespace: shop')}---\n${object('Secret', 'b')}`;
    expect(refusalOf(() => refuseFarReaching(read(text), 'shop'))).toBe('accepted');
  });
});

describe('the built image', () => {
  const built = `registry.example:5000/shop@sha256:${'d'.repeat(64)}`;
  const pods = (...containers: string[]) =>
    read(
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: shop }\nspec: { template: { spec: { containers: [${containers.join(', ')}] } } }`,
    );
  const shop = '{ name: shop, image: "registry.example:5000/shop:main" }';
  const proxy = '{ name: proxy, image: "registry.example:5000/proxy" }';
  const imagesOf = (text: unknown) => [...JSON.stringify(text).matchAll(/"image":"([^"]+)"/g)].map(([, image]) => image);

  it.each([
    ['where an image of its name stands', pods(shop, proxy), undefined, [built, 'registry.example:5000/proxy']],
    ['into the only container', pods(proxy), undefined, [built]],
    ['into the named container', pods(shop, proxy), { proxy: 'built' }, ['registry.example:5000/shop:main', built]],
    ['nowhere, when another is named', pods(shop), { shop: 'registry.example/other:1' }, ['registry.example/other:1']],
  ])('goes %s', (_, manifests, images, expected) => {
    expect(imagesOf(withImages(manifests, { images, built }))).toEqual(expected);
  });

  it.each([
    ['a container that is not there', pods(shop), { shpo: 'built' }, built, 'no container is called shpo'],
    ['no image where one is wished', pods(shop), { shop: 'built' }, undefined, 'no stage before built an image'],
    ['several containers and no wish', pods(proxy, '{ name: other, image: x }'), undefined, built, 'images: { <container>: built }'],
  ])('is refused with %s', (_, manifests, images, image, problem) => {
    expect(refusalOf(() => withImages(manifests, { images, built: image }))).toContain(problem);
  });
});

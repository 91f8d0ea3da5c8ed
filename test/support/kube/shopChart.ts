/** A chart of a small shop, as a repository would hold it: what `values` say is the version, the image and the labels of its pods. */
export function shopChart(values: { version: string; labels?: Record<string, string>; extra?: string }): Record<string, string> {
  const { version, labels = {}, extra = '' } = values;
  return {
    'chart/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 0.1.0\n',
    'chart/values.yaml': JSON.stringify({ version, labels, image: { repository: 'registry.example/shop', digest: '' } }),
    'chart/templates/shop.yaml': template,
    'chart/templates/extra.yaml': extra,
  };
}

const template = `
apiVersion: v1
kind: ConfigMap
metadata: { name: shop }
data: { version: {{ .Values.version | quote }} }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: shop }
spec:
  replicas: 2
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: {{ merge (dict "app" "shop") .Values.labels | toJson }} }
    spec:
      containers:
        - name: shop
          image: {{ printf "%s@%s" .Values.image.repository .Values.image.digest | quote }}
          env: [{ name: VERSION, value: {{ .Values.version | quote }} }]
`;

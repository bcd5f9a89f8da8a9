// What the chart is rendered with: every values file, and every switch.
import { resolve } from "node:path";
import { chart, set, values } from "./helm.mjs";

const environments = resolve(chart, "../../deploy/environments");

function environment(name) {
  return [...values(name), "-f", resolve(environments, name, "images.yaml")];
}

export const RUNBOOKS = "https://git.example.com/triad/operations.md";
const store = { "externalSecrets.storeRef.name": "vault" };
const hosts = { hosts: ["triad.example.com", "www.triad.example.com"] };
const peer = { namespaceSelector: { matchLabels: { team: "orders" } } };
const postgresql = {
  "services.config.database": "postgresql",
  "services.config.databaseUrl": "postgresql://triad@db.example.com:5432/config",
  "secrets.configDatabase": { source: "existing", name: "config-db", keys: ["password"] },
  "services.config.secretFiles.PGPASSWORD_FILE": "configDatabase/password",
  "services.config.replicas": 3,
};
export const noRecipes = {
  "services.transform.database": "none",
  "services.transform.replicas": 2,
};
const s3 = {
  "services.storage.database": "postgresql",
  "services.storage.databaseUrl": "postgresql://triad@db.example.com:5432/storage",
  "services.storage.blobs": "s3",
  "services.storage.blobsUrl": "s3://triad-objects/live",
  "services.storage.autoscaling.hpa.enabled": true,
  "services.storage.serviceAccountAnnotations": {
    "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/triad-storage",
  },
  "services.storage.network.egress": [
    { ports: [{ port: 443 }], to: [{ ipBlock: { cidr: "10.0.0.0/8" } }] },
  ],
};

export const telemetry = {
  environment: "staging",
  "tracing.endpoint": "http://collector.monitoring:4318",
  "tracing.sampleRatio": 0.25,
  "secrets.sentryDsn": { source: "existing", name: "sentry", keys: ["dsn"] },
  "networkPolicy.telemetryEgress": [
    {
      ports: [{ port: 4318 }],
      to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } } }],
    },
  ],
};

// The gateway in front of services that are not Triad's, one of them without rules.
export const alone = {
  standalone: {
    enabled: true,
    descriptorSet: { configMap: "notes-protos" },
    upstreams: [
      { service: "acme.notes.v1.Notes", host: "notes.shop", port: 9090 },
      {
        service: "acme.notes.v1.Search",
        host: "search.shop",
        port: 9091,
        to: [
          {
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "shop" } },
            podSelector: { matchLabels: { app: "orders" } },
          },
        ],
      },
    ],
    httpRules: {
      http: { rules: [{ selector: "acme.notes.v1.Notes.Get", get: "/v1/{name=notes/*}" }] },
    },
    unannotatedMethods: true,
  },
};

// A sidecar as one that obeys the checks has it, and what it and the service share.
const sidecar = {
  name: "tail",
  image: "registry.example.com/tail:1.2.3",
  imagePullPolicy: "Always",
  securityContext: {
    allowPrivilegeEscalation: false,
    privileged: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
    runAsUser: 1000650000,
  },
  resources: {
    requests: { cpu: "10m", memory: "16Mi", "ephemeral-storage": "1Mi" },
    limits: { cpu: "100m", memory: "32Mi", "ephemeral-storage": "16Mi" },
  },
  volumeMounts: [{ name: "shared", mountPath: "/shared" }],
};
const probesAt = (name, port) => ({
  startupProbe: { tcpSocket: { port } },
  readinessProbe: { tcpSocket: { port } },
  livenessProbe: { httpGet: { path: "/livez", port }, failureThreshold: 6 },
  ports: [{ name, containerPort: port }],
});
export const beside = {
  "services.transform.extraContainers": [{ ...sidecar, ...probesAt("tail", 9000) }],
  "services.transform.extraInitContainers": [
    { ...sidecar, ...probesAt("mesh", 9001), name: "mesh", restartPolicy: "Always" },
  ],
  "services.transform.extraVolumes": [{ name: "shared", emptyDir: { sizeLimit: "8Mi" } }],
  "services.transform.extraVolumeMounts": [{ name: "shared", mountPath: "/var/shared" }],
  "services.transform.env.NODE": { valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
  "services.transform.envFrom": [{ configMapRef: { name: "more" }, prefix: "MORE_" }],
  "services.transform.dnsPolicy": "ClusterFirst",
  "services.transform.dnsConfig": { options: [{ name: "ndots", value: "1" }] },
  "services.transform.podLabels": { team: "platform" },
  "services.transform.scheduling.priorityClassName": "important",
  "services.transform.scheduling.topologySpread": [
    { topologyKey: "example.com/rack", maxSkew: 2, whenUnsatisfiable: "DoNotSchedule" },
  ],
  "services.transform.scheduling.affinity": {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [
          { matchExpressions: [{ key: "kubernetes.io/arch", operator: "In", values: ["amd64"] }] },
        ],
      },
    },
  },
};

// Everything that can be on at a time: what the broken copies are copies of.
export const everything = [
  ...values("production"),
  ...set({
    "gatewayApi.enabled": true,
    "gatewayApi.parentRefs": [{ name: "public", namespace: "gateways" }],
    "services.transform.autoscaling.hpa.enabled": false,
    "services.transform.autoscaling.keda.enabled": true,
  }),
];

export const cases = {
  "values.yaml": [],
  "values-dev.yaml": environment("dev"),
  "values-staging.yaml": environment("staging"),
  "values-production.yaml": environment("production"),
  everything,
  "a load balancer": set({
    "services.gateway.service.type": "LoadBalancer",
    "services.gateway.service.loadBalancerClass": "service.k8s.aws/nlb",
    "services.gateway.service.loadBalancerSourceRanges": ["192.0.2.0/24"],
    "services.gateway.service.annotations": { "service.beta.kubernetes.io/scheme": "internal" },
  }),
  "objects in S3, rows in SQLite": set({
    "services.storage.blobs": "s3",
    "services.storage.blobsUrl": "s3://triad-objects/live",
    "services.storage.args": { s3_endpoint: "https://s3.example.com", s3_path_style: true },
    "secrets.s3Keys": { source: "existing", name: "s3-keys", keys: ["credentials"] },
    "services.storage.secretFiles.AWS_SHARED_CREDENTIALS_FILE": "s3Keys/credentials",
  }),
  "traces and error reports": set(telemetry),
  "a node port": set({ "services.gateway.service.type": "NodePort" }),
  "another port of the service": set({ "services.gateway.service.port": 8080, ...hosts }),
  "ingress without TLS": set({ "ingress.enabled": true, "tls.enabled": false, ...hosts }),
  "ingress with a certificate": set({
    "ingress.enabled": true,
    "tls.secretName": "wildcard",
    ...hosts,
  }),
  "routes of the Gateway API": set({
    "gatewayApi.enabled": true,
    "gatewayApi.parentRefs": [{ name: "public" }],
    "gatewayApi.annotations": { a: "b" },
    ...hosts,
  }),
  "cert-manager": set({
    "certManager.enabled": true,
    "certManager.issuerRef": { kind: "Issuer", name: "own" },
    ...hosts,
  }),
  "a generated token": set({ "secrets.authToken.source": "generated" }),
  "secrets that exist": set({
    "secrets.configKey": { source: "existing", name: "key", keys: ["secret.key"] },
    "secrets.authToken": { source: "existing", name: "token", keys: ["token"] },
    "secrets.settings": { source: "existing", name: "app", keys: ["SECRET_KEY", "DB_PASSWORD"] },
  }),
  "secrets from a store": set({
    ...store,
    "externalSecrets.storeRef.kind": "SecretStore",
    "secrets.configKey.source": "external",
    "secrets.configKey.remoteKey": "triad/key",
    "secrets.settings.source": "external",
    "secrets.settings.remoteKey": "triad/settings",
  }),
  "no secrets": set({ "secrets.configKey.source": "none" }),
  "no network policies": set({ "networkPolicy.enabled": false }),
  "network policies for others": set({
    "networkPolicy.prometheusFrom": [],
    "networkPolicy.dnsTo": [],
    "services.config.network.allowFrom": [peer],
    "services.config.network.egress": [{ to: [peer] }],
    "services.gateway.network": { public: false, allowFrom: [peer] },
  }),
  "a priority class that exists": set({
    "priorityClass.create": false,
    "priorityClass.name": "important",
  }),
  "no priority class": set({ "priorityClass.create": false }),
  "scaled by CPU and memory": set({
    "services.gateway.autoscaling.hpa.enabled": true,
    "services.gateway.autoscaling.hpa.memoryUtilization": 80,
  }),
  "a canary": set({
    "services.gateway.canary.enabled": true,
    ...noRecipes,
    "services.transform.canary.enabled": true,
    "services.transform.canary.steps": [{ weight: 30, pause: "90s" }],
    "services.transform.canary.analysis.maxFailed": 0,
  }),
  "a canary that is scaled": set({
    "services.gateway.canary.enabled": true,
    "services.gateway.autoscaling.hpa.enabled": true,
    ...noRecipes,
    "services.transform.canary.enabled": true,
    "services.transform.autoscaling.keda.enabled": true,
  }),
  "scaled by KEDA": set({
    "services.gateway.autoscaling.keda": {
      enabled: true,
      triggers: [
        {
          type: "prometheus",
          metadata: {
            serverAddress: "http://prometheus.monitoring:9090",
            query: 'sum(rate(http_requests_total{namespace="{{ .Release.Namespace }}"}[1m]))',
            threshold: "500",
          },
        },
      ],
    },
  }),
  PostgreSQL: set(postgresql),
  "PostgreSQL and S3": set({ ...postgresql, ...s3 }),
  "no recipes": set(noRecipes),
  "no volumes": set({ ...postgresql, ...s3, ...noRecipes }),
  scheduling: set({
    "common.scheduling.antiAffinity": "required",
    "common.scheduling.nodeSelector": { "kubernetes.io/arch": "amd64" },
    "common.scheduling.tolerations": [{ key: "dedicated", operator: "Exists" }],
  }),
  "what a pod has beside its service": set(beside),
  "no spread over zones": set({ "common.scheduling.spreadZones": false }),
  "a service monitor": set({ "monitoring.serviceMonitor.enabled": true }),
  rules: set({
    "monitoring.prometheusRule.enabled": true,
    "monitoring.prometheusRule.runbooks": RUNBOOKS,
  }),
  dashboards: set({ "monitoring.dashboards.enabled": true, "monitoring.labels": { a: "b" } }),
  "no page": set({
    "services.frontend.enabled": false,
    "ingress.enabled": true,
    "gatewayApi.enabled": true,
    "gatewayApi.parentRefs": [{ name: "public" }],
    ...hosts,
  }),
  "the gateway alone": set(alone),
  "the gateway alone, with everything around it": set({
    ...alone,
    ...hosts,
    ...telemetry,
    "standalone.descriptorSet": { configMap: "", secret: "protos", key: "shop.pb" },
    "ingress.enabled": true,
    "gatewayApi.enabled": true,
    "gatewayApi.parentRefs": [{ name: "public" }],
    "monitoring.serviceMonitor.enabled": true,
    "monitoring.prometheusRule": { enabled: true, runbooks: RUNBOOKS },
    "monitoring.dashboards.enabled": true,
    "services.gateway.configFiles": { mountPath: "/etc/more", files: { "a.txt": "a" } },
    "services.gateway.autoscaling.hpa.enabled": true,
  }),
  images: set({
    "image.registry": "registry.example.com:5000",
    "image.pullSecrets": ["registry"],
    "services.gateway.image.digest": `sha256:${"0".repeat(64)}`,
    "services.config.image": { repository: "mirror.example.com/config", tag: "1a2b3c4d" },
  }),
  "images loaded by hand": set({
    "image.registry": "",
    "image.pullPolicy": "Never",
    "image.tag": "1a2b3c4d",
  }),
  "one more service": set({
    "services.orders": {
      protocol: "grpc",
      port: 4600,
      adminPort: 4601,
      grpcService: "shop.v1.Orders",
      args: { max_value_bytes: 4194304 },
      env: { REGION: "{{ .Release.Namespace }}" },
    },
  }),
  "labels and annotations": set({
    "common.podLabels": { team: "platform" },
    "common.podAnnotations": { "example.com/scan": "true" },
    "common.serviceAccountAnnotations": { "example.com/role": "triad" },
  }),
  "time to drain": set({ "common.drain": { delaySeconds: 20, timeoutSeconds: 600 } }),
  "a name": set({ fullnameOverride: "suite" }),
  "storage class": set({ "services.storage.persistence": { size: "1Ti", storageClass: "fast" } }),
};

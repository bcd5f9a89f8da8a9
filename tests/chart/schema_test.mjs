// Values that are wrong are refused, with a sentence that says what to do.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { telemetry } from "./cases.mjs";
import { set, template } from "./helm.mjs";

const ONE_POD = /SQLite and a volume belong to one process, so this service has one pod/;
const NOT_SCALED = /SQLite and a volume belong to one process, so nothing may scale this service/;
const FROM_NOWHERE =
  /'\/image\/registry': value must be 'REGISTRY: name the registry .*--set image\.registry=/;

const refused = {
  "more than one pod on SQLite": [{ "services.config.replicas": 2 }, ONE_POD],
  "more than one pod on local blobs": [
    {
      "services.storage.database": "postgresql",
      "services.storage.databaseUrl": "postgresql://triad@db/storage",
      "services.storage.replicas": 2,
    },
    ONE_POD,
  ],
  "more than one pod on SQLite, though its objects are in S3": [
    {
      "services.storage.blobs": "s3",
      "services.storage.blobsUrl": "s3://triad-objects/live",
      "services.storage.replicas": 2,
    },
    ONE_POD,
  ],
  "a service on SQLite that does not say how many pods": [
    { "services.more": { protocol: "grpc", port: 4600, database: "sqlite" } },
    /missing property 'replicas'/,
  ],
  "an HPA for a service on SQLite": [
    { "services.config.autoscaling.hpa.enabled": true },
    NOT_SCALED,
  ],
  "KEDA for a service on SQLite": [
    { "services.storage.autoscaling.keda.enabled": true },
    NOT_SCALED,
  ],
  "scaling for every service": [
    { "common.autoscaling.hpa.enabled": true },
    /switch it on in services\.NAME/,
  ],
  "a canary of a service with a volume": [
    { "services.config.canary.enabled": true },
    /services\.config\.canary: a service with a volume has one pod/,
  ],
  "a canary without metrics": [
    { "services.frontend.canary.enabled": true },
    /services\.frontend\.canary: the steps are judged by the metrics of adminPort/,
  ],
  "a canary of every service": [
    { "common.canary.enabled": true },
    /switch it on in services\.NAME/,
  ],
  "a canary of all pods": [
    { "services.gateway.canary": { enabled: true, steps: [{ weight: 100, pause: "1m" }] } },
    /steps\/0\/weight.*maximum/,
  ],
  "two scalers": [
    { "services.gateway.autoscaling": { hpa: { enabled: true }, keda: { enabled: true } } },
    /services\.gateway\.autoscaling: hpa or keda, not both/,
  ],
  "traces to a collector that no policy lets be reached": [
    { "tracing.endpoint": "http://collector:4318" },
    /networkPolicy\.telemetryEgress: say how the collector/,
  ],
  "a collector without a scheme": [
    { "tracing.endpoint": "collector:4318" },
    /tracing\/endpoint.*does not match/,
  ],
  "more than all traces": [{ "tracing.sampleRatio": 2 }, /tracing\/sampleRatio.*maximum/],
  "more than all traces, as text": [
    { "tracing.sampleRatio": "1.5" },
    /tracing\/sampleRatio.*does not match/,
  ],
  "an unknown value": [{ replicas: 2 }, /additional properties 'replicas' not allowed/],
  "an unknown value of a service": [
    { "services.gateway.replica": 2 },
    /'\/services\/gateway': additional properties 'replica' not allowed/,
  ],
  "an unknown value of all services": [
    { "common.resource": {} },
    /'\/common': additional properties 'resource' not allowed/,
  ],
  "a value of another type": [{ "services.gateway.replicas": "two" }, /got string, want integer/],
  "images from nowhere": [{ "image.registry": "" }, FROM_NOWHERE],
  "images from nowhere, if the node has none": [
    { "image.registry": "", "image.pullPolicy": "IfNotPresent" },
    FROM_NOWHERE,
  ],
  "a pull policy that there is not": [{ "image.pullPolicy": "Sometimes" }, /one of 'Always'/],
  "a port below 1024": [{ "services.gateway.port": 80 }, /services\/gateway\/port.*minimum/],
  "a host that is none": [{ hosts: ["https://example.com"] }, /hosts\/0.*does not match/],
  "a host that stands for many": [{ hosts: ["*.example.com"] }, /hosts\/0.*does not match/],
  "a name that is too long": [
    { [`services.${"c".repeat(20)}`]: { protocol: "http", port: 4600 } },
    /additional properties 'c{20}' not allowed/,
  ],
  "a digest that is none": [{ "services.gateway.image.digest": "1a2b" }, /image\/digest/],
  "PostgreSQL without an address": [
    { "services.config.database": "postgresql" },
    /missing property 'databaseUrl'|databaseUrl.*minLength/,
  ],
  "a password in an address": [
    {
      "services.config.database": "postgresql",
      "services.config.databaseUrl": "postgresql://triad:hunter2@db/config",
    },
    /databaseUrl.*does not match/,
  ],
  "an address without PostgreSQL": [
    { "services.config.databaseUrl": "postgresql://triad@db/config" },
    /only database postgresql has a URL/,
  ],
  "no gateway": [{ "services.gateway.enabled": false }, /everything goes through the gateway/],
  "a service named as the tests are": [
    { "services.test": { protocol: "http", port: 4600 } },
    /the pods of helm test have it/,
  ],
  "a service without a port": [
    { "services.more": { protocol: "http" } },
    /missing property 'port'/,
  ],
  "a variable that is no file for a secret": [
    { "services.config.secretFiles": { DB_PASSWORD: "settings/DB_PASSWORD" } },
    /secretFiles.: additional properties .DB_PASSWORD. not allowed/,
  ],
  "a secret that there is not": [
    { "services.config.secretFiles": { X_FILE: "nothing/key" } },
    /services\.config\.secretFiles\.X_FILE: there is no 'nothing' in secrets/,
  ],
  "a key that a secret has not": [
    { "services.config.secretFiles": { X_FILE: "authToken/key" } },
    /secrets\.authToken has no key 'key'/,
  ],
  "a variable that is neither a text nor a source": [
    { "services.config.env": { NODE: { fieldRef: { fieldPath: "spec.nodeName" } } } },
    /services\/config\/env\/NODE/,
  ],
  "a label that the chart selects the pods by": [
    { "services.config.podLabels": { "app.kubernetes.io/component": "storage" } },
    /a label of another name: the chart selects the pods by this one/,
  ],
  "a further container without a name": [
    { "common.extraContainers": [{ image: "registry.example.com/tail:1.2.3" }] },
    /common\/extraContainers\/0.*missing property 'name'/,
  ],
  "an anti-affinity beside the chart's own": [
    { "common.scheduling.affinity": { podAntiAffinity: {} } },
    /common\/scheduling\/affinity.*additional properties 'podAntiAffinity'/,
  ],
  "a spread without a skew": [
    { "common.scheduling.topologySpread": [{ topologyKey: "example.com/rack" }] },
    /topologySpread\/0.*missing properties 'maxSkew', 'whenUnsatisfiable'/,
  ],
  "an existing secret without a name": [
    { "secrets.authToken.source": "existing" },
    /secrets\.authToken\.name: name the Secret that is there/,
  ],
  "a secret from nowhere": [
    { "secrets.authToken.source": "external" },
    /secrets\.authToken\.remoteKey: say where[\s\S]*externalSecrets\.storeRef\.name/,
  ],
  "alerts whose runbooks are nowhere": [
    { "monitoring.prometheusRule.enabled": true },
    /monitoring\.prometheusRule\.runbooks: say where docs\/operations\.md is read/,
  ],
  "runbooks at a path of a repository": [
    { "monitoring.prometheusRule.runbooks": "docs/operations.md" },
    /prometheusRule\/runbooks.*does not match/,
  ],
  "a gateway alone without descriptors": [
    { "standalone.enabled": true },
    /standalone\.descriptorSet: name the ConfigMap or the Secret that has it/,
  ],
  "descriptors from two places": [
    { standalone: { enabled: true, descriptorSet: { configMap: "a", secret: "b" } } },
    /standalone\.descriptorSet: a ConfigMap or a Secret, not both/,
  ],
  "an upstream without a port": [
    { "standalone.upstreams": [{ service: "acme.notes.v1.Notes", host: "notes" }] },
    /standalone\/upstreams\/0.*missing property 'port'/,
  ],
  "an upstream of no service": [
    { "standalone.upstreams": [{ service: "acme/notes", host: "notes", port: 9090 }] },
    /upstreams\/0\/service.*does not match/,
  ],
  "an ingress without a host": [{ "ingress.enabled": true }, /hosts: name at least one/],
  "a route without a Gateway": [
    { "gatewayApi.enabled": true, hosts: ["a.example.com"] },
    /gatewayApi\.parentRefs: name the Gateway/,
  ],
  "a certificate without an issuer": [
    { "certManager.enabled": true, hosts: ["a.example.com"] },
    /certManager\.issuerRef\.name: name the issuer/,
  ],
};

describe("refused", () => {
  for (const [name, [paths, message]] of Object.entries(refused)) {
    test(name, async () => {
      const { code, stderr } = await template(set(paths));
      assert.notEqual(code, 0);
      assert.match(stderr, message);
    });
  }
});

// --set, unlike a file, gives it as text.
test("a fraction on the command line is taken", async () => {
  const args = [...set(telemetry), "--set", "tracing.sampleRatio=0.5"];
  const { code, stdout, stderr } = await template(args);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /- --trace_sample_ratio=0\.5$/m);
});

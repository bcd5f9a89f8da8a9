// A service is restored as docs/operations.md says, from a copy of its volume: not
// every cluster has snapshots, and what differs is one line of the claim.
import { readFileSync } from "node:fs";
import { until } from "./suite.mjs";

const COPY = "copy-of-volume";

// The commands of the document, for this namespace and service, and from a volume.
function commands({ namespace, service, volume }) {
  const document = readFileSync(new URL("../../docs/operations.md", import.meta.url), "utf8");
  const block = document
    .match(/```sh\n[\s\S]*?```/g)
    .map((text) => text.slice("```sh\n".length, -"```".length))
    .find((text) => text.includes("SNAPSHOT="));
  const own = block
    .replace(/^NAMESPACE=.*$/m, `NAMESPACE=${namespace} SERVICE=${service}`)
    .replace(/^ {2}dataSource: .*$/m, `  volumeName: ${volume}`);
  if (!own.includes(`SERVICE=${service}`) || !own.includes(volume)) {
    throw new Error("docs/operations.md has no restore that could be walked through");
  }
  return own;
}

// A pod that copies one claim's files into another's, as the services' own user.
function copier(image, from, to) {
  const mount = (name) => ({ name, mountPath: `/${name}` });
  const claim = (name, claimName) => ({ name, persistentVolumeClaim: { claimName } });
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: COPY },
    spec: {
      restartPolicy: "Never",
      automountServiceAccountToken: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 65532,
        runAsGroup: 65532,
        fsGroup: 65532,
        seccompProfile: { type: "RuntimeDefault" },
      },
      containers: [
        {
          name: "copy",
          image,
          imagePullPolicy: "IfNotPresent",
          command: ["cp", "-R", "/from/.", "/to/"],
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
          volumeMounts: [mount("from"), mount("to")],
        },
      ],
      volumes: [claim("from", from), claim("to", to)],
    },
  };
}

function reclaim({ cluster }, volume, policy) {
  const spec = { persistentVolumeReclaimPolicy: policy };
  return cluster.kubectl("patch", "pv", volume, `--patch=${JSON.stringify({ spec })}`);
}

// Copies a service's volume while it is stopped; returns the copy's PersistentVolume,
// which no claim has any more, and what was to become of it with its claim.
async function copyOfVolume(suite, service) {
  const { cluster, copyImage, release } = suite;
  const workload = `statefulset/${release}-${service}`;
  const claim = `data-${release}-${service}-0`;
  await cluster.kubectl("scale", workload, "--replicas=0");
  const pod = `pod/${release}-${service}-0`;
  await cluster.kubectl("wait", pod, "--for=delete", "--timeout=120s");
  const { spec } = await cluster.get("pvc", claim);
  const { accessModes, storageClassName, resources } = spec;
  await cluster.apply(
    {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: COPY },
      spec: { accessModes, storageClassName, resources },
    },
    copier(copyImage, claim, COPY),
  );
  const phase = "--for=jsonpath={.status.phase}=Succeeded";
  await cluster.kubectl("wait", `pod/${COPY}`, phase, "--timeout=180s");
  const { volumeName } = (await cluster.get("pvc", COPY)).spec;
  const policy = (await cluster.get("pv", volumeName)).spec.persistentVolumeReclaimPolicy;
  await reclaim(suite, volumeName, "Retain");
  await cluster.kubectl("delete", "pod", COPY);
  await cluster.kubectl("delete", "pvc", COPY);
  const free = JSON.stringify([{ op: "remove", path: "/spec/claimRef" }]);
  await cluster.kubectl("patch", "pv", volumeName, "--type=json", `--patch=${free}`);
  await cluster.kubectl("scale", workload, "--replicas=1");
  return { volume: volumeName, policy };
}

async function walkThrough(cluster, own) {
  try {
    return await cluster.shell(own);
  } catch (error) {
    throw new Error(`${error.message}\n${await cluster.describe()}`);
  }
}

async function put(origin, path, text) {
  const entry = path.includes("/entries/");
  const options = entry
    ? {
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ value: { stringValue: text } }),
      }
    : { body: text };
  await until(`${path} is written`, async () => {
    const answer = await fetch(origin + path, { method: "PUT", ...options });
    await answer.arrayBuffer();
    return answer.ok;
  });
}

// By service: a path that keeps something, and another one.
const KEPT = {
  config: [
    "/api/v1/namespaces/cluster-test/entries/restored",
    "/api/v1/namespaces/cluster-test/entries/later",
  ],
  storage: [
    "/api/v1/buckets/uploads/objects/restored.txt",
    "/api/v1/buckets/uploads/objects/later.txt",
  ],
};

async function restore(suite, service) {
  const [kept, later] = KEPT[service];
  const origin = await suite.lasting("gateway");
  await put(origin, kept, "as it was");
  const { volume, policy } = await copyOfVolume(suite, service);
  await suite.rolledOut(service);
  await put(origin, kept, "as it became");
  await put(origin, later, "only later");
  const { namespace } = suite.cluster;
  await walkThrough(suite.cluster, commands({ namespace, service, volume }));
  await reclaim(suite, volume, policy);
  const text = await until(`${kept} answers`, async () => {
    const answer = await fetch(origin + kept);
    const body = await answer.text();
    return answer.ok && body;
  });
  if (!text.includes("as it was")) throw new Error(`not what the copy holds: ${text}`);
  const { status } = await fetch(origin + later);
  if (status !== 404) throw new Error(`what was written after the copy answers ${status}`);
  return `${kept} is as it was, ${later} is gone`;
}

export const restoreSteps = Object.keys(KEPT).map((service) => [
  `${service} is restored from a copy of its volume, as the document says`,
  (suite) => restore(suite, service),
]);

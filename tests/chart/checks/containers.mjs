// What a container may do, and what it may take.
import { eachContainer, gateway } from "./check.mjs";

const RESERVED_ID = 10000; // below it, an id may be somebody's on the node

function lacks(resource) {
  return eachContainer(({ container }) =>
    ["requests", "limits"]
      .filter((kind) => !container.resources?.[kind]?.[resource])
      .map((kind) => `no ${kind}.${resource}`),
  );
}

function remove(resource) {
  return (manifests) => delete gateway(manifests).resources.limits[resource];
}

// "registry:5000/a/b:tag@sha256:…" → { tag, digest }
function parseImage(image) {
  const [name, digest] = image.split("@");
  const tag = name.slice(name.lastIndexOf("/") + 1).split(":")[1];
  return { tag, digest };
}

// Of the container, else of its pod.
function effective(field, { container, pod }) {
  return container.securityContext?.[field] ?? pod.securityContext?.[field];
}

function tooLow(field, name) {
  return (one) => {
    const id = effective(field, one);
    return id > RESERVED_ID ? undefined : `${name} is ${id ?? "not set"}, not above ${RESERVED_ID}`;
  };
}

function demand(field, wanted) {
  return eachContainer(({ container }) =>
    container.securityContext?.[field] === wanted ? undefined : `${field} is not ${wanted}`,
  );
}

function overrule(field, value) {
  return (manifests) => {
    gateway(manifests).securityContext[field] = value;
  };
}

const SECRET_NAMES =
  /password|token|bearer|secret|^AWS_SECRET_ACCESS_KEY$|^GOOGLE_APPLICATION_CREDENTIALS$|^AZURE_.+KEY$|^OCI_CLI_KEY_CONTENT$/i;

export const containerChecks = [
  {
    name: "cpu requests and limits",
    upstream: [
      "kube-score/container-resources",
      "kube-linter/unset-cpu-requirements",
      "polaris/cpuRequestsMissing",
      "polaris/cpuLimitsMissing",
    ],
    find: lacks("cpu"),
    broken: remove("cpu"),
  },
  {
    name: "memory requests and limits",
    upstream: [
      "kube-score/container-resources",
      "kube-linter/unset-memory-requirements",
      "polaris/memoryRequestsMissing",
      "polaris/memoryLimitsMissing",
    ],
    find: lacks("memory"),
    broken: remove("memory"),
  },
  {
    name: "ephemeral storage requests and limits",
    upstream: [
      "kube-score/container-ephemeral-storage-request-and-limit",
      "kube-linter/unset-ephemeral-storage-requirements",
    ],
    find: lacks("ephemeral-storage"),
    broken: remove("ephemeral-storage"),
  },
  {
    name: "image tag or digest",
    upstream: [
      "kube-score/container-image-tag",
      "kube-linter/latest-tag",
      "polaris/tagNotSpecified",
    ],
    find: eachContainer(({ container }) => {
      const { tag, digest } = parseImage(container.image);
      return digest || (tag && tag !== "latest") ? undefined : `${container.image} may be anything`;
    }),
    broken: (manifests) => {
      gateway(manifests).image = "triad/gateway:latest";
    },
  },
  {
    name: "image pull policy",
    upstream: ["kube-score/container-image-pull-policy", "polaris/pullPolicyNotAlways"],
    find: eachContainer(({ container }) =>
      container.imagePullPolicy === "Always" ? undefined : "imagePullPolicy is not Always",
    ),
    broken: (manifests) => delete gateway(manifests).imagePullPolicy,
  },
  {
    name: "user and group ids",
    upstream: ["kube-score/container-security-context-user-group-id"],
    find: eachContainer((one) => [
      tooLow("runAsUser", "the user")(one),
      tooLow("runAsGroup", "the group")(one),
    ]),
    broken: overrule("runAsUser", 1000),
  },
  {
    name: "not root",
    upstream: ["kube-linter/run-as-non-root", "polaris/runAsRootAllowed"],
    find: eachContainer((one) =>
      effective("runAsNonRoot", one) === true && effective("runAsUser", one) !== 0
        ? undefined
        : "it may run as root",
    ),
    broken: overrule("runAsNonRoot", false),
  },
  {
    name: "read-only root file system",
    upstream: [
      "kube-score/container-security-context-readonlyrootfilesystem",
      "kube-linter/no-read-only-root-fs",
      "polaris/notReadOnlyRootFilesystem",
    ],
    find: demand("readOnlyRootFilesystem", true),
    broken: overrule("readOnlyRootFilesystem", false),
  },
  {
    name: "not privileged",
    upstream: [
      "kube-score/container-security-context-privileged",
      "kube-linter/privileged-container",
      "polaris/runAsPrivileged",
    ],
    find: demand("privileged", false),
    broken: overrule("privileged", true),
  },
  {
    name: "no privilege escalation",
    upstream: ["kube-linter/privilege-escalation-container", "polaris/privilegeEscalationAllowed"],
    find: demand("allowPrivilegeEscalation", false),
    broken: overrule("allowPrivilegeEscalation", true),
  },
  {
    name: "no capabilities",
    upstream: [
      "kube-linter/drop-net-raw-capability",
      "polaris/dangerousCapabilities",
      "polaris/insecureCapabilities",
    ],
    find: eachContainer(({ container }) => {
      const { drop = [], add = [] } = container.securityContext?.capabilities ?? {};
      return drop.includes("ALL") && add.length === 0 ? undefined : "it has capabilities";
    }),
    broken: overrule("capabilities", { drop: ["NET_RAW"] }),
  },
  {
    name: "seccomp profile",
    upstream: ["kube-score/container-seccomp-profile", "polaris/linuxHardening"],
    find: eachContainer((one) =>
      effective("seccompProfile", one)?.type === "RuntimeDefault"
        ? undefined
        : "no seccompProfile RuntimeDefault",
    ),
    broken: overrule("seccompProfile", { type: "Unconfined" }),
  },
  {
    name: "proc mount",
    upstream: ["kube-linter/unsafe-proc-mount", "polaris/procMount"],
    find: eachContainer(({ container }) =>
      (container.securityContext?.procMount ?? "Default") === "Default"
        ? undefined
        : "it sees what /proc masks",
    ),
    broken: overrule("procMount", "Unmasked"),
  },
  {
    name: "host ports",
    upstream: ["polaris/hostPortSet"],
    find: eachContainer(({ container }) =>
      container.ports?.some((port) => port.hostPort) ? "it takes a port of the node" : undefined,
    ),
    broken: (manifests) => {
      gateway(manifests).ports[0].hostPort = 4545;
    },
  },
  {
    name: "no privileged ports",
    upstream: ["kube-linter/ssh-port", "kube-linter/privileged-ports"],
    find: eachContainer(({ container }) =>
      (container.ports ?? [])
        .filter(({ containerPort }) => containerPort <= 1024)
        .map(({ containerPort }) => `port ${containerPort} is root's`),
    ),
    broken: (manifests) => {
      gateway(manifests).ports[0].containerPort = 22;
    },
  },
  {
    name: "unique variables",
    upstream: ["kube-score/environment-variable-key-duplication", "kube-linter/duplicate-env-var"],
    find: eachContainer(({ container }) => {
      const names = (container.env ?? []).map(({ name }) => name);
      return names
        .filter((name, index) => names.indexOf(name) !== index)
        .map((name) => `${name} is set twice`);
    }),
    broken: (manifests) => {
      const { env } = gateway(manifests);
      env.push(env[0]);
    },
  },
  {
    name: "no secret in a variable",
    upstream: [
      "kube-linter/env-var-secret",
      "kube-linter/read-secret-from-env-var",
      "polaris/sensitiveContainerEnvVar",
    ],
    find: eachContainer(({ container }) =>
      (container.env ?? [])
        .filter(
          ({ name, value, valueFrom }) =>
            valueFrom?.secretKeyRef || (value && (SECRET_NAMES.test(name) || isKey(value))),
        )
        .map(({ name, value }) => `${name} is ${value}`),
    ),
    broken: (manifests) => gateway(manifests).env.push({ name: "DB_PASSWORD", value: "hunter2" }),
  },
];

export function isKey(text) {
  return /-BEGIN\s+.*PRIVATE KEY-/i.test(text);
}

export { SECRET_NAMES };

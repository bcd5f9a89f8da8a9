// What holds for objects of any kind.
import { nameOf } from "../manifests.mjs";
import { each, finding } from "./check.mjs";
import { isKey, SECRET_NAMES } from "./containers.mjs";

const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9])?$/;
const CLUSTER_SCOPED = ["PriorityClass"];
const RBAC = ["Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"];
const WORKLOADS = ["Deployment", "StatefulSet", "Rollout"];
const INSTANCE = "app.kubernetes.io/instance";

// Versions that are not stable, but the only ones that there are.
const ONLY_VERSIONS = ["argoproj.io/v1alpha1", "keda.sh/v1alpha1"];

export const objectChecks = [
  {
    name: "stable versions",
    upstream: ["kube-score/stable-version", "kube-linter/no-extensions-v1beta"],
    find: (manifests) =>
      manifests.objects
        .filter(({ apiVersion }) => /alpha|beta/.test(apiVersion))
        .filter(({ apiVersion }) => !ONLY_VERSIONS.includes(apiVersion))
        .map((object) => finding(object, `${object.apiVersion} is not stable`)),
    broken: (manifests) => {
      manifests.get("Deployment", "triad-gateway").apiVersion = "extensions/v1beta1";
    },
  },
  {
    name: "label values",
    upstream: ["kube-score/label-values"],
    find: (manifests) =>
      manifests.objects.flatMap((object) =>
        Object.entries(object.metadata.labels ?? {})
          .filter(([, value]) => typeof value !== "string" || !LABEL_VALUE.test(value))
          .map(([key, value]) => finding(object, `'${value}' cannot be the value of ${key}`)),
      ),
    broken: (manifests) => {
      manifests.get("Service", "triad-gateway").metadata.labels.owner = "a team";
    },
  },
  {
    name: "the instance is the object's name",
    upstream: ["polaris/metadataAndInstanceMismatched"],
    find: each(WORKLOADS, ({ metadata }) => {
      const instance = metadata.labels?.[INSTANCE];
      if (!instance) return `no ${INSTANCE}`;
      return instance === metadata.name ? undefined : `${INSTANCE} is not its name`;
    }),
    broken: (manifests) => {
      delete manifests.get("Deployment", "triad-gateway").metadata.labels[INSTANCE];
    },
  },
  {
    name: "a namespace of its own",
    upstream: ["kube-linter/use-namespace"],
    find: (manifests) =>
      manifests.objects
        .filter(({ kind }) => !CLUSTER_SCOPED.includes(kind))
        .filter(({ metadata }) => !metadata.namespace || metadata.namespace === "default")
        .map((object) => finding(object, "no namespace of its own")),
    broken: (manifests) => {
      manifests.get("Deployment", "triad-gateway").metadata.namespace = "default";
    },
  },
  {
    name: "unique names",
    upstream: ["kube-linter/duplicate-kinds"],
    find: (manifests) => {
      const names = manifests.objects.map(nameOf);
      return manifests.objects
        .filter((object, index) => names.indexOf(nameOf(object)) !== index)
        .map((object) => finding(object, "it is there twice"));
    },
    broken: (manifests) => manifests.objects.push(manifests.objects[0]),
  },
  {
    name: "no secret in a ConfigMap",
    upstream: ["polaris/sensitiveConfigmapContent", "kube-linter/configmap-with-credentials"],
    find: each(["ConfigMap"], ({ data = {} }) =>
      Object.entries(data)
        .filter(([key, value]) => SECRET_NAMES.test(key) || isKey(value))
        .map(([key]) => `${key} looks like a secret`),
    ),
    broken: (manifests) => {
      manifests.get("ConfigMap", "triad-frontend").data["db-password"] = "hunter2";
    },
  },
  {
    name: "no permissions in the cluster",
    upstream: [
      "kube-linter/access-to-create-pods",
      "kube-linter/access-to-secrets",
      "kube-linter/cluster-admin-role-binding",
      "kube-linter/wildcard-in-rules",
      "polaris/clusterrolePodExecAttach",
      "polaris/clusterrolebindingClusterAdmin",
      "polaris/clusterrolebindingPodExecAttach",
      "polaris/rolePodExecAttach",
      "polaris/rolebindingClusterAdminClusterRole",
      "polaris/rolebindingClusterAdminRole",
      "polaris/rolebindingClusterRolePodExecAttach",
      "polaris/rolebindingRolePodExecAttach",
    ],
    find: each(RBAC, () => "nothing here needs Kubernetes' API"),
    broken: (manifests) =>
      manifests.objects.push({
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRoleBinding",
        metadata: { name: "triad" },
      }),
  },
];

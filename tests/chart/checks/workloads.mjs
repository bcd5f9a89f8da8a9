// Deployments and StatefulSets, what scales them and what may disrupt them.
import { matches, nameOf, refersTo } from "../manifests.mjs";
import { each } from "./check.mjs";

const WORKLOADS = ["Deployment", "StatefulSet", "Rollout"];

// Whether a selector of a workload means the pods that it makes.
function selectorCheck(kind, workload) {
  return {
    name: `the selector of a ${kind} means its pods`,
    upstream: [
      `kube-score/${kind.toLowerCase()}-pod-selector-labels-match-template-metadata-labels`,
      "kube-linter/mismatching-selector",
    ],
    find: each([kind], ({ spec }) =>
      matches(spec.selector, spec.template.metadata.labels)
        ? undefined
        : "its selector does not mean its own pods",
    ),
    broken: (manifests) => {
      manifests.get(kind, workload).spec.selector.matchLabels.extra = "x";
    },
  };
}

function budgetCheck(kind, workload) {
  return {
    name: `a ${kind} has a disruption budget`,
    upstream: [
      `kube-score/${kind.toLowerCase()}-has-poddisruptionbudget`,
      "polaris/missingPodDisruptionBudget",
    ],
    find: each([kind], (object, manifests) =>
      manifests.budgetOf(object) ? undefined : "no PodDisruptionBudget",
    ),
    broken: (manifests) => {
      manifests.get("PodDisruptionBudget", workload).spec.selector.matchLabels.extra = "x";
    },
  };
}

// How many pods a workload surely has.
function least(workload, manifests) {
  return manifests.scalerOf(workload)?.min ?? workload.spec.replicas ?? 1;
}

function isNothing(amount) {
  return amount === 0 || amount === "0%" || amount === "0";
}

export const workloadChecks = [
  {
    name: "two replicas",
    upstream: [
      "kube-score/deployment-replicas",
      "kube-score/horizontalpodautoscaler-replicas",
      "polaris/deploymentMissingReplicas",
      "polaris/hpaMinAvailability",
    ],
    find: each(["Deployment", "Rollout"], (object, manifests) => {
      const count = least(object, manifests);
      return count >= 2 ? undefined : `it may have ${count}`;
    }),
    broken: (manifests) => {
      manifests.get("Deployment", "triad-frontend").spec.replicas = 1;
    },
  },
  {
    name: "one decides the replicas",
    upstream: ["kube-score/deployment-targeted-by-hpa-does-not-have-replicas-configured"],
    find: each(WORKLOADS, (object, manifests) =>
      object.spec.replicas !== undefined && manifests.scalerOf(object)
        ? "replicas is set, and something scales it"
        : undefined,
    ),
    broken: (manifests) => {
      manifests.get("Deployment", "triad-gateway").spec.replicas = 2;
    },
  },
  {
    name: "a scaler has a target",
    upstream: [
      "kube-score/horizontalpodautoscaler-has-target",
      "kube-linter/dangling-horizontalpodautoscaler",
    ],
    find: each(["HorizontalPodAutoscaler", "ScaledObject"], ({ spec }, manifests) =>
      manifests.workloads.some((object) => refersTo(spec.scaleTargetRef, object))
        ? undefined
        : `there is no ${spec.scaleTargetRef.name}`,
    ),
    broken: (manifests) => {
      const [scaler] = manifests.of("HorizontalPodAutoscaler");
      scaler.spec.scaleTargetRef.name = "triad-nobody";
    },
  },
  {
    name: "a scaler has room",
    upstream: ["polaris/hpaMaxAvailability"],
    find: (manifests) =>
      manifests.scalers
        .filter(({ min, max }) => max <= min)
        .map(({ owner, min, max }) => ({
          object: nameOf(owner),
          problem: `it scales from ${min} to ${max}`,
        })),
    broken: (manifests) => {
      const [scaler] = manifests.of("HorizontalPodAutoscaler");
      scaler.spec.maxReplicas = scaler.spec.minReplicas;
    },
  },
  {
    name: "rolling updates",
    upstream: ["kube-linter/no-rolling-update-strategy"],
    find: each(WORKLOADS, ({ spec }) => {
      const strategy = spec.strategy ?? spec.updateStrategy;
      return strategy?.canary?.steps || strategy?.type === "RollingUpdate"
        ? undefined
        : "it is not updated pod by pod";
    }),
    broken: (manifests) => {
      manifests.get("Deployment", "triad-gateway").spec.strategy = { type: "Recreate" };
    },
  },
  selectorCheck("Deployment", "triad-gateway"),
  selectorCheck("StatefulSet", "triad-config"),
  {
    name: "a StatefulSet has a headless service",
    upstream: ["kube-score/statefulset-has-servicename"],
    find: each(["StatefulSet"], ({ spec }, manifests) => {
      const service = manifests
        .of("Service")
        .find(({ metadata }) => metadata.name === spec.serviceName);
      const fits =
        service?.spec.clusterIP === "None" &&
        matches({ matchLabels: service.spec.selector }, spec.template.metadata.labels);
      return fits ? undefined : `${spec.serviceName} is no headless Service of its pods`;
    }),
    broken: (manifests) => {
      manifests.get("StatefulSet", "triad-config").spec.serviceName = "triad-gateway";
    },
  },
  budgetCheck("Deployment", "triad-gateway"),
  budgetCheck("StatefulSet", "triad-config"),
  {
    name: "an analysis is there, and asks about the new pods",
    upstream: [],
    find: each(["Rollout"], ({ spec }, manifests) =>
      spec.strategy.canary.analysis.templates
        .map(({ templateName }) =>
          manifests.of("AnalysisTemplate").find(({ metadata }) => metadata.name === templateName),
        )
        .flatMap((template) => template?.spec.metrics ?? [undefined])
        .filter((metric) => !metric?.provider.prometheus.query.includes("{{args.hash}}"))
        .map((metric) => (metric ? `${metric.name} asks about every pod` : "no AnalysisTemplate")),
    ),
    broken: (manifests) => {
      const strategy = { canary: { analysis: { templates: [{ templateName: "nobody" }] } } };
      manifests.objects.push({ kind: "Rollout", metadata: { name: "x" }, spec: { strategy } });
    },
  },
  {
    name: "a budget lets nodes be drained",
    upstream: [
      "kube-linter/pdb-max-unavailable",
      "kube-linter/pdb-min-available",
      "polaris/pdbDisruptionsIsZero",
      "polaris/pdbMinAvailableGreaterThanOrEqualToHPAMinReplicas",
    ],
    find: each(["PodDisruptionBudget"], ({ spec }, manifests) => {
      const pods = manifests.workloads.filter(({ spec: { template } }) =>
        matches(spec.selector, template.metadata.labels),
      );
      const held =
        spec.minAvailable !== undefined &&
        pods.some((object) => least(object, manifests) <= Number.parseInt(spec.minAvailable, 10));
      return held || isNothing(spec.maxUnavailable) ? "no pod may ever be evicted" : undefined;
    }),
    broken: (manifests) => {
      const budget = manifests.get("PodDisruptionBudget", "triad-config");
      delete budget.spec.maxUnavailable;
      budget.spec.minAvailable = 1;
    },
  },
  {
    name: "a budget lets broken pods go",
    upstream: [
      "kube-score/poddisruptionbudget-has-policy",
      "kube-linter/pdb-unhealthy-pod-eviction-policy",
    ],
    find: each(["PodDisruptionBudget"], ({ spec }) =>
      spec.unhealthyPodEvictionPolicy === "AlwaysAllow"
        ? undefined
        : "unhealthyPodEvictionPolicy is not AlwaysAllow",
    ),
    broken: (manifests) => {
      const budget = manifests.get("PodDisruptionBudget", "triad-gateway");
      delete budget.spec.unhealthyPodEvictionPolicy;
    },
  },
  {
    name: "jobs end, and are cleared away",
    upstream: [
      "kube-score/cronjob-has-deadline",
      "kube-score/cronjob-restartpolicy",
      "kube-linter/job-ttl-seconds-after-finished",
    ],
    find: each(["CronJob", "Job"], ({ kind, spec }) => {
      const job = kind === "Job" ? spec : spec.jobTemplate.spec;
      return [
        kind === "CronJob" && !spec.startingDeadlineSeconds ? "no startingDeadlineSeconds" : "",
        kind === "Job" && job.ttlSecondsAfterFinished === undefined ? "it is never removed" : "",
        ["Never", "OnFailure"].includes(job.template.spec.restartPolicy) ? "" : "no restartPolicy",
      ];
    }),
    broken: (manifests) =>
      manifests.objects.push({
        apiVersion: "batch/v1",
        kind: "CronJob",
        metadata: { name: "nightly" },
        spec: { jobTemplate: { spec: { template: { spec: { restartPolicy: "Never" } } } } },
      }),
  },
];

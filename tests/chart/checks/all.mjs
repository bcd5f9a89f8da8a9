// Every check, in one table.
import { containerChecks } from "./containers.mjs";
import { networkChecks } from "./network.mjs";
import { objectChecks } from "./objects.mjs";
import { podChecks } from "./pods.mjs";
import { workloadChecks } from "./workloads.mjs";

export const checks = [
  ...containerChecks,
  ...podChecks,
  ...workloadChecks,
  ...networkChecks,
  ...objectChecks,
];

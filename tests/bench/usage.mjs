// What a process has used so far, from /proc.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const NANOSECONDS_PER_MICROSECOND = 1000;

// Processor time in microseconds, over all threads.
export function cpuMicroseconds({ pid }) {
  const tasks = `/proc/${pid}/task`;
  let nanoseconds = 0;
  for (const task of readdirSync(tasks)) {
    nanoseconds += Number(readFileSync(join(tasks, task, "schedstat"), "utf8").split(" ")[0]);
  }
  return nanoseconds / NANOSECONDS_PER_MICROSECOND;
}

function mebibytesOf(name, { pid }) {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)[1]) / 1024;
}

// Most memory that was ever resident, in MiB.
export const peakMebibytes = (process) => mebibytesOf("VmHWM", process);

// What is resident now.
export const residentMebibytes = (process) => mebibytesOf("VmRSS", process);

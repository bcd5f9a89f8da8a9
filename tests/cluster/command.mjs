// Runs commands.
import { execFile, spawn } from "node:child_process";
import { createInterface } from "node:readline";

const MOST_OUTPUT = 64 << 20;

// Returns {code, output}: standard output and errors together.
export function attempt(command, args, { input, env } = {}) {
  return new Promise((resolve) => {
    const options = { maxBuffer: MOST_OUTPUT, env: { ...process.env, ...env } };
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      const problem = error && typeof error.code !== "number" ? error.message : "";
      resolve({ code: error?.code ?? 0, output: `${stdout}${stderr}${problem}`.trim() });
    });
    child.stdin.on("error", () => {}); // it may not want to know
    child.stdin.end(input);
  });
}

// The same; a command that fails throws with its last lines.
export async function run(command, args, options) {
  const { code, output } = await attempt(command, args, options);
  if (code === 0) return output;
  const lines = output.split("\n").slice(-15).join("\n");
  throw new Error(`${command} ${args.join(" ")} ended with ${code}:\n${lines}`);
}

// A command line of the caller's, as a shell reads it, with arguments appended.
export function runLine(line, args) {
  return run("sh", ["-c", `${line} "$@"`, "sh", ...args]);
}

// Starts a command that runs on, and waits for the line that matches. Returns
// the match and how to end it.
export async function start(command, args, pattern) {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.once("close", resolve));
  for await (const line of createInterface(child.stdout)) {
    const match = pattern.exec(line);
    if (match === null) continue;
    child.stdout.resume();
    return {
      match,
      stop: async () => {
        child.kill();
        await ended;
      },
    };
  }
  throw new Error(`${command} ${args.join(" ")} ended too soon`);
}

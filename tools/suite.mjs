// suite.json, the list of the suite, for scripts in Node. Bash has tools/suite.sh,
// CMake cmake/Suite.cmake.
import { readFileSync } from "node:fs";

// Whatever has an image: { name, service, port, admin_port, data }.
export const suite = JSON.parse(readFileSync(new URL("../suite.json", import.meta.url), "utf8"));
// Binaries of ours, triad-NAME, in the order in which they start.
export const servers = suite.filter((one) => one.admin_port);
// Those that the gateway calls, by gRPC.
export const services = servers.filter((one) => one.service);

// Images that are no part of the suite.
export const otherImages = ["standalone-gateway"];

export const names = (list) => list.map(({ name }) => name);
export const member = (name) => suite.find((one) => one.name === name);
// Where something says that it serves: a port and a path.
export const healthOf = ({ port, admin_port }) =>
  admin_port ? [admin_port, "/readyz"] : [port, "/healthz"];

// What a server says of itself on its admin port.

// The value of a sample such as `triad_ready` or `triad_things_total{kind="a"}`; 0 if it is
// not there.
export async function metric(server, sample) {
  const text = await (await fetch(`http://${server.admin}/metrics`)).text();
  const line = text.split("\n").find((one) => one.startsWith(`${sample} `));
  return line === undefined ? 0 : Number(line.slice(sample.length + 1));
}

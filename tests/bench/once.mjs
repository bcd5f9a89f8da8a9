// What there is one of for the whole run, started by the first case that needs it.
export function once(start) {
  const started = new WeakMap();
  return (suite) => {
    if (!started.has(suite)) started.set(suite, start(suite));
    return started.get(suite);
  };
}

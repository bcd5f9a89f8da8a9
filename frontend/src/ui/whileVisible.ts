// Runs `work` whenever the page can be seen, and aborts its signal when it no
// longer can: a forgotten tab asks nothing and holds no connection, of which a
// browser has six for one origin. Returns what ends it for good.
export function whileVisible(work: (signal: AbortSignal) => Promise<void>): () => void {
  let round = new AbortController();

  function restart() {
    round.abort();
    round = new AbortController();
    if (document.visibilityState === "visible") void work(round.signal);
  }

  restart();
  document.addEventListener("visibilitychange", restart);
  return () => {
    document.removeEventListener("visibilitychange", restart);
    round.abort();
  };
}

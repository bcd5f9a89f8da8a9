// Runs in the page: which tests are shown, and in which order. Without it, all are.
const list = document.querySelector(".tests");
const form = document.querySelector("form");
const tests = [...list.querySelectorAll(".test")];
const worstFirst = { failed: 0, skipped: 1, passed: 2 };

const orders = {
  failures: (a, b) =>
    worstFirst[a.dataset.state] - worstFirst[b.dataset.state] || orders.time(a, b),
  time: (a, b) => b.dataset.time - a.dataset.time,
  name: (a, b) => a.dataset.name.localeCompare(b.dataset.name),
};

function show() {
  const { state, text, order } = Object.fromEntries(new FormData(form));
  const words = text.toLowerCase().split(/\s+/);
  let shown = 0;
  for (const test of tests) {
    const content = test.dataset.search;
    test.hidden =
      (state !== "all" && test.dataset.state !== state) ||
      !words.every((word) => content.includes(word));
    if (!test.hidden) shown += 1;
  }
  list.append(...tests.sort(orders[order]));
  document.querySelector(".none").hidden = shown > 0;
}

document.body.classList.remove("no-script");
form.addEventListener("input", show);
form.addEventListener("submit", (event) => event.preventDefault());
// A browser may have kept what was chosen before the page was loaded again.
show();

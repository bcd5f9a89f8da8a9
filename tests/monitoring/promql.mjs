// What a PromQL expression names, by Prometheus's own grammar.
import { parser } from "@prometheus-io/lezer-promql";

function textOf(expression, node) {
  return expression.slice(node.from, node.to);
}

// The name before the braces of a selector, and the labels it matches.
function selectorAt(expression, selector) {
  const name = selector.getChild("Identifier");
  const matchers = selector.getChild("LabelMatchers");
  const labels = [];
  for (const kind of ["UnquotedLabelMatcher", "QuotedLabelMatcher", "LabelMatcher"]) {
    for (const matcher of matchers?.getChildren(kind) ?? []) {
      labels.push(textOf(expression, matcher.firstChild));
    }
  }
  return {
    text: textOf(expression, selector),
    metric: name ? textOf(expression, name) : undefined,
    labels,
  };
}

// Selectors, and the labels of by, without, on, ignoring and group_left. Throws if
// the grammar does not accept it.
export function namesIn(expression) {
  const selectors = [];
  const groupings = [];
  parser.parse(expression).iterate({
    enter(node) {
      if (node.type.isError) {
        throw new Error(`not PromQL at ${node.from}: ${expression}`);
      }
      if (node.name === "VectorSelector") selectors.push(selectorAt(expression, node.node));
      if (node.name === "GroupingLabels") {
        for (const label of node.node.getChildren("LabelName")) {
          groupings.push(textOf(expression, label));
        }
      }
    },
  });
  return { selectors, groupings };
}

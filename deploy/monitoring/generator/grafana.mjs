// Grafana's dashboard format, as far as Triad's dashboards need it: a dashboard is
// rows, a row is panels that share its width, a panel is a title, what it means, a
// unit and queries.
const WIDTH = 24; // Grafana's grid
const DATASOURCE = { type: "prometheus", uid: "$datasource" };
// Of panels with `logs: true`.
const LOGS = { type: "loki", uid: "$logs" };

// Where a value begins to be worrying and where it is bad, as the colours say.
export function thresholds(warning, critical) {
  return [
    { color: "green", value: null },
    { color: "orange", value: warning },
    { color: "red", value: critical },
  ];
}

// The other way round: small is bad.
export function thresholdsBelow(warning, critical) {
  return [
    { color: "red", value: null },
    { color: "orange", value: critical },
    { color: "green", value: warning },
  ];
}

const NO_THRESHOLDS = [{ color: "green", value: null }];

function queries(list, datasource = DATASOURCE) {
  return list.map(([expr, legendFormat, { instant = false, format } = {}], index) => ({
    refId: String.fromCharCode("A".charCodeAt(0) + index),
    datasource,
    expr: expr.replace(/\s+/g, " ").trim(),
    legendFormat,
    ...(instant ? { instant: true, range: false } : { range: true }),
    ...(format && { format }),
  }));
}

function sourceOf({ logs: fromLogs }) {
  return fromLogs ? LOGS : DATASOURCE;
}

function panel(type, spec, more) {
  const { title, description, unit, steps, min = 0, max, decimals } = spec;
  return {
    type,
    title,
    description,
    datasource: sourceOf(spec),
    fieldConfig: {
      defaults: {
        unit,
        min,
        ...(max !== undefined && { max }),
        ...(decimals !== undefined && { decimals }),
        thresholds: { mode: "absolute", steps: steps ?? NO_THRESHOLDS },
        color: { mode: steps && type === "stat" ? "thresholds" : "palette-classic" },
        ...more.custom,
      },
      overrides: [],
    },
    options: more.options,
    targets: more.targets,
  };
}

// Lines over time. With `steps`, the thresholds are drawn as lines too. With
// `stacked`, the lines add up.
export function graph(spec) {
  const custom = {
    lineWidth: 1,
    fillOpacity: spec.stacked ? 30 : 8,
    showPoints: "never",
    stacking: { mode: spec.stacked ? "normal" : "none", group: "A" },
    thresholdsStyle: { mode: spec.steps ? "dashed" : "off" },
  };
  return panel("timeseries", spec, {
    custom: { custom },
    options: {
      legend: { displayMode: "table", placement: "bottom", calcs: ["mean", "max", "lastNotNull"] },
      tooltip: { mode: "multi", sort: "desc" },
    },
    targets: queries(spec.queries, sourceOf(spec)),
  });
}

// Lines of logs, the newest first.
export function logs(spec) {
  return panel(
    "logs",
    { unit: "short", logs: true, ...spec },
    {
      options: {
        showTime: true,
        wrapLogMessage: true,
        prettifyLogMessage: false,
        enableLogDetails: true,
        dedupStrategy: "none",
        sortOrder: "Descending",
      },
      targets: queries(
        spec.queries.map(([expr]) => [expr, ""]),
        LOGS,
      ),
    },
  );
}

// The latest value, large; one for each series.
export function stat(spec) {
  return panel("stat", spec, {
    custom: spec.mappings && { mappings: spec.mappings },
    options: {
      reduceOptions: { calcs: ["lastNotNull"], fields: "", values: false },
      colorMode: spec.steps ? "background" : "value",
      graphMode: "none",
      textMode: "auto",
      justifyMode: "auto",
      orientation: "auto",
    },
    targets: queries(spec.queries.map(([expr, legend]) => [expr, legend, { instant: true }])),
  });
}

// Labels as rows.
export function table(spec) {
  const shown = Object.fromEntries(spec.columns.map((name, index) => [name, index]));
  const hidden = Object.fromEntries(spec.hidden.map((name) => [name, true]));
  return {
    ...panel("table", spec, {
      options: { showHeader: true, cellHeight: "sm" },
      targets: queries(
        spec.queries.map(([expr]) => [expr, "", { instant: true, format: "table" }]),
      ),
    }),
    transformations: [
      { id: "organize", options: { excludeByName: hidden, indexByName: shown, renameByName: {} } },
    ],
  };
}

// A choice of values of a label, "all" at first. What has no such label counts as all.
export function choice(name, label, metric, description) {
  const query = `label_values(${metric}, ${name})`;
  return {
    type: "query",
    name,
    label,
    description,
    datasource: DATASOURCE,
    definition: query,
    query: { query, refId: name },
    refresh: 2,
    sort: 1,
    multi: true,
    includeAll: true,
    allValue: ".*",
    current: { selected: true, text: ["All"], value: ["$__all"] },
    options: [],
    regex: "",
    skipUrlSync: false,
    hide: 0,
  };
}

// A choice among some texts, "all" at first.
export function oneOf(name, label, values, description) {
  return {
    type: "custom",
    name,
    label,
    description,
    query: values.join(","),
    multi: true,
    includeAll: true,
    allValue: ".*",
    current: { selected: true, text: ["All"], value: ["$__all"] },
    options: [],
    skipUrlSync: false,
    hide: 0,
  };
}

// A text that whoever looks types in.
export function text(name, label, description) {
  const current = { selected: true, text: "", value: "" };
  return { type: "textbox", name, label, description, query: "", current, options: [], hide: 0 };
}

// Which of the data sources of a kind.
export const sourceChoice = (name, label, kind, description) => ({
  type: "datasource",
  name,
  label,
  description,
  query: kind,
  current: {},
  options: [],
  refresh: 1,
  regex: "",
  multi: false,
  includeAll: false,
  skipUrlSync: false,
  hide: 0,
});

const DATASOURCE_CHOICE = sourceChoice(
  "datasource",
  "Data source",
  "prometheus",
  "The Prometheus that watches Triad.",
);

// Rows below each other, the panels of one beside each other.
function laidOut(rows) {
  const panels = [];
  let y = 0;
  const place = (one, gridPos) => panels.push({ id: panels.length + 1, ...one, gridPos });
  for (const { title, height = 8, panels: inRow } of rows) {
    place({ type: "row", title, collapsed: false, panels: [] }, { h: 1, w: WIDTH, x: 0, y });
    y += 1;
    const w = WIDTH / inRow.length;
    inRow.forEach((one, index) => {
      place(one, { h: height, w, x: index * w, y });
    });
    y += height;
  }
  return panels;
}

export function dashboard({ uid, title, description, choices, rows }) {
  return {
    uid,
    title,
    description,
    tags: ["triad"],
    schemaVersion: 38,
    version: 1,
    editable: true,
    graphTooltip: 1,
    fiscalYearStartMonth: 0,
    timezone: "browser",
    time: { from: "now-3h", to: "now" },
    refresh: "30s",
    annotations: { list: [] },
    links: [
      {
        type: "dashboards",
        title: "Triad",
        tags: ["triad"],
        asDropdown: true,
        includeVars: true,
        keepTime: true,
      },
    ],
    templating: { list: [DATASOURCE_CHOICE, ...choices] },
    panels: laidOut(rows),
  };
}

// What is measured: a recipe of Triad's, CyberChef's for the same, and a command of this machine.
// `output` is how outputs are compared; through a server goes what streams, as the rest is limited
// to a message. What CyberChef is `measured` at leaves out what only makes its output comparable.
const FIND = String.raw`(\w+)@(\w+)`;
const SED = String.raw`sed -E 's/([[:alnum:]_]+)@([[:alnum:]_]+)/\2 at \1/g'`;
const REPLACE = `replace(pattern='${FIND}', replacement='\\2 at \\1')`;

const chefReplace = {
  op: "Find / Replace",
  args: [{ option: "Regex", string: FIND }, "$2 at $1", true, false, false, false],
};
const chefSort = { op: "Sort", args: ["Line feed", false, "Alphabetical (case sensitive)"] };
// CyberChef takes the end of the last line for one more, which it sorts to the front.
const chefOrder = {
  op: "Find / Replace",
  args: [{ option: "Regex", string: String.raw`^\n([^]+)$` }, "$1\n", false, false, false, false],
};
const chefSha256 = { op: "SHA2", args: ["256"] };

const chefUnpack = [{ op: "From Base64" }, { op: "Gunzip" }];

// At least so many times as fast as CyberChef. The tool is to be reached to 0.7.
const HUNDREDFOLD = 100;

export const OPERATIONS = {
  "to-base64": {
    streams: true,
    input: "bytes",
    recipe: "to-base64",
    chef: [{ op: "To Base64" }],
    tool: ["base64", "base64 -w0"],
    sought: HUNDREDFOLD,
  },
  "from-base64": {
    streams: true,
    input: "base64",
    recipe: "from-base64",
    chef: [{ op: "From Base64" }],
    tool: ["base64 -d", "base64 -d"],
  },
  "to-hex": {
    streams: true,
    input: "bytes",
    recipe: "to-hex(upper=true)",
    chef: [
      { op: "To Hex", args: ["None", 0] },
      { op: "To Upper case", args: ["All"] },
    ],
    measured: [{ op: "To Hex", args: ["None", 0] }],
    tool: ["basenc", "basenc --base16 -w0"],
    sought: HUNDREDFOLD,
  },
  "from-hex": {
    streams: true,
    input: "hex",
    recipe: "from-hex",
    chef: [{ op: "From Hex", args: ["None"] }],
    tool: ["basenc -d", "basenc --base16 -d"],
  },
  "SHA-256": {
    streams: true,
    input: "bytes",
    recipe: "sha256",
    chef: [chefSha256],
    tool: ["openssl", "openssl dgst -sha256 -r"],
    output: "hash",
    sought: HUNDREDFOLD,
  },
  MD5: {
    streams: true,
    input: "bytes",
    recipe: "digest(algorithm=md5)",
    chef: [{ op: "MD5" }],
    tool: ["openssl", "openssl dgst -md5 -r"],
    output: "hash",
  },
  gzip: {
    streams: true,
    input: "lines",
    recipe: "gzip",
    chef: [{ op: "Gzip", args: ["Dynamic Huffman Coding", "", "", false] }],
    tool: ["gzip", "gzip -6 -n -c"],
    output: "gzip",
  },
  gunzip: {
    streams: true,
    input: "gzip",
    recipe: "gunzip",
    chef: [{ op: "Gunzip" }],
    tool: ["gzip -d", "gzip -dc"],
  },
  "regex replace": { input: "lines", recipe: REPLACE, chef: [chefReplace], tool: ["sed", SED] },
  "JSON pretty": {
    input: "json",
    recipe: "json-pretty",
    chef: [{ op: "JSON Beautify", args: ["  ", false, true] }],
    tool: ["jq", "jq --indent 2 ."],
    output: "json",
  },
  sort: {
    input: "lines",
    recipe: "sort",
    chef: [chefSort, chefOrder],
    measured: [chefSort],
    tool: ["sort", "sort"],
  },
  unique: {
    input: "lines",
    recipe: "unique",
    chef: [{ op: "Unique", args: ["Line feed", false] }],
    tool: ["awk", "awk '!seen[$0]++'"],
  },
  "CSV to JSON": {
    input: "csv",
    recipe: "csv-to-json",
    chef: [{ op: "CSV to JSON", args: [",", "\r\n", "Array of dictionaries"] }],
    tool: [
      "jq",
      `jq -cRn '(input|split(",")) as $n | [inputs|split(",") | [$n, .] | transpose |
       map({(.[0]): .[1]}) | add]'`,
    ],
    output: "json",
  },
  "URL encode": {
    streams: true,
    input: "lines",
    recipe: "url-encode",
    chef: [{ op: "URL Encode", args: [true] }],
    tool: ["jq", "jq -sRr @uri"],
  },
  "5 steps": {
    input: "mixed",
    recipe: `from-base64 | gunzip | ${REPLACE} | sort | sha256`,
    chef: [...chefUnpack, chefReplace, chefSort, chefOrder, chefSha256],
    measured: [...chefUnpack, chefReplace, chefSort, chefSha256],
    tool: ["5 tools", `base64 -d | gzip -dc | ${SED} | sort | openssl dgst -sha256 -r`],
    output: "hash",
  },
};

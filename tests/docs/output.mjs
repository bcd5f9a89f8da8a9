// Output that a page shows, against what came: the same, but for what differs each
// time (times, etags, tokens, what upload-random draws) and for "…", which stands for
// anything, on a line of its own for any lines.
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\\\.\d+Z/g;
const ETAG = /(etag(?:":|: )")[0-9a-f]+(?:-\d+)?"/g;
const ETAGS = /etag(?:":|: )"([0-9a-f]+(?:-\d+)?)"/g;
const TOKEN = /("nextPageToken":")\w+"/g;
const DRAWN = /"name":"\d+\\\.txt","size":\d,"sha256":"[0-9a-f]{64}"/;

function patternOf(line) {
  return line
    .replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")
    .replaceAll(TIME, "\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z")
    .replaceAll(ETAG, '$1[0-9a-f]+(?:-\\d+)?"')
    .replaceAll(TOKEN, '$1[\\w-]+"')
    .replace(DRAWN, '"name":"\\d+\\.txt","size":\\d,"sha256":"[0-9a-f]{64}"')
    .replaceAll("…", ".*");
}

// What the whole output has to match.
export function expectation(lines) {
  const parts = lines.map((line) => (line === "…" ? "(?:.*\n)*?" : `${patternOf(line)}\n`));
  return new RegExp(`^${parts.join("")}${lines.at(-1) === "…" ? "" : "$"}`);
}

// Lines as they are compared: no carriage returns, one newline at the end.
export const normal = (text) => `${text.replaceAll("\r", "").trimEnd()}\n`;

const etagsIn = (text) => [...text.matchAll(ETAGS)].map(([, etag]) => etag);

// Which etag of the page is which one here: the commands below use them.
export function learnEtags(known, shown, came) {
  const here = etagsIn(came);
  for (const [i, etag] of etagsIn(shown).entries()) if (here[i]) known.set(etag, here[i]);
}

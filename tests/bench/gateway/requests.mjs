// What the gateways are asked: how a client says it, how the service is told, and what comes back.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "../native.mjs";
import { field, message, numberField } from "../wire.mjs";

// Each event is due so many milliseconds behind a tenth of a second (native/bench.proto): spread
// over it, as streams are that clients open one by one.
const PHASES = Array.from({ length: 20 }, (_, i) => 5 * i);
const EVENT = "e".repeat(96);
const json = (word) => JSON.stringify({ word });

function echoOfWord(word) {
  const wire = field(1, word);
  const call = "/bench.Echo/EchoWord";
  return { method: "GET", target: `/word?word=${word}`, call, wire, answer: json(word) };
}

export const WORD = echoOfWord("fOoBar25");

// `kind` is one of native/json_documents.h.
export async function echoOfDocument(suite, kind) {
  const file = join(suite.directory, `document-${kind}`);
  await runProgram(suite, "documents", [kind, file]);
  const [body, wire, answer] = ["json", "wire", "answer"].map((one) =>
    readFileSync(`${file}.${one}`),
  );
  return {
    method: "POST",
    target: "/document",
    call: "/bench.Echo/EchoDocument",
    body,
    wire,
    answer,
  };
}

export const EVENTS = PHASES.map((phase) => ({
  method: "GET",
  target: `/events?word=${EVENT}&phase=${phase}`,
  call: "/bench.Echo/RepeatWord",
  wire: message(field(1, EVENT), numberField(2, phase)),
  answer: `data: ${json(EVENT)}\n\n`,
  answerBytes: field(1, EVENT).length,
  word: EVENT,
  phase,
}));

// Writes what the relay says to `requests` below `directory`. Returns the list that it reads.
export function writePrepared(directory, requests) {
  mkdirSync(directory, { recursive: true });
  const rows = requests.map(({ method, target, call, wire, answer, answerBytes, word }, i) => {
    const files = { wire: join(directory, `${i}.wire`), answer: join(directory, `${i}.answer`) };
    writeFileSync(files.wire, wire);
    writeFileSync(files.answer, answer);
    return {
      request: `${method} ${target}`,
      call,
      ...files,
      answer_bytes: answerBytes ?? wire.length,
      streams: word !== undefined,
    };
  });
  const list = join(directory, "prepared.json");
  writeFileSync(list, JSON.stringify(rows));
  return list;
}

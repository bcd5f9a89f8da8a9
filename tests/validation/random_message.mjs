// Messages whose values lie at the bounds of the rules of runtime/validation/testing, and on both
// sides of them.
import { create, ScalarType } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";

// A sequence that is the same for the same seed (mulberry32): numbers from 0 to 1.
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const pick = (random, all) => all[Math.floor(random() * all.length)];

const NUMBERS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const REALS = [...NUMBERS, -1, 5.5, Number.NaN, Number.POSITIVE_INFINITY, -0];
const TEXTS = [
  "", "a", "ab", "abc", "abcd", "bc", "b", "äöü", "äö", "𝄞", "ac", "abbbc", "bcb",
  "a@b", "a@b.c", "@", "example.com", "example.com.", "-a", "1.2.3", "1.2.3.4", "256.1.1.1",
  "01.2.3.4", "::", "::1", "fe80::1%eth0", "1:2:3:4:5:6:7:8", "1::2::3", "12345::",
  "http://a/b?c#d", "a:", "/a/b", "//a", "%", "http://[::1]:1/", "http://a b/", "#a#",
  "00000000-0000-0000-0000-000000000000", "00000000000000000000000000000000",
  "1.2.3.4/32", "10.0.0.0/8", "10.0.0.1/8", "::/0", "::1/64", "1.2.3.4/33", "a/8",
  "a:80", "a:65536", "[::1]:80", "::1:80", "a:01", "01ARZ3NDEKTSV4RRFFQ69G5FAV",
  "8ZZZZZZZZZZZZZZZZZZZZZZZZZ", "a.b", ".a.b", "a..b", "Content-Type", ":path", "a b", "a\tb",
  "a\nb", "a\u0000", "type.googleapis.com/a.B",
]; // biome-ignore format: a table

const SIGNED = [-7, -1];
const isUnsigned = (type) =>
  [ScalarType.UINT32, ScalarType.UINT64, ScalarType.FIXED32, ScalarType.FIXED64].includes(type);
const is64Bits = (type) =>
  [
    ScalarType.INT64,
    ScalarType.UINT64,
    ScalarType.SINT64,
    ScalarType.FIXED64,
    ScalarType.SFIXED64,
  ].includes(type);

function scalar(type, random) {
  switch (type) {
    case ScalarType.BOOL:
      return random() < 0.5;
    case ScalarType.STRING:
      return pick(random, TEXTS);
    case ScalarType.BYTES:
      return Buffer.from(pick(random, [...TEXTS, "abcdabcdabcdabcd"]));
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return pick(random, REALS);
    default: {
      const number = pick(random, isUnsigned(type) ? NUMBERS : [...NUMBERS, ...SIGNED]);
      return is64Bits(type) ? BigInt(number) : number;
    }
  }
}

const TYPES = [
  "",
  ...["Part", "BoolRules"].map((name) => `type.googleapis.com/triad.validation.testing.${name}`),
];

// What a path shows as it is.
const KEYS = TEXTS.filter((text) => JSON.stringify(text) === `"${text}"`);

const key = (type, random) =>
  type === ScalarType.STRING ? pick(random, KEYS) : scalar(type, random);

// The messages that JSON writes in a form of their own have values that it has.
const WELL_KNOWN = {
  "google.protobuf.Any": (random) => ({ typeUrl: pick(random, TYPES) }),
  "google.protobuf.Duration": (random) => ({ seconds: BigInt(pick(random, NUMBERS)) }),
  "google.protobuf.Timestamp": (random) => ({
    seconds: BigInt(pick(random, [...NUMBERS, 4e9, Math.floor(Date.now() / 1000) - 5])),
  }),
  "google.protobuf.FieldMask": (random) => ({
    paths: [["a"], ["a.b"], ["ab"], [], ["b", "a"]][Math.floor(random() * 5)],
  }),
};

function value(kind, field, random, depth) {
  if (kind === "scalar") return scalar(field.scalar, random);
  if (kind === "enum") return pick(random, [0, 1, 2, 4, 5]);
  return reflect(field.message, randomMessage(field.message, random, depth + 1));
}

function fill(target, field, random, depth) {
  const count = Math.floor(random() * 4);
  if (field.fieldKind === "list") {
    const list = target.get(field);
    for (let i = 0; i < count; ++i) list.add(value(field.listKind, field, random, depth));
  } else if (field.fieldKind === "map") {
    const map = target.get(field);
    for (let i = 0; i < count; ++i) {
      map.set(key(field.mapKey, random), value(field.mapKind, field, random, depth));
    }
  } else {
    target.set(field, value(field.fieldKind, field, random, depth));
  }
}

// Of each field two times in three, of messages within each other fewer and fewer.
export function randomMessage(desc, random, depth = 0) {
  const wellKnown = WELL_KNOWN[desc.typeName];
  if (wellKnown) return create(desc, wellKnown(random));
  const message = create(desc);
  const target = reflect(desc, message);
  for (const field of desc.fields) {
    const isDeep = field.message !== undefined && depth > 2;
    if (!isDeep && random() < 0.66) fill(target, field, random, depth);
  }
  return message;
}

// Random schemas and documents. What Ajv sees otherwise by design is not among
// them: numbers that doubles do not hold exactly, keywords beside a $ref, formats.

// Numbers from 0 up to 1 that follow from a seed (mulberry32).
const numbersOf = (seed) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let mixed = Math.imul(seed ^ (seed >>> 15), seed | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
};

const types = ["array", "boolean", "integer", "null", "number", "object", "string"];
const names = ["a", "b", "c", "", "a/b", "x~y", "é"];
// Ajv does not notice that a property with the name "" is missing.
const requiredNames = names.filter((name) => name !== "");
const numbers = [0, 1, 2, 3, 7, -1, -4, 0.5, 1.5, 0.25, 1e15, -0.75];
const definitions = ["one", "two", "three"];

export const strings = [
  ...["", "a", "ab", "abc", "b", "ba", "1", "42", "a1", "_", "-", "[", "]", ":a"],
  ...[" ", "\t", "\v", "\n", "a\nb", "\u00a0", "\u2028", "\ufeff", "foo bar", "foobar", "\\"],
  ...["é", "ü", "ß", "😀", "a😀", "日本", "\u0000", "/", ".", "*", "{", "a{", "aaa", "aaaa"],
];

export const patterns = [
  ...["", "a", "^a", "b$", "^a$", "^[a-c]{1,2}$", "a|^$", "^(?:ab)?c?$", "a{2,3}", "^a{3}$"],
  ...["\\d", "^\\D*$", "\\w", "^\\W$", "^\\s*$", "\\S", "^[\\s\\S]{2}$", "^[^\\s]$", "[\\d\\s]"],
  ...["^[\\S]+$", "\\bfoo\\b", "foo\\B", "^.$", "^..$", ".", "^[^]$", "[]", "[^a]", "[\\[]"],
  ...["\\[", "\\]", "\\/", "\\.", "\\*", "\\{", "^\\\\$", "\\p{L}", "^\\P{L}$", "\\p{Lu}"],
  ...["é|ü", "^\\u00e9$", "\\u{1f600}", "\\ud83d\\ude00", "[\\u00e0-\\u00ff]", "\\x61", "\\cI"],
  ...[
    "^[\\b]$",
    "\\0",
    "\\t|\\n|\\v",
    "[\\-a]",
    "[_-]",
    "^$",
    "^(a|b)*$",
    "(a|b)*c",
    "a+?",
    "[[a]",
  ],
  "[:a]",
];

class Draw {
  constructor(seed) {
    this.next = numbersOf(seed);
  }

  below = (count) => Math.floor(this.next() * count);
  chance = (share) => this.next() < share;
  one = (list) => list[this.below(list.length)];
  list = (min, max, make) => Array.from({ length: min + this.below(max - min + 1) }, make);
  some = (list, min) => {
    const left = [...list];
    return this.list(min, 3, () => left.splice(this.below(left.length), 1)[0]);
  };
  object = (keys, make) => Object.fromEntries(keys.map((key) => [key, make()]));

  document = (depth = 3) =>
    this.one([
      () => null,
      () => this.chance(0.5),
      () => this.one(numbers),
      () => this.one(numbers),
      () => this.one(strings),
      () => this.one(strings),
      ...(depth === 0
        ? []
        : [
            () => this.list(0, 4, () => this.document(depth - 1)),
            () => this.list(0, 4, () => this.document(0)),
            () => this.object(this.some(names, 0), () => this.document(depth - 1)),
            () => this.object(this.some(names, 1), () => this.document(depth - 1)),
          ]),
    ])();

  // Keywords without schemas in them.
  plain = {
    type: () => (this.chance(0.6) ? this.one(types) : this.some(types, 1)),
    enum: () => this.list(1, 5, () => this.document(1)),
    const: () => this.document(1),
    multipleOf: () => this.one([1, 2, 3, 0.5, 0.25, 10]),
    maximum: () => this.one(numbers),
    exclusiveMaximum: () => this.one(numbers),
    minimum: () => this.one(numbers),
    exclusiveMinimum: () => this.one(numbers),
    maxLength: () => this.below(4),
    minLength: () => this.below(4),
    pattern: () => this.one(patterns),
    maxItems: () => this.below(4),
    minItems: () => this.below(4),
    uniqueItems: () => this.chance(0.8),
    maxProperties: () => this.below(4),
    minProperties: () => this.below(4),
    required: () => this.some(requiredNames, 0),
    title: () => this.one(strings),
    unknown: () => this.document(1),
  };

  // Keywords with schemas, which `make` makes.
  nesting = {
    items: (make) => (this.chance(0.5) ? make() : this.list(1, 3, make)),
    additionalItems: (make) => make(),
    contains: (make) => make(),
    properties: (make) => this.object(this.some(names, 1), make),
    patternProperties: (make) => this.object(this.some(patterns, 1), make),
    additionalProperties: (make) => make(),
    propertyNames: (make) => make(),
    dependencies: (make) =>
      this.object(this.some(names, 1), () =>
        this.chance(0.5) ? make() : this.some(requiredNames, 0),
      ),
    allOf: (make) => this.list(1, 3, make),
    anyOf: (make) => this.list(1, 3, make),
    oneOf: (make) => this.list(1, 3, make),
    not: (make) => make(),
    if: (make) => make(),
    // biome-ignore lint/suspicious/noThenProperty: a keyword
    then: (make) => make(),
    else: (make) => make(),
  };

  schema = (depth) => {
    if (this.chance(0.06)) return this.chance(0.7);
    if (this.chance(0.05)) return { $ref: this.reference() };
    const schema = {};
    for (const keyword of this.some(Object.keys(this.plain), depth > 0 ? 0 : 1)) {
      schema[keyword] = this.plain[keyword]();
    }
    if (depth === 0) return schema;
    const keywords = this.some(Object.keys(this.nesting), 1);
    // Each means little without the other.
    if (keywords.includes("then") || keywords.includes("else")) keywords.push("if");
    if (keywords.includes("additionalItems")) keywords.push("items");
    for (const keyword of keywords) {
      schema[keyword] ??= this.nesting[keyword](() => this.schema(depth - 1));
    }
    // Beside an array of items, Ajv may say that an array contains what it does not.
    if ("contains" in schema && Array.isArray(schema.items)) delete schema.contains;
    return schema;
  };

  reference = () => this.one(["#", ...definitions.map((name) => `#/definitions/${name}`)]);
}

// A schema, and documents for it.
export const drawCase = (seed, documents) => {
  const draw = new Draw(seed);
  const root = draw.schema(2);
  const schema = typeof root === "object" && !("$ref" in root) ? root : { allOf: [root] };
  schema.definitions = draw.object(definitions, () => draw.schema(1));
  return { schema, documents: draw.list(documents, documents, () => draw.document()) };
};

// Reads HCL as far as checks need it: blocks with their labels, and attributes
// with the text of their expressions. Expressions are not evaluated.

// body: { blocks: [{ type, labels, body, line }], attributes: Map(name → { text, line }) }
export function parse(source, file = "") {
  const reader = new Reader(source, file);
  const body = reader.body();
  reader.blank();
  if (!reader.ended) reader.fail("a closing brace too many");
  return body;
}

// Every block of a type, however deep.
export function blocksOf(body, type) {
  const found = [];
  for (const block of body.blocks) {
    if (block.type === type) found.push(block);
    found.push(...blocksOf(block.body, type));
  }
  return found;
}

// Every expression, however deep: [{ name, text, line }].
export function expressionsOf(body) {
  const own = [...body.attributes].map(([name, value]) => ({ name, ...value }));
  return [...own, ...body.blocks.flatMap((block) => expressionsOf(block.body))];
}

// The blocks of a type at the top of a folder's files: [{ file, block }].
export function eachBlock(folder, type) {
  return folder.files.flatMap((file) =>
    file.body.blocks.filter((block) => block.type === type).map((block) => ({ file, block })),
  );
}

// Where something is, for whoever reads a complaint.
export const where = (file, line) => `${file.name}:${line}`;

// The strings of an expression that have no part to be computed, or all of them
// with the computed parts as ….
export function stringsIn(text) {
  return [...text.matchAll(/"((?:[^"\\$]|\\.|\$(?!\{)|\$\{(?:[^{}"]|"[^"]*")*\})*)"/g)].map(
    (match) => match[1].replaceAll(/\$\{[^}]*\}/g, "…"),
  );
}

// The text of a file with comments blanked out and every line kept.
export function withoutComments(source) {
  const reader = new Reader(source, "");
  let text = "";
  while (!reader.ended) {
    const from = reader.at;
    if (reader.comment()) text += source.slice(from, reader.at).replaceAll(/[^\n]/g, " ");
    else {
      reader.token();
      text += source.slice(from, reader.at);
    }
  }
  return text;
}

const closing = { "(": ")", "[": "]", "{": "}" };

class Reader {
  constructor(source, file) {
    this.source = source;
    this.file = file;
    this.at = 0;
  }

  get ended() {
    return this.at >= this.source.length;
  }

  get line() {
    return this.source.slice(0, this.at).split("\n").length;
  }

  fail(what) {
    throw new Error(`${this.file}:${this.line}: ${what}`);
  }

  // What matches here, and goes past it.
  take(pattern) {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.source);
    if (match) this.at = pattern.lastIndex;
    return match;
  }

  comment() {
    return this.take(/(#|\/\/)[^\n]*|\/\*[\s\S]*?\*\//y);
  }

  blank() {
    while (this.take(/\s+/y) || this.comment());
  }

  // body = { attribute | block }
  body() {
    const body = { blocks: [], attributes: new Map() };
    for (this.blank(); !this.ended && this.source[this.at] !== "}"; this.blank()) this.item(body);
    return body;
  }

  // attribute = name "=" expression;  block = name { label } "{" body "}"
  item(body) {
    const { line } = this;
    const name =
      this.take(/[A-Za-z_][\w-]*/y)?.[0] ?? this.fail("neither an attribute nor a block");
    this.take(/[ \t]+/y);
    if (this.take(/=(?!=)/y)) {
      body.attributes.set(name, { text: this.expression(), line });
      return;
    }
    const labels = [];
    while (this.source[this.at] === '"') labels.push(this.label());
    if (!this.take(/\{/y)) this.fail(`${name} is followed by neither = nor {`);
    body.blocks.push({ type: name, labels, line, body: this.body() });
    if (!this.take(/\}/y)) this.fail(`${name} is not closed`);
  }

  label() {
    return this.take(/"([^"\n]*)"[ \t]*/y)?.[1] ?? this.fail("a label without an end");
  }

  // Up to the end of the line, brackets and strings kept whole.
  expression() {
    const from = this.at;
    while (!this.ended && !/[\n}]/.test(this.source[this.at]) && !this.comment()) this.token();
    return this.source.slice(from, this.at).trim();
  }

  // One string, heredoc, bracket with what is in it, or character.
  token() {
    const character = this.source[this.at];
    const heredoc = this.take(/<<-?(\w+)\n/y);
    if (heredoc) {
      this.take(new RegExp(`[\\s\\S]*?\\n\\s*${heredoc[1]}(?=\\n)`, "y")) ??
        this.fail("a heredoc without an end");
    } else if (character === '"') this.string();
    else if (character in closing) this.bracket(closing[character]);
    else this.at += 1;
  }

  bracket(end) {
    for (this.at += 1; this.source[this.at] !== end; ) {
      if (this.ended) this.fail(`no ${end}`);
      if (!this.comment()) this.token();
    }
    this.at += 1;
  }

  string() {
    for (this.at += 1; this.source[this.at] !== '"'; ) {
      if (this.ended) this.fail("a string without an end");
      if (this.take(/\\[\s\S]/y)) continue;
      if (this.take(/\$(?=\{)/y)) this.bracket("}");
      else this.at += 1;
    }
    this.at += 1;
  }
}

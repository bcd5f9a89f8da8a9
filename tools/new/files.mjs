// Files of the tree that `./dev new` changes: read once, written together at the end, so
// that a command that fails has changed nothing.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");

// A mistake of the caller, or a tree that is not as the command knows it.
export class Refusal extends Error {}

export class Files {
  #texts = new Map();

  has(path) {
    return this.#texts.has(path) || existsSync(join(root, path));
  }

  read(path) {
    if (!this.#texts.has(path)) {
      if (!this.has(path)) throw new Refusal(`${path} is missing`);
      this.#texts.set(path, readFileSync(join(root, path), "utf8"));
    }
    return this.#texts.get(path);
  }

  create(path, text) {
    if (this.has(path)) throw new Refusal(`${path} is there already`);
    this.#texts.set(path, text);
  }

  // Puts what `change` makes of it in the place of what matches, which must be there.
  replace(path, pattern, change) {
    const text = this.read(path);
    const changed = text.replace(pattern, change);
    if (changed === text) throw new Refusal(`${path}: there is no ${pattern} to add to`);
    this.#texts.set(path, changed);
  }

  // Returns the paths of what was written.
  write() {
    const written = [];
    for (const [path, text] of this.#texts) {
      const target = join(root, path);
      if (existsSync(target) && readFileSync(target, "utf8") === text) continue;
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, text);
      written.push(path);
    }
    return written.sort();
  }
}

// node validate.mjs DIRECTORY: writes buf/validate/validate.proto below it, from the descriptor
// that @bufbuild/protovalidate carries (npm has no package with the file itself).
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { file_buf_validate_validate as file } from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";
import { protoText } from "./proto_text.mjs";

const [directory] = process.argv.slice(2);
if (directory === undefined) {
  console.error("usage: node validate.mjs DIRECTORY");
  process.exit(2);
}
const path = join(directory, file.proto.name);
mkdirSync(dirname(path), { recursive: true });
// What is built from it is not built again for the same text.
const text = protoText(file);
if (!existsSync(path) || readFileSync(path, "utf8") !== text) writeFileSync(path, text);

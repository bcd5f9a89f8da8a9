// A file of proto2 as text, made from its descriptor. It has what such a file of messages, enums,
// extensions and options can have, and ends with an error where there is something else.
import { getOption, hasOption, isFieldSet, ScalarType } from "@bufbuild/protobuf";
import { FileOptionsSchema, FieldDescriptorProto_Type as Type } from "@bufbuild/protobuf/wkt";
import { predefined } from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";

// protoText(DescFile)
export function protoText(file) {
  if (file.edition !== 998) throw new Error(`${file.proto.name} is not proto2`);
  const blocks = [
    `syntax = "proto2";`,
    `package ${file.proto.package};`,
    file.proto.dependency.map((path) => `import ${quoted(path)};`).join("\n"),
    fileOptions(file.proto.options).join("\n"),
    ...file.extensions.map(extension),
    ...file.enums.map((type) => enumeration(type).join("\n")),
    ...file.messages.map((type) => message(type).join("\n")),
  ];
  return `${blocks.join("\n\n")}\n`;
}

const quoted = (text) => JSON.stringify(text);
const indented = (lines) => lines.map((line) => `  ${line}`);
const block = (head, lines) => [`${head} {`, ...indented(lines), "}"];

function fileOptions(options) {
  const set = FileOptionsSchema.fields.filter((field) => options && isFieldSet(options, field));
  const text = (value) => (typeof value === "string" ? quoted(value) : value);
  return set.map((field) => `option ${field.name} = ${text(options[field.localName])};`);
}

function extension(desc) {
  return block(`extend .${desc.extendee.typeName}`, [field(desc)]).join("\n");
}

function enumeration(desc) {
  return block(`enum ${desc.name}`, [
    ...desc.values.map((value) => `${value.name} = ${value.number};`),
    ...reserved(desc.proto, (end) => end),
  ]);
}

function message(desc) {
  const ranges = desc.proto.extensionRange.map(({ start, end }) => span(start, end - 1));
  return block(`message ${desc.name}`, [
    ...desc.nestedEnums.flatMap(enumeration),
    ...desc.nestedMessages.flatMap(message),
    ...desc.fields.flatMap(member),
    ...ranges.map((range) => `extensions ${range};`),
    ...reserved(desc.proto, (end) => end - 1),
  ]);
}

// A field, or with the first of a oneof all of them.
function member(desc) {
  if (desc.oneof === undefined) return [field(desc)];
  if (desc !== desc.oneof.fields[0]) return [];
  return block(`oneof ${desc.oneof.name}`, desc.oneof.fields.map(field));
}

function field(desc) {
  const { proto } = desc;
  const label = desc.oneof ? "" : `${["optional", "required", "repeated"][proto.label - 1]} `;
  const all = options(desc);
  return `${label}${typeName(proto)} ${proto.name} = ${proto.number}${all};`;
}

function typeName(proto) {
  if (proto.type === Type.GROUP) throw new Error(`${proto.name} is a group`);
  return proto.typeName === "" ? ScalarType[proto.type].toLowerCase() : proto.typeName;
}

function options(desc) {
  const { proto } = desc;
  const all = [];
  if (proto.options?.deprecated) all.push("deprecated = true");
  if (proto.defaultValue !== "") all.push(`default = ${proto.defaultValue}`);
  if (hasOption(desc, predefined)) {
    const rules = getOption(desc, predefined).cel.map(
      (rule) =>
        `cel { ${["id", "message", "expression"]
          .filter((name) => rule[name] !== "")
          .map((name) => `${name}: ${quoted(rule[name])}`)
          .join(" ")} }`,
    );
    all.push(`(.buf.validate.predefined) = { ${rules.join(" ")} }`);
  }
  return all.length === 0 ? "" : ` [${all.join(", ")}]`;
}

const span = (first, last) => {
  if (first === last) return `${first}`;
  return `${first} to ${last === 536870911 ? "max" : last}`;
};

// `last` is the last number of a range, from its end: that of a message lies outside of it.
function reserved(proto, last) {
  const ranges = proto.reservedRange.map(({ start, end }) => span(start, last(end)));
  const names = proto.reservedName.map(quoted);
  return [ranges, names]
    .filter((all) => all.length > 0)
    .map((all) => `reserved ${all.join(", ")};`);
}

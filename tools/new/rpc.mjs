// ./dev new rpc SERVICE NAME [HANDLER]: a method in the proto, a line that binds it, a
// function in a handler of the service, and a test.
import { member, names, services } from "../suite.mjs";
import { Refusal } from "./files.mjs";

const lowered = (name) => name[0].toLowerCase() + name.slice(1);

// Unary("GetEntry", &entries_, &EntriesHandler::Get)
const BINDING = /^ {2}\w+\("\w+", &\w+, &(\w+)::\w+.*\);\n/gm;

function check(service, name) {
  if (!member(service)?.service) {
    throw new Refusal(`no service '${service ?? ""}': ${names(services).join(", ")}`);
  }
  if (!/^[A-Z][A-Za-z0-9]{2,39}$/.test(name ?? "")) {
    throw new Refusal("the name of a method is a verb and a noun, such as ResetCounter");
  }
}

// The binding of the handler that is asked for, or of the last one there is.
function bindingOf(files, source, asked) {
  const bindings = [...files.read(source).matchAll(BINDING)];
  const wanted = asked ? bindings.filter(([, type]) => type === asked) : bindings;
  if (wanted.length > 0) return wanted.at(-1);
  const known = [...new Set(bindings.map(([, type]) => type))].join(", ");
  throw new Refusal(`no handler '${asked}' is bound in ${source}: ${known}`);
}

// The header of a handler, without ".h", among those that the service includes.
function fileOf(files, header, type) {
  const included = [...files.read(header).matchAll(/^#include "(services\/.*)\.h"$/gm)];
  const found = included.find(([, path]) => files.read(`${path}.h`).includes(`class ${type} `));
  if (!found) throw new Refusal(`no header that ${header} includes declares ${type}`);
  return found[1];
}

function addToProto(files, service, name) {
  const path = `proto/triad/${service}/v1/${service}.proto`;
  if (new RegExp(`rpc ${name}\\(|message ${name}Re`).test(files.read(path))) {
    throw new Refusal(`${path} has ${name} already`);
  }
  files.replace(
    path,
    /^service [\s\S]*?^}\n/m,
    (block) => `${block.slice(0, -2)}
  // Answers with the text that it is given.
  //
  // Errors: INVALID_ARGUMENT if \`text\` is empty.
  rpc ${name}(${name}Request) returns (${name}Response) {
    option idempotency_level = NO_SIDE_EFFECTS;
    option (google.api.http) = {get: "/api/v1/${service}:${lowered(name)}"};
  }
}
`,
  );
  files.replace(
    path,
    /$/,
    `
// Request of ${name}.
message ${name}Request {
  // Any text. Required.
  string text = 1;
}

// Answer of ${name}.
message ${name}Response {
  // The text of the request.
  string text = 1;
}
`,
  );
}

function addToHandler(files, handler, type, name) {
  const parameters = `rpc::Call& call, const v1::${name}Request& request`;
  files.replace(
    `${handler}.h`,
    new RegExp(`^class ${type} [\\s\\S]*?(?=\n private:|};)`, "m"),
    (text) => `${text}  absl::StatusOr<v1::${name}Response> ${name}(${parameters});\n`,
  );
  files.replace(
    `${handler}.cc`,
    /\n} {2}\/\/ namespace triad::\w+\n$/,
    (end) => `
absl::StatusOr<v1::${name}Response> ${type}::${name}(rpc::Call&, const v1::${name}Request& request) {
  if (request.text().empty()) return InvalidField("text", "must not be empty");
  v1::${name}Response response;
  response.set_text(request.text());
  return response;
}
${end}`,
  );
  if (!files.read(`${handler}.cc`).includes('"runtime/base/status.h"')) {
    files.replace(`${handler}.cc`, /^(#include ".*"\n)/m, '$1#include "runtime/base/status.h"\n');
  }
}

function addTest(files, path, name) {
  const [, fixture] = /^class (\w+) : public ::testing::Test/m.exec(files.read(path)) ?? [];
  if (!fixture) throw new Refusal(`${path} has no fixture to add a test to`);
  files.replace(
    path,
    /\n} {2}\/\/ namespace\n} {2}\/\/ namespace triad::\w+\n$/,
    (end) => `
TEST_F(${fixture}, ${name}AnswersWithTheTextAndNeedsOne) {
  v1::${name}Request request;
  v1::${name}Response response;
  grpc::ClientContext without;
  EXPECT_EQ(stub_->${name}(&without, request, &response).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
  request.set_text("hello");
  grpc::ClientContext with;
  ASSERT_TRUE(stub_->${name}(&with, request, &response).ok());
  EXPECT_EQ(response.text(), "hello");
}
${end}`,
  );
}

export function newRpc(files, service, name, handler) {
  check(service, name);
  const folder = `services/${service}`;
  const [line, type] = bindingOf(files, `${folder}/service.cc`, handler);
  addToProto(files, service, name);
  files.replace(`${folder}/service.cc`, line, (found) => {
    const [, owner] = /&(\w+),/.exec(found);
    return `${found}  Unary("${name}", &${owner}, &${type}::${name});\n`;
  });
  addToHandler(files, fileOf(files, `${folder}/service.h`, type), type, name);
  addTest(files, `${folder}/service_test.cc`, name);
}

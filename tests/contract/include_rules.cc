#include "tests/contract/include_rules.h"

#include <regex>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace triad::contract {
namespace {

// What the layers speak about. Everything else is a header of a library.
constexpr char kGoverned[] =
    "(runtime|gateway|services|cli|triad|tests)/.*|(grpc|grpcpp|gtest|gmock)/.*|.*/testing/.*|"
    ".*\\.pb\\.h";

#define TRIAD_GRPC "(grpc|grpcpp)/.*"
#define TRIAD_GOOGLE "google/(api|protobuf|rpc)/.*\\.pb\\.h"

constexpr Layer kLayers[] = {
    {"runtime/base/.*", "runtime/base/.*|" TRIAD_GOOGLE, "base knows no other part of the runtime",
     "runtime/base/status.cc", "runtime/io/executor.h"},
    {"runtime/io/.*", "runtime/(base|io)/.*", "io stands on base alone", "runtime/io/executor.cc",
     "runtime/telemetry/metrics/metrics.h"},
    {"runtime/telemetry/.*", "runtime/(base|telemetry)/.*", "telemetry stands on base alone",
     "runtime/telemetry/logs/log.cc", "runtime/http/server.h"},
    {"runtime/http/.*", "runtime/(base|io|telemetry|http)/.*",
     "http stands on base, io and telemetry", "runtime/http/server.cc", "runtime/rpc/call.h"},
    {"runtime/http_client/.*", "runtime/(base|io|telemetry|http_client)/.*",
     "the HTTP client stands on base, io and telemetry", "runtime/http_client/post.cc",
     "runtime/http/server.h"},
    {"runtime/grpc_client/.*", "runtime/(base|io|telemetry|grpc_client)/.*",
     "the gRPC client stands on base, io and telemetry, and knows no gRPC library",
     "runtime/grpc_client/http2/http2_call.cc", "grpcpp/grpcpp.h"},
    {"runtime/rpc/.*", "runtime/(base|io|telemetry|validation|rpc)/.*|" TRIAD_GRPC "|" TRIAD_GOOGLE,
     "rpc stands on base, io, telemetry and validation", "runtime/rpc/server/server.cc",
     "runtime/database/database.h"},
    {"runtime/database/.*", "runtime/(base|io|telemetry|database)/.*",
     "database stands on base, io and telemetry", "runtime/database/open.cc",
     "runtime/service/service.h"},
    {"runtime/audit/handler/.*",
     "runtime/(base|io|telemetry|database|rpc|audit)/.*|triad/audit/.*|" TRIAD_GOOGLE,
     "the log is served without knowing whose it is", "runtime/audit/handler/audit_handler.cc",
     "services/config/model/entry.h"},
    {"runtime/audit/.*", "runtime/(base|io|telemetry|database|audit)/.*",
     "audit stands on the database, and knows nothing of what is done", "runtime/audit/rows.cc",
     "runtime/rpc/call.h"},
    {"runtime/watch/.*", "runtime/(base|io|telemetry|watch)/.*",
     "watches know nothing of what is watched, nor where it is kept", "runtime/watch/watch_hub.cc",
     "runtime/database/database.h"},
    {"runtime/json_schema/.*", "runtime/(base|json_schema)/.*",
     "a schema knows nothing of what is held against it", "runtime/json_schema/schema.cc",
     "runtime/database/database.h"},
    {"runtime/messages/.*", "runtime/(base|messages)/.*|" TRIAD_GOOGLE,
     "tables of messages know nothing of what is converted by them",
     "runtime/messages/message_table.cc", "runtime/io/executor.h"},
    {"runtime/validation/.*", "runtime/(base|messages|validation)/.*|buf/validate/.*|" TRIAD_GOOGLE,
     "rules know nothing of how the messages come", "runtime/validation/validate.cc",
     "runtime/rpc/call.h"},
    {"runtime/yaml/.*", "runtime/(base|yaml)/.*", "YAML is text and values", "runtime/yaml/yaml.cc",
     "runtime/io/executor.h"},
    {"runtime/export/.*", "runtime/(base|io|telemetry|http_client|export)/.*",
     "traces and errors leave by the HTTP client, whatever they are about",
     "runtime/export/otlp/otlp_exporter.cc", "runtime/rpc/call.h"},
    {"runtime/process/.*", "runtime/(base|io|telemetry|http|http_client|export|process)/.*",
     "the life of a process is the same with and without gRPC and data", "runtime/process/admin.cc",
     "runtime/database/database.h"},
    {"runtime/service/.*", "runtime/(?!grpc_client/).*|" TRIAD_GRPC,
     "a service of the runtime knows none of its users", "runtime/service/service.cc",
     "services/config/model/entry.h"},
    {"runtime/probe/.*", "(?!.*)", "the probe stands alone", "runtime/probe/main.cc",
     "runtime/base/status.h"},

    {"gateway/(main|flags|nothing_embedded)\\.(cc|h)",
     "gateway/.*|runtime/(base|io|telemetry|validation|http|grpc_client|process|export)/"
     ".*|" TRIAD_GOOGLE,
     "the gateway's main wires its parts; it is no gRPC server and has no data", "gateway/main.cc",
     "runtime/service/service.h"},
    {"gateway/protos/.*",
     "gateway/protos/.*|runtime/(base|messages|yaml)/.*|triad/gateway/.*|" TRIAD_GOOGLE,
     "descriptor sets stand alone", "gateway/protos/descriptor_set.cc", "gateway/routing/router.h"},
    {"gateway/routing/.*",
     "gateway/(protos|routing)/.*|runtime/(base|messages|validation)/.*|triad/gateway/"
     ".*|" TRIAD_GOOGLE,
     "routing stands on descriptor sets alone", "gateway/routing/router.cc",
     "gateway/transcoding/codec.h"},
    {"gateway/transcoding/.*",
     "gateway/(protos|routing|transcoding)/.*|runtime/(base|messages|validation)/.*|" TRIAD_GOOGLE,
     "transcoding knows descriptors and routes, and no HTTP", "gateway/transcoding/query.cc",
     "gateway/proxy/transaction.h"},
    {"gateway/own/.*", "gateway/own/.*|runtime/(base|http|grpc_client)/.*",
     "the gateway's own answers know neither routes nor the document that lists them",
     "gateway/own/own_endpoints.cc", "gateway/openapi/schemas.h"},
    {"gateway/openapi/.*",
     "gateway/(protos|routing|transcoding|own|openapi)/.*|runtime/(base|messages)/.*|buf/validate/"
     ".*|" TRIAD_GOOGLE,
     "the document is made from descriptors, not from what serves them",
     "gateway/openapi/openapi.cc", "triad/config/v1/config.pb.h"},
    {"gateway/site/.*", "gateway/(routing|site)/.*|runtime/(base|http)/.*", "the site is files",
     "gateway/site/site.cc", "runtime/grpc_client/channel.h"},
    {"gateway/protocols/.*", "gateway/protocols/.*|runtime/(base|io|http)/.*",
     "a protocol knows bytes and not what they mean", "gateway/protocols/websocket/web_socket.cc",
     "gateway/routing/router.h"},
    {"gateway/proxy/.*",
     "gateway/(protos|routing|transcoding|own|openapi|site|protocols|proxy)/.*|"
     "runtime/(base|io|telemetry|messages|http|grpc_client)/.*|" TRIAD_GOOGLE,
     "the proxy records and does not send, and has no code per service",
     "gateway/proxy/transaction.cc", "services/config/model/entry.h"},
    {"gateway/learning/.*",
     "gateway/(learning|protos|proxy)/.*|runtime/(base|io|telemetry|grpc_client)/.*|" TRIAD_GOOGLE,
     "what services are is learned beside the requests", "gateway/learning/reflector.cc",
     "runtime/http/server.h"},

    {"cli/output/.*", "cli/output/.*|runtime/(base|yaml)/.*|" TRIAD_GOOGLE,
     "what is written is known without commands and servers", "cli/output/table.cc",
     "cli/transport/client.h"},
    {"cli/terminal/.*", "cli/(terminal/.*|exit_codes\\.h)|runtime/(base|io)/.*",
     "the terminal knows nothing of what is shown on it", "cli/terminal/terminal.cc",
     "cli/session.h"},
    {"cli/table/.*", "cli/((table|output)/.*|exit_codes\\.h)|runtime/base/.*",
     "the table of commands knows none of them", "cli/table/parse.cc", "cli/config/commands.h"},
    {"cli/settings/.*", "cli/((settings|table|output)/.*|exit_codes\\.h)|runtime/(base|io|yaml)/.*",
     "settings are known without a server", "cli/settings/profiles.cc", "cli/transport/client.h"},
    {"cli/transport/.*",
     "cli/transport/.*|gateway/routing/path_template\\.h|runtime/(base|http_client)/.*|"
     "runtime/rpc/server/build\\.pb\\.h|triad/gateway/.*|" TRIAD_GRPC "|" TRIAD_GOOGLE,
     "calls go by descriptors, and know no service", "cli/transport/rest.cc",
     "triad/config/v1/config.pb.h"},
    {"cli/files/.*", "cli/(files/.*|exit_codes\\.h)|runtime/(base|io)/.*",
     "files know nothing of what is in them", "cli/files/new_file.cc", "cli/session.h"},
    {"cli/transform/.*",
     "cli/.*|runtime/base/.*|services/transform/(engine|mapping)/.*|triad/transform/"
     ".*|" TRIAD_GOOGLE,
     "recipes run without a server: of the service the engine is linked, with its messages, and "
     "nothing else",
     "cli/transform/local_runner.cc", "services/transform/stream_handler.h"},
    {"cli/.*", "cli/.*|runtime/(base|yaml)/.*|triad/.*|" TRIAD_GOOGLE,
     "commands call a Client, and know neither gRPC nor HTTP", "cli/config/set_command.cc",
     "grpcpp/grpcpp.h"},

    {"services/(\\w+)/(main|options|\\w+_command)\\.(cc|h)",
     "services/\\1/.*|runtime/(?!grpc_client/|http/).*",
     "services know neither each other nor the gateway", "services/config/main.cc",
     "services/storage/model/object.h"},
    {"services/(\\w+)/mapping/.*",
     "services/\\1/(mapping|engine)/.*|runtime/base/.*|triad/\\1/.*|" TRIAD_GOOGLE,
     "messages are made of what the engine knows without who sends them",
     "services/transform/mapping/operation_mapping.cc", "runtime/rpc/call.h"},
    {"services/(\\w+)/(\\w+/)*(service|\\w+_handler|\\w+_mapping)\\.(h|cc)",
     "services/\\1/(?!rows/|migrations).*|runtime/(base|io|telemetry|rpc|audit|watch)/.*|triad/\\1/"
     ".*|" TRIAD_GRPC "|" TRIAD_GOOGLE,
     "handlers ask the domain, not the rows", "services/config/entries/entries_handler.cc",
     "services/config/rows/entry_rows.h"},
    {"services/(\\w+)/engine/.*", "services/\\1/engine/.*|runtime/base/.*",
     "operations and recipes run in any process: they know neither rpc nor database",
     "services/transform/engine/recipe/run.cc", "runtime/database/database.h"},
    {"services/(\\w+)/model/.*", "services/\\1/(model|checksums|engine)/.*|runtime/base/.*",
     "the model is plain values that every layer shares", "services/config/model/entry.cc",
     "runtime/database/database.h"},
    {"services/(\\w+)/rows/.*", "services/\\1/(model|rows)/.*|runtime/(base|database)/.*",
     "the rows do not know the domain above them", "services/config/rows/entry_rows.cc",
     "services/config/entries/entry_store.h"},
    {"services/(\\w+)/blobs/s3/protocol/.*", "services/\\1/blobs/s3/protocol/.*|runtime/base/.*",
     "what is signed and what is answered is known without who sends it",
     "services/storage/blobs/s3/protocol/signer.cc", "runtime/http_client/http_client.h"},
    {"services/(\\w+)/blobs/s3/credentials/.*",
     "services/\\1/blobs/s3/(protocol|credentials)/.*|runtime/(base|io|telemetry|http_client)/.*",
     "credentials are found without the client that signs with them",
     "services/storage/blobs/s3/credentials/credentials.h",
     "services/storage/blobs/s3/client/client.h"},
    {"services/(\\w+)/blobs/s3/client/.*",
     "services/\\1/blobs/s3/(protocol|credentials|client)/.*|"
     "runtime/(base|telemetry|http_client)/.*",
     "the client knows S3, and no blobs", "services/storage/blobs/s3/client/client.cc",
     "services/storage/blobs/blob_store.h"},
    {"services/(\\w+)/blobs/.*",
     "services/\\1/(model|blobs)/.*|runtime/(base|io|telemetry|http_client)/.*",
     "bytes are kept without knowing what they are of", "services/storage/blobs/blob_store.cc",
     "services/storage/rows/object_rows.h"},
    {"services/(\\w+)/checksums/.*", "services/\\1/checksums/.*|runtime/base/.*",
     "sums are of bytes, whatever they are of", "services/storage/checksums/digests.cc",
     "services/storage/model/object.h"},
    {"services/(\\w+)/http/.*", "services/\\1/(model|http|checksums)/.*|runtime/base/.*",
     "HTTP's rules are about values: they know neither gRPC nor what is stored",
     "services/storage/http/read_plan.cc", "runtime/rpc/call.h"},
    {"services/(\\w+)/.*",
     "services/\\1/.*|runtime/(base|io|telemetry|database|audit|watch|json_schema)/.*",
     "the domain knows neither gRPC nor that it is served: put it into a handler or a mapping",
     "services/config/entries/entry_store.cc", "triad/config/v1/config.pb.h"},
};

bool Matches(const std::string& text, const std::string& pattern) {
  return std::regex_match(text, std::regex(pattern));
}

}  // namespace

absl::Span<const Layer> Layers() { return kLayers; }

const Layer* LayerOf(const std::string& file) {
  static const std::vector<std::regex>& files = *[] {
    auto* result = new std::vector<std::regex>();
    for (const Layer& layer : kLayers) result->emplace_back(layer.files);
    return result;
  }();
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (std::regex_match(file, files[i])) return &kLayers[i];
  }
  return nullptr;
}

bool IsTestCode(absl::string_view file) {
  return absl::EndsWith(file, "_test.cc") || absl::StrContains(file, "/testing/") ||
         absl::StartsWith(file, "tests/");
}

std::optional<std::string> IncludeProblem(const std::string& file, const std::string& header) {
  static const std::regex& governed = *new std::regex(kGoverned);
  if (IsTestCode(file) || !std::regex_match(header, governed)) return std::nullopt;
  if (IsTestCode(header)) {
    return absl::StrCat(file, " includes ", header, ": product code needs no test code");
  }
  const Layer* layer = LayerOf(file);
  if (layer == nullptr) return absl::StrCat(file, " is in no layer of include_rules.cc");
  std::smatch groups;
  std::regex_match(file, groups, std::regex(layer->files));
  std::string first = groups.size() > 1 ? groups[1].str() : "";
  std::string allowed = absl::StrReplaceAll(layer->may_include, {{"\\1", first}});
  if (Matches(header, allowed)) return std::nullopt;
  return absl::StrCat(file, " includes ", header, ": ", layer->reason);
}

std::vector<std::string> IncludesOf(absl::string_view source) {
  std::vector<std::string> headers;
  for (absl::string_view line : absl::StrSplit(source, '\n')) {
    line = absl::StripLeadingAsciiWhitespace(line);
    if (!absl::ConsumePrefix(&line, "#")) continue;
    line = absl::StripLeadingAsciiWhitespace(line);
    if (!absl::ConsumePrefix(&line, "include")) continue;
    line = absl::StripLeadingAsciiWhitespace(line);
    std::size_t end = line.find_first_of(">\"", 1);
    if (end != absl::string_view::npos) headers.emplace_back(line.substr(1, end - 1));
  }
  return headers;
}

}  // namespace triad::contract

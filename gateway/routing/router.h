// From a method and a path to an RPC and the fields the path binds.
//
// Templates are those of google/api/http.proto; path_template.h has the grammar.
// How a path is read:
//
// - It is cut at its slashes before anything is decoded. An empty segment (hence
//   a trailing slash) is matched by `**` alone, so that the service that takes such
//   names says whether this is one. `.` and `..` are names like any other.
// - A literal is compared decoded. A variable of one segment (`{id}`) is decoded
//   whole: `a%2Fb` binds "a/b". In a variable of several (`{name=**}`,
//   `{name=buckets/*}`) everything is decoded but `%2F`, which stays as it is
//   written: http.proto asks so, because it could not be told from the path's
//   own slashes. Spaces, UTF-8, `%3A` and `%25` arrive as what they stand for.
// - What follows the last ':' of the last segment, before decoding, is a custom
//   verb if some rule for that path has it; otherwise it belongs to the segment.
//   Write `%3A` for a ':' that must never be read as the start of a verb.
// - `**` matches zero or more segments. The path `/` has none: it is matched by the
//   template `/`, or else by `/**`.
// - Of the rules that match, the one that is more literal from the left wins:
//   literal, then `*`, then `**`, of which the shorter; among equals the method itself, then GET
//   for HEAD, then the custom kind "*".
// - A '%' without two hex digits, NUL and what is not UTF-8 make a path malformed.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/protos/field_path.h"
#include "gateway/protos/json_style.h"
#include "gateway/routing/path_template.h"
#include "runtime/validation/mode.h"

namespace google::protobuf {
class DescriptorPool;
class MethodDescriptor;
class FieldDescriptor;
}  // namespace google::protobuf

namespace triad::validation {
struct MessageRules;
}

namespace triad::gateway {

// One HTTP binding of one RPC. Lives as long as its Router.
struct Route {
  std::string http_method;    // "GET"; a custom kind as it is written
  std::string path_template;  // "/api/v1/{name=buckets/*}"
  PathTemplate path;          // the same, parsed
  const google::protobuf::MethodDescriptor* method = nullptr;
  std::string grpc_path;    // "/pkg.Service/Method"
  std::string body;         // "", "*", or a field of the request: "entry.value"
  FieldPath body_path;      // of such a field; else empty
  FieldPath response_path;  // of the field that response_body names; else empty
  // Of PATCH with a field as its body: the field that takes the mask of that, where the client
  // gives none. Null if the request has none.
  const google::protobuf::FieldDescriptor* body_mask = nullptr;
  // From option (triad.gateway.v1.timeout).
  std::optional<absl::Duration> timeout;
  // From option (triad.gateway.v1.json_style).
  JsonStyleChanges json_style;
  // From option (triad.gateway.v1.headers).
  std::vector<std::string> headers;
  // From option (triad.gateway.v1.secret).
  bool carries_secret = false;
  // From option (triad.gateway.v1.compress_stream).
  bool compresses_stream = false;
  // From option (triad.gateway.v1.resume); null if there is none.
  const google::protobuf::FieldDescriptor* resume_request = nullptr;
  const google::protobuf::FieldDescriptor* resume_response = nullptr;
  std::vector<const google::protobuf::FieldDescriptor*> resume_payload;
  // Of its requests; null if there are none.
  const validation::MessageRules* rules = nullptr;
};

using Routes = std::vector<std::unique_ptr<Route>>;

// A field path ("entry.name") and the decoded text bound to it.
using Binding = std::pair<std::string, std::string>;

struct Match {
  enum class Result { kFound, kNoPath, kNoMethod, kMalformed };
  Result result = Result::kNoPath;
  const Route* route = nullptr;      // kFound
  std::vector<Binding> bindings;     // kFound, from the path
  std::vector<std::string> allowed;  // kNoMethod: methods for Allow, sorted
  std::string problem;               // kMalformed: what is wrong with the path
};

// Which rules of their protos requests are held against.
struct RequestChecks {
  validation::Mode mode = validation::Mode::kOff;
  // Full names of services that do so themselves.
  std::vector<std::string> left_to = {};
};

// Immutable, hence thread-safe.
class Router {
 public:
  // Collects every HTTP rule of every service in `files` of `pool`, which must
  // outlive the router. INVALID_ARGUMENT, naming method and rule, for a bad
  // template, an unknown field, or two rules that can never be told apart; and for rules of
  // requests, as RuleBook::RulesOf.
  static absl::StatusOr<std::unique_ptr<Router>> Create(
      const google::protobuf::DescriptorPool& pool, const std::vector<std::string>& files,
      const RequestChecks& checks = {});

  virtual ~Router() = default;

  // `path` as it came, percent-encoded, without query. Literals win over
  // variables whatever the order of declaration. HEAD matches GET.
  virtual Match Find(absl::string_view http_method, absl::string_view path) const = 0;

  // The route of a method that streams, whatever its HTTP method: that of GET first. kNoPath if
  // there is none.
  virtual Match FindStream(absl::string_view path) const = 0;

  // Methods of the routes of a path, sorted, as a Match has them; "*" stands for any one. None if
  // there is no such path.
  virtual std::vector<std::string> MethodsOf(absl::string_view path) const = 0;

  // Every route, in order of declaration.
  virtual const Routes& routes() const = 0;

  // The rules of requests that are not checked: see RuleBook::left_out.
  virtual const std::vector<std::string>& rules_left_out() const = 0;
};

}  // namespace triad::gateway

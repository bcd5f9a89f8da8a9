// From a method and a path to a route. The input is a method, a line feed and a path.
#include "gateway/routing/router.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gateway/protos/testing/test_descriptors.h"
#include "tests/fuzz/target.h"

namespace triad::fuzz {
namespace {

using gateway::Binding;
using gateway::Match;
using gateway::PathTemplate;
using gateway::Route;
using gateway::Router;
using Kind = PathTemplate::Kind;
using Result = Match::Result;

// Variables of every shape, rules that only their literals or verbs tell apart, and
// methods of every kind. What nothing binds is "*" where no literal competes with it.
constexpr const char* kRules[] = {
    R"(get: "/v1/{name=namespaces/*/entries/**}")",
    R"(put: "/v1/{name=namespaces/*/entries/**}" body: "*")",
    R"(get: "/v1/{a=namespaces/*}/entries")",
    R"(get: "/v1/{a=namespaces/*}/entries:watch")",
    R"(get: "/v1/{a}/{b}")",
    R"(get: "/v1/{a}/literal")",
    R"(post: "/v1/{a}/literal:run" body: "*")",
    R"(delete: "/v1/{name=**}")",
    R"(custom: {kind: "*" path: "/any/*/{a}/**"})",
    R"(custom: {kind: "HEAD" path: "/head/{a}"})",
    R"(get: "/head/{a}")",
    R"(get: "/a%20b/{a}:v%3Ab")",
};

std::unique_ptr<Router> MakeRouter() {
  std::string body = "message Request { string a = 1; string b = 2; string name = 3; } service S {";
  int number = 0;
  for (const char* rule : kRules) {
    absl::StrAppend(&body, "rpc M", number++,
                    "(Request) returns (Request) { option (google.api.http) = {", rule, "}; }\n");
  }
  static auto* set =
      gateway::CompileDescriptors({{"test.proto", gateway::TestProto(absl::StrCat(body, "}"))}})
          .release();
  auto router = Router::Create(set->pool(), set->service_files());
  Require(router.ok(), "the rules are good", router.status().message());
  return *std::move(router);
}

// A slash in a value of several segments is the path's own; "%2F" there is one that was
// written so.
std::string EncodedValue(absl::string_view value, bool multi_segment) {
  if (!multi_segment) return PercentEncoded(value);
  std::vector<std::string> segments;
  for (absl::string_view segment : absl::StrSplit(value, '/')) {
    std::string encoded;
    while (!segment.empty()) {
      absl::string_view next = segment.substr(0, 3);
      bool is_slash = next == "%2F" || next == "%2f";
      if (!is_slash) next = segment.substr(0, 1);
      absl::StrAppend(&encoded, is_slash ? std::string(next) : PercentEncoded(next));
      segment.remove_prefix(next.size());
    }
    segments.push_back(encoded);
  }
  return absl::StrJoin(segments, "/");
}

// The plainest path that a match can come from.
std::string PathOf(const Match& match) {
  const PathTemplate& path = match.route->path;
  std::string text;
  auto binding = match.bindings.begin();
  auto variable = path.variables.begin();
  for (std::size_t i = 0; i < path.segments.size();) {
    if (variable != path.variables.end() && variable->begin == i) {
      if (!binding->second.empty()) {
        absl::StrAppend(&text, "/", EncodedValue(binding->second, variable->multi_segment));
      }
      i = variable->end;
      ++variable, ++binding;
      continue;
    }
    const PathTemplate::Segment& segment = path.segments[i++];
    if (segment.kind == Kind::kLiteral) absl::StrAppend(&text, "/", PercentEncoded(segment.text));
    if (segment.kind == Kind::kOne) absl::StrAppend(&text, "/x");
  }
  if (!path.verb.empty()) absl::StrAppend(&text, ":", PercentEncoded(path.verb));
  return text;
}

std::string Format(const std::vector<Binding>& bindings) {
  return absl::StrJoin(bindings, "\n", [](std::string* out, const Binding& binding) {
    absl::StrAppend(out, binding.first, "=", binding.second);
  });
}

void CheckFound(const Router& router, absl::string_view method, const Match& match) {
  const std::vector<PathTemplate::Variable>& variables = match.route->path.variables;
  Require(match.bindings.size() == variables.size(), "every variable is bound");
  for (std::size_t i = 0; i < variables.size(); ++i) {
    RequireEqual(match.bindings[i].first, variables[i].field_path, "values are of their fields");
  }
  std::string path = PathOf(match);
  Match again = router.Find(method, path);
  Require(again.result == Result::kFound, "a path made of a match matches", path);
  RequireEqual(again.route->path_template, match.route->path_template, "it matches the same route");
  RequireEqual(Format(again.bindings), Format(match.bindings), "it binds the same values");
}

void CheckNoMethod(const Router& router, const Match& match, absl::string_view method,
                   absl::string_view path) {
  Require(!match.allowed.empty(), "some method is allowed", path);
  Require(std::is_sorted(match.allowed.begin(), match.allowed.end()), "they are sorted", path);
  for (const std::string& allowed : match.allowed) {
    Require(allowed != method, "the method is not among them", path);
    Require(router.Find(allowed, path).result == Result::kFound, "each of them is allowed", path);
  }
}

const Registration kTarget("router", [](absl::string_view bytes) {
  static const Router& router = *MakeRouter().release();
  Input input(bytes);
  absl::string_view method = input.TakeLine();
  absl::string_view path = input.rest();
  Match match = router.Find(method, path);
  switch (match.result) {
    case Result::kFound:
      return CheckFound(router, method, match);
    case Result::kNoMethod:
      return CheckNoMethod(router, match, method, path);
    case Result::kMalformed:
      return Require(!match.problem.empty(), "what is wrong is said", path);
    case Result::kNoPath:
      return Require(match.route == nullptr, "no path is no route", path);
  }
});

}  // namespace
}  // namespace triad::fuzz

#include "gateway/routing/router.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <optional>
#include <set>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "gateway/routing/http_rules.h"
#include "gateway/routing/percent_encoding.h"
#include "runtime/base/status.h"
#include "runtime/validation/rule_book.h"

namespace triad::gateway {
namespace {

constexpr absl::string_view kAnyMethod = "*";

// What ends at a node, by verb.
struct Leaf {
  std::string verb;
  std::vector<const Route*> routes;  // one per HTTP method
};

// A node stands for a prefix of templates. As long as that has no "**", its depth is a
// position in the path, and a search visits it at most once; behind one it may be visited once
// for each segment: no path is dearer than its segments times the trie.
struct Node {
  absl::flat_hash_map<std::string, std::unique_ptr<Node>> literals;
  std::unique_ptr<Node> one;
  std::unique_ptr<Node> rest;
  std::vector<Leaf> leaves;
};

Node& Child(Node& node, const PathTemplate::Segment& segment) {
  std::unique_ptr<Node>& child = segment.kind == PathTemplate::Kind::kLiteral
                                     ? node.literals[segment.text]
                                 : segment.kind == PathTemplate::Kind::kOne ? node.one
                                                                            : node.rest;
  if (child == nullptr) child = std::make_unique<Node>();
  return *child;
}

Leaf& LeafFor(Node& node, const std::string& verb) {
  for (Leaf& leaf : node.leaves) {
    if (leaf.verb == verb) return leaf;
  }
  return node.leaves.emplace_back(Leaf{verb, {}});
}

// A path cut at its slashes. Views point into the path or into `decoded`.
struct Path {
  struct Segment {
    absl::string_view raw;
    absl::string_view text;  // decoded
  };
  absl::InlinedVector<Segment, 12> segments;
  std::vector<std::unique_ptr<std::string>> decoded;
  absl::string_view verb;

  // False if the path has no leading slash.
  bool Split(absl::string_view path) {
    if (path.empty() || path[0] != '/') return false;
    if (path.size() == 1) return true;
    while (!path.empty()) {
      path.remove_prefix(1);
      absl::string_view raw = path.substr(0, path.find('/'));
      segments.push_back({raw, Decoded(raw)});
      path.remove_prefix(raw.size());
    }
    return true;
  }

  // Takes what follows the last ':' of the last segment as the verb. False,
  // changing nothing, if there is none or nothing before it.
  bool SplitVerb() {
    if (segments.empty()) return false;
    Segment& last = segments.back();
    std::size_t colon = last.raw.rfind(':');
    if (colon == absl::string_view::npos || colon == 0 || colon + 1 == last.raw.size()) {
      return false;
    }
    whole_last_ = last;
    verb = Decoded(last.raw.substr(colon + 1));
    last.raw = last.raw.substr(0, colon);
    last.text = Decoded(last.raw);
    return true;
  }

  // Undoes SplitVerb.
  void JoinVerb() {
    segments.back() = whole_last_;
    verb = {};
  }

 private:
  absl::string_view Decoded(absl::string_view raw) {
    if (raw.find('%') == absl::string_view::npos) return raw;
    decoded.push_back(std::make_unique<std::string>());
    // The escapes were checked before.
    DecodePercent(raw, Decode::kAll, *decoded.back()).IgnoreError();
    return *decoded.back();
  }

  Segment whole_last_;
};

// One search through the trie: literals first, then "*", then "**".
class Search {
 public:
  // For a route of `method`, or else for any one that streams.
  Search(std::optional<absl::string_view> method, const Path& path)
      : method_(method), path_(path) {}

  const Route* Run(const Node& node, std::size_t at) {
    const Route* found = nullptr;
    if (at == path_.segments.size()) {
      found = AtEnd(node);
    } else {
      absl::string_view text = path_.segments[at].text;
      auto literal = node.literals.find(text);
      if (literal != node.literals.end()) found = Run(*literal->second, at + 1);
      if (found == nullptr && node.one != nullptr && !text.empty()) found = Run(*node.one, at + 1);
    }
    return found != nullptr || node.rest == nullptr ? found : RunBehindRest(*node.rest, at);
  }

  // Methods of the rules whose path matched.
  const std::set<std::string>& allowed() const { return allowed_; }

 private:
  // `rest` has matched the segments from `at` to some other one, or to the end.
  const Route* RunBehindRest(const Node& rest, std::size_t at) {
    const Route* found = nullptr;
    if (!rest.literals.empty() || rest.one != nullptr) {
      for (; at < path_.segments.size() && found == nullptr; ++at) found = Run(rest, at);
    }
    return found != nullptr ? found : AtEnd(rest);
  }

  const Route* AtEnd(const Node& node) {
    for (const Leaf& leaf : node.leaves) {
      if (leaf.verb == path_.verb) return Choose(leaf);
    }
    return nullptr;
  }

  // The method itself, GET for HEAD, then the rule for any method.
  const Route* Choose(const Leaf& leaf) {
    const Route* best = nullptr;
    int best_rank = 0;
    for (const Route* route : leaf.routes) {
      int rank = Rank(*route);
      if (rank > best_rank) best = route, best_rank = rank;
    }
    if (best == nullptr) {
      for (const Route* route : leaf.routes) allowed_.insert(route->http_method);
    }
    return best;
  }

  int Rank(const Route& route) const {
    const std::string& http_method = route.http_method;
    if (!method_.has_value()) return IsStream(route) ? (http_method == "GET" ? 2 : 1) : 0;
    if (http_method == method_) return 3;
    if (http_method == "GET" && method_ == "HEAD") return 2;
    return http_method == kAnyMethod ? 1 : 0;
  }

  static bool IsStream(const Route& route) {
    return route.method->client_streaming() || route.method->server_streaming();
  }

  const std::optional<absl::string_view> method_;
  const Path& path_;
  std::set<std::string> allowed_;
};

// The text of a variable. In one that holds several segments "%2F" stays as it
// is, for it would be taken for one of the path's own slashes.
std::string ValueOf(const PathTemplate& path_template, const PathTemplate::Variable& variable,
                    const Path& path) {
  // What stands behind "**" has moved by what that holds more than one segment, or less.
  auto place_of = [&](std::size_t index) {
    std::size_t from_the_end = path_template.segments.size() - index;
    return path_template.IsBehindRest(index) ? path.segments.size() - from_the_end : index;
  };
  std::size_t begin = place_of(variable.begin);
  if (!variable.multi_segment) return std::string(path.segments[begin].text);
  std::string value;
  for (std::size_t i = begin; i < place_of(variable.end); ++i) {
    if (i != begin) value.push_back('/');
    DecodePercent(path.segments[i].raw, Decode::kAllButSlash, value).IgnoreError();
  }
  return value;
}

class TrieRouter : public Router {
 public:
  explicit TrieRouter(validation::Mode mode) : rules_(mode) {}

  absl::Status AddRules(Route& route, const RequestChecks& checks) {
    const std::string& service = route.method->service()->full_name();
    bool is_left =
        std::find(checks.left_to.begin(), checks.left_to.end(), service) != checks.left_to.end();
    if (is_left) return absl::OkStatus();
    TRIAD_ASSIGN_OR_RETURN(route.rules, rules_.RulesOf(*route.method->input_type()));
    return absl::OkStatus();
  }

  absl::Status Add(std::unique_ptr<Route> route) {
    Node* node = &root_;
    for (const auto& segment : route->path.segments) node = &Child(*node, segment);
    Leaf& leaf = LeafFor(*node, route->path.verb);
    for (const Route* other : leaf.routes) {
      if (other->http_method == route->http_method) {
        return absl::InvalidArgumentError(
            absl::StrCat(Describe(*other), " and ", Describe(*route), " match the same requests"));
      }
    }
    leaf.routes.push_back(route.get());
    routes_.push_back(std::move(route));
    return absl::OkStatus();
  }

  Match Find(absl::string_view http_method, absl::string_view path) const override {
    return Find(std::optional<absl::string_view>(http_method), path);
  }

  Match FindStream(absl::string_view path) const override {
    Match match = Find(std::nullopt, path);
    return match.result == Match::Result::kFound ? std::move(match) : Match{};
  }

  // No route has an empty method, so that all that match are told.
  std::vector<std::string> MethodsOf(absl::string_view path) const override {
    Match match = Find(absl::string_view(), path);
    if (match.result == Match::Result::kFound) return {std::string(kAnyMethod)};
    return match.allowed;
  }

  const Routes& routes() const override { return routes_; }

  const std::vector<std::string>& rules_left_out() const override { return rules_.left_out(); }

 private:
  Match Find(std::optional<absl::string_view> http_method, absl::string_view path) const {
    absl::Status encoding = CheckPathEncoding(path);
    if (!encoding.ok()) {
      Match match;
      match.result = Match::Result::kMalformed;
      match.problem = std::string(encoding.message());
      return match;
    }
    Path parts;
    if (!parts.Split(path)) return Match{};
    if (parts.SplitVerb()) {
      Match match = Lookup(http_method, parts);
      if (match.result != Match::Result::kNoPath) return match;
      parts.JoinVerb();
    }
    return Lookup(http_method, parts);
  }

  Match Lookup(std::optional<absl::string_view> http_method, const Path& path) const {
    Match match;
    Search search(http_method, path);
    match.route = search.Run(root_, 0);
    if (match.route != nullptr) {
      match.result = Match::Result::kFound;
      for (const auto& variable : match.route->path.variables) {
        match.bindings.emplace_back(variable.field_path,
                                    ValueOf(match.route->path, variable, path));
      }
    } else if (!search.allowed().empty()) {
      match.result = Match::Result::kNoMethod;
      std::set<std::string> allowed = search.allowed();
      if (allowed.count("GET") != 0) allowed.insert("HEAD");
      match.allowed.assign(allowed.begin(), allowed.end());
    }
    return match;
  }

  validation::RuleBook rules_;
  Node root_;
  Routes routes_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Router>> Router::Create(const google::protobuf::DescriptorPool& pool,
                                                       const std::vector<std::string>& files,
                                                       const RequestChecks& checks) {
  TRIAD_ASSIGN_OR_RETURN(Routes routes, CollectRoutes(pool, files));
  auto router = std::make_unique<TrieRouter>(checks.mode);
  for (auto& route : routes) {
    TRIAD_RETURN_IF_ERROR(router->AddRules(*route, checks));
    TRIAD_RETURN_IF_ERROR(router->Add(std::move(route)));
  }
  return router;
}

}  // namespace triad::gateway

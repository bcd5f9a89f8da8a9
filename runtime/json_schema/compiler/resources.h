// What a schema can refer to by a URI: what has an $id.
#pragma once

#include <string>

#include "absl/container/flat_hash_map.h"
#include "runtime/json_schema/compiler/uri.h"
#include "runtime/json_schema/evaluation/program.h"

namespace triad::json_schema {

class Resources {
 public:
  // Both: false if another node has it.
  bool Add(const std::string& absolute, NodeIndex node) {
    return by_uri_.emplace(absolute, node).first->second == node;
  }
  // "$id": "#name"
  bool AddAnchor(const Uri& uri, NodeIndex node) {
    return by_anchor_.emplace(std::make_pair(uri.absolute, uri.fragment), node).first->second ==
           node;
  }

  // Both: kNoNode if there is none.
  NodeIndex Find(const std::string& absolute) const { return Find(by_uri_, absolute); }
  NodeIndex FindAnchor(const Uri& uri) const {
    return Find(by_anchor_, std::make_pair(uri.absolute, uri.fragment));
  }

 private:
  template <typename Map>
  static NodeIndex Find(const Map& map, const typename Map::key_type& key) {
    auto found = map.find(key);
    return found == map.end() ? kNoNode : found->second;
  }

  absl::flat_hash_map<std::string, NodeIndex> by_uri_;
  absl::flat_hash_map<std::pair<std::string, std::string>, NodeIndex> by_anchor_;
};

}  // namespace triad::json_schema

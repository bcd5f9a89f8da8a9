// Names for the wildcards of a path template, which OpenAPI wants and HTTP rules
// do not give.
#pragma once

#include <string>
#include <vector>

#include "gateway/routing/path_template.h"

namespace triad::gateway {

struct PathParameter {
  std::string name;
  // The variable it is a part of; null for a wildcard outside of variables.
  const PathTemplate::Variable* variable = nullptr;
  // Whether it is all of the variable.
  bool whole = false;
  // Whether it may hold several segments ("**").
  bool rest = false;
};

struct NamedPath {
  std::vector<PathParameter> parameters;  // one per wildcard, in order
  std::string path;                       // "/v1/buckets/{bucket}:verb"
  std::string signature;                  // "/v1/buckets/{}:verb"
};

// Points into `path`. `names`, if not empty, has a name for each wildcard that is
// used instead.
NamedPath NamePath(const PathTemplate& path, const std::vector<std::string>& names = {});

// The pattern of a variable with its wildcards named: "buckets/{bucket}".
std::string NamedPattern(const PathTemplate& path, const NamedPath& named,
                         const PathTemplate::Variable& variable);

// One member of a collection: "entries" gives "entry".
std::string Singular(const std::string& collection);

}  // namespace triad::gateway

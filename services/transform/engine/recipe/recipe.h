// Operations one after the other.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace triad::transform {

struct Step {
  std::string operation;  // an id or an alias
  // As text; what is left out has its default. `${name}` stands for the output that an earlier
  // step keeps by that name, `$${` for `${` itself.
  std::map<std::string, std::string> arguments = {};
  // The name that later steps know its output by; empty: it is not kept.
  std::string as = {};
  // One line for people; empty if there is none.
  std::string comment = {};
  // Left out when the recipe runs.
  bool disabled = false;

  friend bool operator==(const Step&, const Step&) = default;
};

using Recipe = std::vector<Step>;

}  // namespace triad::transform

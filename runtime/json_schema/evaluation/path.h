// Where in a value an evaluation is.
#pragma once

#include <cstddef>
#include <string>

#include "runtime/json_schema/evaluation/program.h"

namespace triad::json_schema {

// A step down, which lives on the stack of whoever takes it; the root has no parent.
struct Path {
  const Path* parent = nullptr;
  const std::string* name = nullptr;  // of a property; nullptr for an item
  std::size_t index = 0;              // of an item
};

// As a JSON Pointer. Names that `program` does not know are part of the value: "*" stands for them.
std::string FormatPath(const Path& path, const Program& program);

}  // namespace triad::json_schema

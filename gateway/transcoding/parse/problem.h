// Why a JSON text was refused, and where.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace triad::gateway {

// What finds a problem says so, and each that called it adds where that was: from the inside to
// the outside. So a text without a problem costs nothing for its paths. For one thread.
class Problem {
 public:
  // `description` is the end of a sentence that begins with the field's name. `byte` counts
  // from 0.
  void Set(absl::string_view description, std::size_t byte) {
    description_ = std::string(description);
    byte_ = byte;
  }

  void AddField(absl::string_view name) { path_.emplace_back(name); }
  void AddIndex(std::size_t index);
  // A long key is cut.
  void AddKey(absl::string_view key);

  // INVALID_ARGUMENT: "items[3].price: must be a number, at byte 117".
  absl::Status AsStatus() const;

 private:
  std::string description_;
  std::size_t byte_ = 0;
  std::vector<std::string> path_;  // inside first; what is in brackets begins with one
};

}  // namespace triad::gateway

// The body of a whole answer.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"

namespace triad::http {

// Bytes of this answer alone, or immutable ones that many answers share and none
// copies.
class Body {
 public:
  using Shared = std::shared_ptr<const std::string>;

  Body() = default;
  Body(std::string own) : own_(std::move(own)) {}  // NOLINT(google-explicit-constructor)
  // What follows the first `begin` bytes of `own`, which stay in memory with it.
  Body(std::string own, std::size_t begin) : own_(std::move(own)), begin_(begin) {}
  Body(const char* own) : own_(own) {}                 // NOLINT(google-explicit-constructor)
  Body(Shared shared) : shared_(std::move(shared)) {}  // NOLINT(google-explicit-constructor)

  absl::string_view view() const {
    if (shared_ != nullptr) return *shared_;
    return absl::ClippedSubstr(own_, begin_);
  }
  std::size_t size() const { return view().size(); }
  // Bytes that are held for this answer alone.
  std::size_t own_size() const { return own_.size(); }

 private:
  std::string own_;
  std::size_t begin_ = 0;  // of what is sent of own_
  Shared shared_;
};

}  // namespace triad::http

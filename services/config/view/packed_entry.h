// An entry in as little memory as it takes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "services/config/model/entry.h"

namespace triad::config {

// One entry of a namespace, in one piece of memory.
class PackedEntry {
 public:
  // `value` is the text of its value, which is of that kind and has `value_bytes`, or is empty
  // if that is not to be here. The entry's own value is not looked at.
  PackedEntry(const Entry& entry, ValueKind kind, absl::string_view value, std::size_t value_bytes);

  absl::string_view key() const { return {Text(), Header().key}; }
  absl::string_view labels() const { return {Text() + Header().key, Header().labels}; }
  // What it takes in memory, about.
  std::size_t bytes() const;
  // Whether it is all here; else its value is in the database alone.
  bool has_value() const { return Header().has_value; }
  std::size_t value_bytes() const { return Header().value; }
  bool secret() const { return Header().secret; }
  ValueKind kind() const { return Header().kind; }

  // Whole, or without its value. DATA_LOSS if that is not of its kind.
  absl::StatusOr<Entry> Unpack(const std::string& space, Epoch epoch, bool with_value) const;

 private:
  struct Fixed {
    std::int64_t version, revision;
    std::int64_t create_time, update_time, expire_time;  // microseconds; no end is 0
    std::uint32_t key, labels, description, value;       // bytes of the texts that follow
    ValueKind kind;
    bool secret, destroyed, has_value;
  };

  const Fixed& Header() const { return *reinterpret_cast<const Fixed*>(block_.get()); }
  const char* Text() const { return reinterpret_cast<const char*>(block_.get()) + sizeof(Fixed); }

  std::unique_ptr<std::byte[]> block_;
};

}  // namespace triad::config

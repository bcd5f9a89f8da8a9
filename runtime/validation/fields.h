// What a message holds of the fields that have rules, as it is read from front to back.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "runtime/messages/wire_reader.h"
#include "runtime/validation/message_rules.h"

namespace triad::validation {

// Whether what is on the wire with this type can be a value of `field`.
bool Fits(const messages::FieldEntry& field, messages::WireType type);

// Reads a value of `field` that fits. False if the bytes are no wire format.
bool Read(messages::WireReader& in, const messages::FieldEntry& field, messages::WireType type,
          Value& value);

// Whether the value is as if it was not there: a number that a closed enum does not name.
bool IsForeign(const messages::FieldEntry& field, const Value& value);

// The last occurrence counts, and of a message all that there are.
class Singular {
 public:
  void Set(const Value& value) {
    value_ = value;
    is_set_ = true;
  }
  void Merge(absl::string_view message);
  void Clear() { *this = Singular(); }

  bool is_set() const { return is_set_; }
  const Value& value() const { return value_; }

 private:
  bool is_set_ = false;
  Value value_;
  std::unique_ptr<std::string> merged_;  // of a message that stands in pieces
};

// Equal values, as protovalidate has them: 0 and -0 are, NaN and NaN are not.
class Distinct {
 public:
  // False if it is there already.
  bool Add(const messages::FieldEntry& field, const Value& value);

 private:
  absl::flat_hash_set<std::uint64_t> numbers_;
  absl::flat_hash_set<absl::string_view> texts_;
};

// Of equal keys the last entry counts, at the place of the first.
class Entries {
 public:
  struct Entry {
    Singular key;
    Singular value;
  };
  void Add(const messages::FieldEntry& map, Entry entry);
  const std::vector<Entry>& all() const { return all_; }

 private:
  std::vector<Entry> all_;
  absl::flat_hash_map<std::uint64_t, std::size_t> numbers_;
  absl::flat_hash_map<absl::string_view, std::size_t> texts_;
};

// Reads the entry of a map. False if it is none.
bool ReadEntry(const messages::FieldEntry& map, absl::string_view wire, Entries::Entry& entry);

}  // namespace triad::validation

// Where the fields of a message stand, when they stand in any order.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "gateway/transcoding/print/context.h"

namespace triad::gateway {

// Holds four bytes for each occurrence that counts: of a repeated field, a map or a message all,
// of any other field the last, and of a oneof those of the member that was set last. For one
// thread.
class FieldPlaces {
 public:
  explicit FieldPlaces(const messages::MessageTable& type);

  // Reads `pieces`, all of which lie in context.wire.
  bool Find(PrintContext& context, const Pieces& pieces);

  // Offsets of the tags in context.wire.
  absl::Span<std::uint32_t> Of(const messages::FieldEntry& field);

 private:
  // One field.
  struct Places {
    std::uint32_t begin = 0;  // in tags_
    std::uint32_t count = 0;
    std::uint32_t first = 0;  // the offset that counts first
    std::uint32_t last = 0;
  };

  // Calls `found` with the entry and the tag's offset of each field that has one.
  template <typename Found>
  bool EachField(PrintContext& context, const Pieces& pieces, const Found& found);
  void Count(const messages::FieldEntry& field, std::uint32_t tag);

  const messages::MessageTable& type_;
  std::vector<Places> places_;                       // by the field's index
  std::vector<const messages::FieldEntry*> oneofs_;  // the member that is set
  std::vector<std::uint32_t> tags_;
};

}  // namespace triad::gateway
